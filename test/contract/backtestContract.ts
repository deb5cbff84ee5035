import type { Database } from '../../anomaly-service/src/ports/database.ts';
import { sparseLiteral } from '../../anomaly-service/src/stages/sparseVector.ts';
import { usageRow } from '../../anomaly-service/src/stages/usageRow.ts';
import { origin } from '../../core/behaviour/embedding.ts';
import { emptyLevels } from '../support/baselines.ts';
import { usageEvent } from '../support/rows.ts';
import { iso, NOON, sharedDatabase, tenantNames } from './databaseBench.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** tan(angle) at which the tenants here are flagged. */
const LIMIT = 0.5;
const CONSTANT = 8;

/** A vector that is so many limits out, in one coordinate. */
const out = (limits: number, coordinate = 0) =>
	origin().map((value, at) => (at === coordinate ? limits * LIMIT * CONSTANT : value));

/** What looking back for backtests and pictures guarantees, through every transport. */
export function backtestContract(name: string, open: () => Promise<Database>): void {
	describe(`looking back for backtests through ${name}`, () => {
		const db = sharedDatabase(open);
		const newTenant = tenantNames();
		const span = (tenantId: string, changes: { from?: number; to?: number } = {}) => ({
			tenantId,
			from: iso(changes.from ?? NOON),
			to: iso(changes.to ?? NOON + 24 * HOUR),
		});
		const record = (tenantId: string, calls: { at: number; cost: number }[]) =>
			db.call('record_usage', {
				events: calls.map(({ at, cost }) =>
					usageRow(
						usageEvent({ subject: tenantId, source: 'n8n', time: iso(at), data: { keyId: 'k' } }),
						{ costMicroCents: cost, costSource: 'price', lineItems: [], contextTokens: 0 },
						NOON + 48 * HOUR,
					),
				),
			});
		const learned = async (...centroids: number[][]) => {
			const tenantId = newTenant();
			await db.call('save_baseline', {
				baseline: {
					...{ tenantId, fittedAt: iso(NOON), levels: emptyLevels(), scales: [] },
					...{ snapshots: 2, tangentLimit: LIMIT, theta: 0, cause: 'daily' },
					...{ excludedMinutes: 0, note: null },
					centroids: centroids.map((vector, k) => ({
						...{ vector: JSON.stringify(vector), weight: (k + 1) / 4, days: 2 },
					})),
				},
				scoring: { tangentLimit: LIMIT, theta: 0, refreshAfter: iso(NOON) },
				actor: null,
			});
			return tenantId;
		};
		/** A snapshot so many limits out, as scoring would keep it. */
		const keep = (tenantId: string, at: number, limits: number, space = 'features') => {
			const distance = 1 - 1 / Math.sqrt(1 + (limits * LIMIT) ** 2);
			return db.call('store_snapshots', {
				...{ at: iso(at), space },
				snapshots: [[tenantId, 1, '{1,2}', sparseLiteral(out(limits)), distance, limits]],
			});
		};
		const list = (
			tenantId: string,
			{ strength = 1, after = null as number | null, limit = 100 } = {},
		) => db.call('list_snapshots', { ...span(tenantId), strength, after, limit });

		it('sums up the spend of every hour that had a call, of one tenant', async () => {
			const [tenantId, other] = [newTenant(), newTenant()];
			await record(tenantId, [
				{ at: NOON - 1, cost: 1 },
				{ at: NOON, cost: 5 },
				{ at: NOON + HOUR - 1, cost: 7 },
				{ at: NOON + 3 * HOUR, cost: -9 },
				{ at: NOON + 24 * HOUR, cost: 100 },
			]);
			await record(other, [{ at: NOON, cost: 1000 }]);

			expect(await db.call('spend_by_hour', span(tenantId))).toEqual([
				[NOON, 12],
				[NOON + 3 * HOUR, 0],
			]);
		});

		it('streams calls with their endpoint, their source and their key', async () => {
			const tenantId = newTenant();
			await record(tenantId, [{ at: NOON, cost: 5 }]);
			const { calls } = await db.call('usage_stream', {
				...{ ...span(tenantId), workflowId: null, nodeName: null, provider: null, model: null },
				...{ after: null, limit: 10 },
			});

			expect(calls[0]?.slice(-4)).toEqual([5, 'api.openai.com/v1/chat/completions', 'n8n', 'k']);
		});

		it('lists snapshots page by page, oldest first', async () => {
			const tenantId = await learned(origin());
			for (const at of [10, 5, 0, 24 * 60]) await keep(tenantId, NOON + at * MINUTE, at / 10);
			const [first] = await list(tenantId, { limit: 1 });
			const rest = await list(tenantId, { after: first?.[0] ?? null });

			expect(first).toEqual([NOON, 0, 0, null]);
			expect(rest.map(([at, , strength]) => [(at - NOON) / MINUTE, strength])).toEqual([
				[5, 0.5],
				[10, 1],
			]);
		});

		it('says which feedback had called something alike fine by then, from a strength on', async () => {
			const tenantId = await learned(origin());
			for (const [at, limits] of [
				[0, 1.2],
				[60, 1.3],
				[120, 3],
				[180, 0.9],
			] as const) {
				await keep(tenantId, NOON + at * MINUTE, limits);
			}
			await db.call('give_feedback', {
				...{ tenantId, at: iso(NOON), openedAt: null, verdict: 'fine', note: null },
				...{ expiresAt: iso(NOON + 24 * HOUR), actor: 'key_1', now: iso(NOON + 30 * MINUTE) },
			});
			const suppressed = async (strength: number) =>
				(await list(tenantId, { strength })).map(([, , , by]) => by?.slice(0, 4) ?? null);

			// Before it was said, alike, far worse than what was judged, and not flagged.
			expect(await suppressed(1)).toEqual([null, 'fbk_', null, null]);
			expect(await suppressed(0.5)).toEqual([null, 'fbk_', null, 'fbk_']);
		});

		it('knows the incidents, the feedback and the maintenance that reach into a span', async () => {
			const tenantId = await learned(origin());
			await keep(tenantId, NOON, 1.2);
			await db.call('give_feedback', {
				...{ tenantId, at: iso(NOON), openedAt: null, verdict: 'incident', note: null },
				...{ expiresAt: iso(NOON + 24 * HOUR), actor: 'key_1', now: iso(NOON) },
			});
			await db.call('put_maintenance_window', {
				window: {
					...{ id: `mnt_${tenantId}`, tenantId, note: null, learn: false },
					...{ fromAt: iso(NOON - HOUR), toAt: iso(NOON + HOUR) },
				},
				...{ replace: false, actor: 'key_1', now: iso(NOON) },
			});

			expect(await db.call('known_spans', span(tenantId))).toEqual({
				incidents: [],
				feedback: [
					{ id: expect.stringMatching(/^fbk_/), verdict: 'incident', from: NOON, to: NOON },
				],
				maintenance: [{ id: `mnt_${tenantId}`, from: NOON - HOUR, to: NOON + HOUR }],
			});
			expect(await db.call('known_spans', span(tenantId, { from: NOON + 2 * HOUR }))).toEqual({
				incidents: [],
				feedback: [],
				maintenance: [],
			});
		});

		it('gives the snapshots of a span as vectors, with the centroids they are scored against', async () => {
			const tenantId = await learned(origin(), out(2, 1));
			await keep(tenantId, NOON, 0.5);
			await keep(tenantId, NOON + MINUTE, 0.7, 'openai:other');
			await keep(tenantId, NOON + 5 * MINUTE, 1.5);
			const picture = await db.call('tenant_behaviour', { ...span(tenantId), limit: 10 });

			expect(picture).toMatchObject({
				...{ version: 1, space: 'features', limit: LIMIT, found: 2 },
				centroids: [
					{ vector: origin(), weight: 0.25 },
					{ vector: out(2, 1), weight: 0.5 },
				],
			});
			expect(picture?.snapshots.map(([at, , strength, vector]) => [at, strength, vector])).toEqual([
				[NOON, 0.5, out(0.5)],
				[NOON + 5 * MINUTE, 1.5, out(1.5)],
			]);
		});

		it('thins out a long span and keeps what was flagged', async () => {
			const tenantId = await learned(origin());
			for (let minute = 0; minute < 40; minute++) {
				await keep(tenantId, NOON + minute * MINUTE, minute === 7 || minute === 8 ? 2 : 0.1);
			}
			const picture = await db.call('tenant_behaviour', { ...span(tenantId), limit: 10 });
			const minutes = picture?.snapshots.map(([at]) => (at - NOON) / MINUTE) ?? [];

			expect(minutes).toHaveLength(10);
			expect(minutes).toEqual(expect.arrayContaining([7, 8, 39]));
			expect(minutes).toEqual([...minutes].sort((a, b) => a - b));
			expect(picture?.found).toBe(40);
		});

		it('has no picture of a tenant without a baseline', async () => {
			expect(await db.call('tenant_behaviour', { ...span(newTenant()), limit: 10 })).toBeNull();
		});
	});
}
