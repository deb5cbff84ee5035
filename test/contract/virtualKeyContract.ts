import type { Database } from '../../anomaly-service/src/ports/database.ts';
import type { VirtualKeyFunctions } from '../../anomaly-service/src/ports/virtualKeyFunctions.ts';
import { iso, NOON, sharedDatabase, tenantNames } from './databaseBench.ts';

type Made = VirtualKeyFunctions['issue_virtual_key']['args']['key'];

const MINUTE_MS = 60_000;
const by = { actor: 'key_op', now: iso(NOON) };

/** What the list of tenants' keys guarantees, through every transport. */
export function virtualKeyContract(name: string, open: () => Promise<Database>): void {
	describe(`virtual keys through ${name}`, () => {
		const db = sharedDatabase(open);
		const newTenant = tenantNames();
		let made = 0;
		const newKey = () => {
			const n = ++made;
			return { keyId: `vk_${name}_${n}`, keyHash: `hash of ${name} ${n}`, last4: 'abcd' };
		};
		const issue = async (tenantId: string, given: Partial<Made> = {}, max = 100) => {
			const key = { ...newKey(), tenantId, name: null, expiresAt: null, ...given };
			const issued = await db.call('issue_virtual_key', { key, max, ...by });
			return { ...key, outcome: issued.outcome };
		};
		const revokeAll = (tenantId: string, incidentId: string | null = null) =>
			db.call('revoke_virtual_keys', { tenantId, incidentId, reason: 'runaway', ...by });
		const restoreAll = (tenantId: string, incidentId: string) =>
			db.call('restore_virtual_keys', { tenantId, incidentId, ...by });
		const rotate = (tenantId: string, keyId: string, graceMs = 0) =>
			db.call('rotate_virtual_key', { tenantId, keyId, new: newKey(), graceMs, ...by });
		const revoke = (tenantId: string, keyId: string) =>
			db.call('revoke_virtual_key', { tenantId, keyId, reason: 'lost', ...by });
		const restore = (tenantId: string, keyId: string) =>
			db.call('restore_virtual_key', { tenantId, keyId, ...by });
		const find = async (...hashes: string[]) => db.call('find_virtual_keys', { hashes });
		const list = (tenantId: string, after: string | null = null, limit = 100) =>
			db.call('list_virtual_keys', { tenantId, after, limit });
		const audit = async (tenantId: string) =>
			(
				await db.call('search_audit', {
					...{ tenantId, action: null, actor: null, incidentId: null },
					...{ from: null, to: null, before: null, limit: 100 },
				})
			)
				.map(({ action, incidentId, detail }) => ({ action, incidentId, detail }))
				.toReversed();

		it('finds a key by its hash, and nothing by that of a key that does not exist', async () => {
			const tenantId = newTenant();
			const { keyHash, keyId } = await issue(tenantId, {
				name: 'n8n',
				expiresAt: iso(NOON + MINUTE_MS),
			});

			expect(await find(keyHash, 'no hash')).toEqual([
				{
					...{ keyHash, keyId, tenantId, name: 'n8n', expiresAt: NOON + MINUTE_MS },
					...{ revokedAt: null, incidentId: null },
				},
			]);
			expect(await find()).toEqual([]);
		});

		it('lists the keys of one tenant in pages, oldest first', async () => {
			const tenantId = newTenant();
			const ids = [];
			for (let i = 0; i < 3; i++) ids.push((await issue(tenantId)).keyId);
			await issue(newTenant());
			const all = await list(tenantId);

			expect(all.map(({ keyId }) => keyId)).toEqual(ids.toSorted());
			expect(all[0]).toMatchObject({ tenantId, last4: 'abcd', revokedAt: null, replaces: null });
			expect(JSON.stringify(all)).not.toContain('hash of');
			expect(await list(tenantId, all[0]?.keyId ?? null, 1)).toEqual([all[1]]);
			expect(await list(tenantId, 'no key')).toEqual([]);
		});

		it('issues no key beyond the most a tenant may have; those that ended make room', async () => {
			const tenantId = newTenant();
			const first = await issue(tenantId, {}, 2);
			await issue(tenantId, { expiresAt: iso(NOON) }, 2);
			await issue(tenantId, {}, 2);

			expect(await issue(tenantId, {}, 2)).toMatchObject({ outcome: 'tooMany' });
			await revoke(tenantId, first.keyId);
			expect(await issue(tenantId, {}, 2)).toMatchObject({ outcome: 'issued' });
		});

		it('revokes every key of a tenant in one call, which says exactly what it changed', async () => {
			const tenantId = newTenant();
			const kept = await issue(newTenant());
			const gone = await issue(tenantId);
			await revoke(tenantId, gone.keyId);
			const keys = [await issue(tenantId), await issue(tenantId)];
			const ids = keys.map(({ keyId }) => keyId).toSorted();

			expect(await revokeAll(tenantId, 'inc_1')).toEqual({ keyIds: ids });
			expect(await revokeAll(tenantId, 'inc_2')).toEqual({ keyIds: [] });
			expect(await find(kept.keyHash)).toMatchObject([{ revokedAt: null }]);
			expect(await find(keys[0]?.keyHash ?? '')).toMatchObject([
				{ revokedAt: NOON, incidentId: 'inc_1' },
			]);
			expect((await audit(tenantId)).slice(-1)).toEqual([
				{
					action: 'virtualKeys.revoked',
					incidentId: 'inc_1',
					detail: { keyIds: ids, reason: 'runaway' },
				},
			]);
		});

		it('restores just the keys an incident revoked, not those a person did before or since', async () => {
			const tenantId = newTenant();
			const [before, both, since] = [
				await issue(tenantId),
				await issue(tenantId),
				await issue(tenantId),
			];
			await revoke(tenantId, before.keyId);
			await revokeAll(tenantId, 'inc_3');
			expect(await revoke(tenantId, since.keyId)).toMatchObject({ outcome: 'revoked' });

			expect(await restoreAll(tenantId, 'inc_other')).toEqual({ keyIds: [] });
			expect(await restoreAll(tenantId, 'inc_3')).toEqual({ keyIds: [both.keyId] });
			expect(await restoreAll(tenantId, 'inc_3')).toEqual({ keyIds: [] });
			expect((await list(tenantId)).map(({ revokedAt }) => revokedAt === null)).toEqual(
				[before, both, since]
					.toSorted((a, b) => (a.keyId < b.keyId ? -1 : 1))
					.map(({ keyId }) => keyId === both.keyId),
			);
		});

		it('rotates a key: the new one of its name and end, the old one refused at once', async () => {
			const tenantId = newTenant();
			const expiresAt = iso(NOON + 10 * MINUTE_MS);
			const { keyId, keyHash } = await issue(tenantId, { name: 'n8n', expiresAt });

			expect(await rotate(tenantId, keyId)).toMatchObject({
				outcome: 'rotated',
				key: { name: 'n8n', replaces: keyId, revokedAt: null },
				replaced: { keyId, revokedReason: 'rotated', revokedBy: 'key_op' },
			});
			expect(await find(keyHash)).toMatchObject([{ revokedAt: NOON }]);
			expect(await rotate(tenantId, keyId)).toEqual({ outcome: 'ended' });
			expect(await restore(tenantId, keyId)).toMatchObject({ outcome: 'replaced' });
		});

		it('lets a rotated key work through its grace, and revokes it with the others', async () => {
			const tenantId = newTenant();
			const { keyId, keyHash } = await issue(tenantId);
			await rotate(tenantId, keyId, MINUTE_MS);

			expect(await find(keyHash)).toMatchObject([{ expiresAt: NOON + MINUTE_MS, revokedAt: null }]);
			expect(await rotate(tenantId, keyId)).toEqual({ outcome: 'ended' });
			expect((await revokeAll(tenantId, 'inc_4')).keyIds).toHaveLength(2);
			expect((await restoreAll(tenantId, 'inc_4')).keyIds).toHaveLength(2);
			expect(await find(keyHash)).toMatchObject([{ expiresAt: NOON + MINUTE_MS, revokedAt: null }]);
		});

		it('revokes and restores one key, each once', async () => {
			const tenantId = newTenant();
			const { keyId } = await issue(tenantId);

			expect(await revoke(tenantId, keyId)).toMatchObject({
				outcome: 'revoked',
				key: { revokedReason: 'lost', incidentId: null },
			});
			expect(await revoke(tenantId, keyId)).toMatchObject({ outcome: 'already' });
			expect(await restore(tenantId, keyId)).toMatchObject({
				outcome: 'restored',
				key: { revokedAt: null, revokedReason: null, revokedBy: null },
			});
			expect(await restore(tenantId, keyId)).toMatchObject({ outcome: 'valid' });
			expect((await audit(tenantId)).map(({ action }) => action)).toEqual([
				...['virtualKey.issued', 'virtualKey.revoked', 'virtualKey.restored'],
			]);
		});

		it('knows no key of another tenant', async () => {
			const { keyId } = await issue(newTenant());
			const other = newTenant();

			expect(await rotate(other, keyId)).toEqual({ outcome: 'unknown' });
			expect(await revoke(other, keyId)).toEqual({ outcome: 'unknown' });
			expect(await restore(other, keyId)).toEqual({ outcome: 'unknown' });
		});

		it('tells whose keys changed since it was last asked', async () => {
			const { until, tenantIds } = await db.call('changed_virtual_keys', { since: null });
			expect(tenantIds).toEqual([]);
			const tenantId = newTenant();
			await issue(tenantId);
			const changed = await db.call('changed_virtual_keys', { since: until });

			expect(changed.tenantIds).toContain(tenantId);
			expect(Date.parse(changed.until)).toBeGreaterThanOrEqual(Date.parse(until));
			const later = iso(Date.parse(changed.until) + 2 * MINUTE_MS);
			expect(await db.call('changed_virtual_keys', { since: later })).toMatchObject({
				tenantIds: [],
			});
		});
	});
}
