import type { Database } from '../../anomaly-service/src/ports/database.ts';
import { sparseLiteral } from '../../anomaly-service/src/stages/sparseVector.ts';
import { usageRow } from '../../anomaly-service/src/stages/usageRow.ts';
import { origin } from '../../core/behaviour/embedding.ts';
import { emptyLevels } from '../support/baselines.ts';
import { usageEvent } from '../support/rows.ts';
import { baselineBench, DAY, LIMIT, MINUTE, out } from './baselineBench.ts';
import { iso, NOON, sharedDatabase, tenantNames } from './databaseBench.ts';

/** What versions of baselines guarantee, through every transport. `open` gives a migrated, empty database. */
export function baselineContract(name: string, open: () => Promise<Database>): void {
	describe(`versions of baselines through ${name}`, () => {
		const db = sharedDatabase(open);
		const newTenant = tenantNames();
		const { save, load, actions } = baselineBench(db);
		const useVersion = (tenantId: string, version: number, at = NOON) =>
			db.call('use_baseline', {
				...{ tenantId, version, note: 'it learned the attack', actor: 'key_1', now: iso(at) },
				scoring: { tangentLimit: 0.7, theta: 0.2, refreshAfter: iso(at + DAY) },
			});
		const distanceTo = async (tenantId: string, vector: number[], version: number) => {
			const { distances } = await db.call('score_snapshots', {
				...{ at: iso(NOON), space: 'features', tenants: [tenantId], versions: [version] },
				vectors: [sparseLiteral(vector)],
			});
			return distances[0];
		};
		const use = (tenantId: string, at: number) =>
			db.call('record_usage', {
				events: [
					usageRow(
						usageEvent({ subject: tenantId, time: iso(at) }),
						{ costMicroCents: 1, costSource: 'price', lineItems: [], contextTokens: 0 },
						NOON + DAY,
					),
				],
			});
		const states = (due: number | null, after: string | null = null) =>
			db.call('baseline_states', {
				...{ activeSince: iso(NOON - 7 * DAY), due: due === null ? null : iso(due) },
				...{ after, limit: 1000 },
			});

		describe('a version', () => {
			it('is numbered after the one before, names it, and is scored against at once', async () => {
				const tenantId = newTenant();
				const far = { vector: JSON.stringify(out(4)), weight: 1, days: 2 };

				expect(await save(tenantId)).toEqual({ version: 1, parent: null });
				expect(await distanceTo(tenantId, out(4), 1)).toBeGreaterThan(0.5);
				expect(await save(tenantId, { centroids: [far] })).toEqual({ version: 2, parent: 1 });
				expect(await distanceTo(tenantId, out(4), 2)).toBeCloseTo(0, 5);
				expect(await distanceTo(tenantId, out(4), 1)).toBeNull();
			});

			it('is given back as it was stored', async () => {
				const tenantId = newTenant();
				const scales = [{ middle: 0.5, up: 1, down: 2 }];
				await save(
					tenantId,
					{ scales, theta: 0.25, cause: 'refresh', excludedMinutes: 76, note: 'after the launch' },
					{ tangentLimit: 0.625, theta: 0.25, actor: 'key_1' },
				);

				expect(await load(tenantId)).toMatchObject({
					...{ version: 1, levels: emptyLevels(), scales, tangentLimit: LIMIT, theta: 0.25 },
					...{ cause: 'refresh', snapshots: 2, excludedMinutes: 76, parent: null },
					...{ note: 'after the launch', createdBy: 'key_1', active: true },
					centroids: [{ vector: origin(), weight: 1, days: 2 }],
					scoring: { tangentLimit: 0.625, theta: 0.25, heldUntil: null, spaces: ['features'] },
				});
				expect(await load(tenantId, 2)).toBeNull();
				expect(await load(newTenant())).toBeNull();
			});

			it('is audited when somebody asked for it', async () => {
				const tenantId = newTenant();
				await save(tenantId);
				await save(tenantId, {}, { actor: 'key_1' });

				expect(await actions(tenantId)).toEqual(['baseline.refreshed']);
			});

			it('is listed newest first, a page at a time', async () => {
				const tenantId = newTenant();
				for (let version = 1; version <= 3; version++) await save(tenantId);
				const page = (before: number | null) =>
					db.call('list_baselines', { tenantId, before, limit: 2 });

				expect(await page(null)).toMatchObject([
					{ version: 3, parent: 2, active: true, centroids: 1 },
					{ version: 2, parent: 1, active: false },
				]);
				expect((await page(2)).map(({ version }) => version)).toEqual([1]);
			});
		});

		describe('a roll-back', () => {
			it('scores against the older version, at the limit given, and is audited', async () => {
				const tenantId = newTenant();
				await save(tenantId);
				await save(tenantId, {
					centroids: [{ vector: JSON.stringify(out(4)), weight: 1, days: 2 }],
				});

				expect(await useVersion(tenantId, 1)).toEqual({ outcome: 'used', previous: 2 });
				expect(await distanceTo(tenantId, origin(), 1)).toBeCloseTo(0, 5);
				expect(await load(tenantId)).toMatchObject({
					version: 1,
					scoring: { tangentLimit: expect.closeTo(0.7), theta: expect.closeTo(0.2) },
				});
				expect(await useVersion(tenantId, 1)).toEqual({ outcome: 'already' });
				expect(await useVersion(tenantId, 9)).toEqual({ outcome: 'unknown' });
				expect(await actions(tenantId)).toEqual(['baseline.rolledBack']);
			});

			it('holds: it is not due before, and the version after it is a new one', async () => {
				const tenantId = newTenant();
				await use(tenantId, NOON - 2 * DAY);
				await save(tenantId, {}, { refreshAfter: iso(NOON) });
				await save(tenantId, {}, { refreshAfter: iso(NOON) });
				await useVersion(tenantId, 1);
				const isDue = async (at: number) =>
					(await states(at)).some((state) => state.tenantId === tenantId);

				expect(await isDue(NOON + DAY - 1)).toBe(false);
				expect(await isDue(NOON + DAY)).toBe(true);
				expect((await states(null)).find((state) => state.tenantId === tenantId)).toMatchObject({
					...{ version: 1, heldUntil: NOON + DAY },
				});
				expect(await save(tenantId, { cause: 'refresh' })).toEqual({ version: 3, parent: 1 });
				expect((await load(tenantId))?.scoring?.heldUntil).toBeNull();
			});
		});

		it('a roll-back is not undone by a job that was fitting meanwhile; what began later is stored', async () => {
			const tenantId = newTenant();
			for (let version = 1; version <= 2; version++) await save(tenantId);
			await useVersion(tenantId, 1);

			for (const cause of ['daily', 'nightly', 'prior', 'automatic'] as const) {
				expect(await save(tenantId, { cause })).toEqual({ version: null, parent: 1 });
			}
			expect((await load(tenantId))?.scoring?.heldUntil).not.toBeNull();
			const later = { fittedAt: iso(NOON + DAY) };
			expect(await save(tenantId, later)).toEqual({ version: 3, parent: 1 });
		});

		it('is due a day after the first call, then when the version says so', async () => {
			const tenantId = newTenant();
			await use(tenantId, NOON - 2 * MINUTE);
			const isDue = async (at: number) =>
				(await states(at)).some((state) => state.tenantId === tenantId);

			expect(await isDue(NOON)).toBe(false);
			expect(await isDue(NOON + DAY)).toBe(true);
			await save(tenantId, {}, { refreshAfter: iso(NOON + 2 * DAY) });
			expect(await isDue(NOON + DAY)).toBe(false);
			expect((await states(null, tenantId)).map((state) => state.tenantId)).not.toContain(tenantId);
		});

		it('tells a replica what changed since it looked', async () => {
			const tenants = [newTenant(), newTenant()];
			for (const tenantId of tenants) {
				await use(tenantId, NOON);
				await save(tenantId);
			}
			const active = (changedSince: number | null) =>
				db.call('active_baselines', {
					...{ activeSince: iso(NOON - DAY), after: null, limit: 1000 },
					changedSince: changedSince === null ? null : iso(changedSince),
				});
			const all = await active(null);
			expect(all.map(({ tenantId }) => tenantId)).toEqual(expect.arrayContaining(tenants));

			const newest = Math.max(...all.map(({ changedAt }) => changedAt));
			await save(tenants[0] ?? '');
			const changed = await active(newest + 1);
			expect(changed).toMatchObject([{ tenantId: tenants[0], version: 2, levels: emptyLevels() }]);
		});

		it('keeps thirty versions for 90 days, and the one in use with its parent for ever', async () => {
			const tenantId = newTenant();
			for (let version = 1; version <= 33; version++) await save(tenantId);
			await useVersion(tenantId, 2);
			const versions = async () =>
				(await db.call('list_baselines', { tenantId, before: null, limit: 100 })).map(
					({ version }) => version,
				);

			await db.call('prune_baselines', { now: iso(NOON + DAY) });
			expect((await versions()).slice(-3)).toEqual([4, 2, 1]);
			expect(await versions()).toHaveLength(32);
			await db.call('prune_baselines', { now: iso(NOON + 91 * DAY) });
			expect(await versions()).toEqual([2, 1]);
		});
	});
}
