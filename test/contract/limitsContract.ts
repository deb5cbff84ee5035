import { LIMIT_UNITS, type Limit } from '../../core/limits.ts';
import type { Database } from '../../anomaly-service/src/ports/database.ts';
import { aLimit } from '../support/limits.ts';
import { usageEvent } from '../support/rows.ts';
import { usageRow } from '../../anomaly-service/src/stages/usageRow.ts';

import { iso, NOON, sharedDatabase, tenantNames } from './databaseBench.ts';

const BY = { actor: 'key_1', now: iso(NOON) };

/** Limits and tenants' plans, through any transport of the SQL functions. */
export function limitsContract(name: string, open: () => Promise<Database>): void {
	describe(`limits through ${name}`, () => {
		const db = sharedDatabase(open);
		const newTenant = tenantNames();
		const put = (limit: Limit, { replace = true, tenantId = null as string | null } = {}) =>
			db.call('put_limit', { limit, replace, tenantId, ...BY });
		const remove = (id: string, tenantId: string | null = null) =>
			db.call('delete_limit', { id, tenantId, ...BY });
		const ofTenant = (tenantId: string, changes: Partial<Limit> = {}) =>
			aLimit({ id: `lim-${tenantId}`, audience: { kind: 'tenant', tenantId }, ...changes });
		const revision = async () => (await db.call('load_limits', { since: 0 }))?.revision ?? 0;

		it('gives limits back as they were set, up to 2^53 − 1', async () => {
			const limit = ofTenant(newTenant(), {
				scope: 'node',
				subject: 'w/Ä "1"',
				unit: 'microCents',
				window: { kind: 'calendar', unit: 'week', timeZone: 'Europe/Berlin' },
				capacity: Number.MAX_SAFE_INTEGER,
			});

			expect(await put(limit)).toEqual({ outcome: 'created' });
			const loaded = await db.call('load_limits', { since: 0 });
			expect(loaded?.complete).toBe(true);
			expect(loaded?.limits).toContainEqual(limit);
		});

		it.each(LIMIT_UNITS)('takes a limit of every unit: %s', async (unit) => {
			const window = unit === 'concurrency' ? null : ({ kind: 'rolling', windowMs: 1000 } as const);

			expect(await put(ofTenant(newTenant(), { unit, window }))).toEqual({ outcome: 'created' });
		});

		it('replaces a limit once and says when there is nothing to change', async () => {
			const limit = ofTenant(newTenant());
			const smaller = { ...limit, capacity: 1 };
			await put(limit);

			expect(await put(smaller)).toEqual({ outcome: 'replaced' });
			const before = await revision();
			expect(await put(smaller)).toEqual({ outcome: 'unchanged' });
			expect(await revision()).toBe(before);
		});

		it('does not make a limit under an id in use', async () => {
			const limit = ofTenant(newTenant());
			await put(limit, { replace: false });

			expect(await put({ ...limit, capacity: 1 }, { replace: false })).toEqual({
				outcome: 'idTaken',
			});
		});

		it('leaves limits of others alone when asked for one tenant', async () => {
			const [tenantId, other] = [newTenant(), newTenant()];
			const limit = ofTenant(other);
			const forAll = aLimit({ id: `all-${tenantId}`, scope: 'source', subject: tenantId });
			await put(limit);
			await put(forAll);

			for (const { id } of [limit, forAll]) {
				expect(await put(ofTenant(tenantId, { id }), { tenantId })).toEqual({
					outcome: 'idTaken',
				});
				expect(await remove(id, tenantId)).toEqual({ deleted: false });
			}
			expect(await remove(limit.id, other)).toEqual({ deleted: true });
			expect(await remove(forAll.id)).toEqual({ deleted: true });
		});

		it('refuses a second limit on the same count for the same audience in the same mode', async () => {
			const limit = ofTenant(newTenant());
			await put(limit);
			const twin = { ...limit, id: `${limit.id}-2`, capacity: 7, whenOver: 'reject' } as const;

			expect(await put(twin)).toEqual({ outcome: 'sameCount', limitId: limit.id });
			expect(await put({ ...twin, mode: 'shadow' })).toEqual({ outcome: 'created' });
			await remove(limit.id);
			expect(await put({ ...twin, id: `${limit.id}-3` })).toEqual({ outcome: 'created' });
		});

		it('refuses what is no limit, whoever writes it', async () => {
			const limit = ofTenant(newTenant());

			for (const wrong of [
				{ capacity: 2 ** 53 },
				{ capacity: -1 },
				{ capacity: 0.5 },
				{ window: null },
				{ unit: 'wishes' },
				{ scope: undefined },
			]) {
				await expect(put({ ...limit, ...wrong } as Limit)).rejects.toThrow('document_is_a_limit');
			}
		});

		it('answers what changed since a revision, and null when nothing did', async () => {
			const tenantId = newTenant();
			const [kept, dropped] = ['kept', 'dropped'].map((id) =>
				ofTenant(tenantId, { id: `${tenantId}-${id}`, subject: id, scope: 'source' }),
			) as [Limit, Limit];
			await put(dropped);
			const since = await revision();

			expect(await db.call('load_limits', { since: since || 1 })).toBeNull();
			await put(kept);
			await remove(dropped.id);
			await db.call('put_tenant', { tenantId, plan: 'pro', ...BY });
			expect(await db.call('load_limits', { since })).toEqual({
				revision: since + 3,
				complete: false,
				limits: [kept],
				deleted: [dropped.id],
				plans: [{ tenantId, plan: 'pro' }],
			});
			expect((await db.call('load_limits', { since: since + 1 }))?.limits).toEqual([]);
		});

		it('answers everything to who knows a later revision than there is', async () => {
			const limit = ofTenant(newTenant());
			await put(limit);
			const loaded = await db.call('load_limits', { since: 1_000_000 });

			expect(loaded).toMatchObject({ complete: true, revision: await revision() });
			expect(loaded?.limits).toContainEqual(limit);
		});

		it('deletes a limit once, and its id can be used again', async () => {
			const limit = ofTenant(newTenant());
			await put(limit);

			expect(await remove(limit.id)).toEqual({ deleted: true });
			expect(await remove(limit.id)).toEqual({ deleted: false });
			expect((await db.call('load_limits', { since: 0 }))?.limits).not.toContainEqual(limit);
			expect(await put(limit, { replace: false })).toEqual({ outcome: 'created' });
		});

		it('keeps a tenant’s plan beside what is known of its usage', async () => {
			const tenantId = newTenant();
			const row = usageRow(
				usageEvent({ subject: tenantId, time: iso(NOON) }),
				{ costMicroCents: 1, costSource: 'price', lineItems: [], contextTokens: 0 },
				NOON,
			);

			expect(await db.call('get_tenant', { tenantId })).toEqual({
				plan: null,
				firstAt: null,
				lastAt: null,
			});
			expect(await db.call('put_tenant', { tenantId, plan: 'pro', ...BY })).toEqual({
				changed: true,
			});
			expect(await db.call('put_tenant', { tenantId, plan: 'pro', ...BY })).toEqual({
				changed: false,
			});
			await db.call('record_usage', { events: [row] });
			expect(await db.call('get_tenant', { tenantId })).toEqual({
				plan: 'pro',
				firstAt: NOON,
				lastAt: NOON,
			});
		});

		it('takes a tenant off its plan, and tells those who know it on one', async () => {
			const tenantId = newTenant();
			await db.call('put_tenant', { tenantId, plan: 'pro', ...BY });
			const since = await revision();
			await db.call('put_tenant', { tenantId, plan: null, ...BY });

			expect((await db.call('load_limits', { since }))?.plans).toEqual([{ tenantId, plan: null }]);
			expect((await db.call('load_limits', { since: 0 }))?.plans).not.toContainEqual(
				expect.objectContaining({ tenantId }),
			);
		});
	});
}
