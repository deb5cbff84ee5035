import type { Database } from '../../anomaly-service/src/ports/database.ts';
import { usageRow } from '../../anomaly-service/src/stages/usageRow.ts';
import { usageEvent } from '../support/rows.ts';

import { iso, NOON, sharedDatabase, tenantNames } from './databaseBench.ts';

/** What every transport of the SQL functions guarantees. `open` gives a migrated, empty database. */
export function databaseContract(name: string, open: () => Promise<Database>): void {
	describe(`database through ${name}`, () => {
		const db = sharedDatabase(open);
		const newTenant = tenantNames();
		const row = (tenantId: string, id: string, at: number, costMicroCents: number) =>
			usageRow(
				usageEvent({ id, subject: tenantId, time: iso(at) }),
				{ costMicroCents, costSource: 'price', lineItems: [], contextTokens: 128_000 },
				NOON + 3_600_000,
			);

		it('records an event once by source and id, also within one batch', async () => {
			const tenantId = newTenant();
			const events = ['a', 'b', 'a'].map((id) => row(tenantId, `${tenantId}-${id}`, NOON, 5));

			const first = await db.call('record_usage', { events });
			expect(first).toEqual({ added: 2, known: [] });
			const second = await db.call('record_usage', { events });
			expect(second.added).toBe(0);
			expect(second.known.map(({ id, ...known }) => [id, known]).toSorted()).toEqual(
				['a', 'b'].map((id) => [
					`${tenantId}-${id}`,
					{ source: 'test', tenantId, costMicroCents: 5, reservationId: null },
				]),
			);
			const spend = await db.call('tenant_spend', {
				tenantId,
				since: iso(NOON),
				until: iso(NOON + 1),
			});
			expect(spend).toEqual({ microCents: 10, requests: 2, tokens: 920 });
		});

		it('sums spend over a half-open span', async () => {
			const tenantId = newTenant();
			const events = [0, 1, 2].map((second) =>
				row(tenantId, `${tenantId}-${second}`, NOON + second * 1000, 1),
			);
			await db.call('record_usage', { events });

			const spend = await db.call('tenant_spend', {
				tenantId,
				since: iso(NOON),
				until: iso(NOON + 2000),
			});
			expect(spend.requests).toBe(2);
		});

		it('gives a tenant’s calls back oldest first', async () => {
			const tenantId = newTenant();
			const events = [2, 0, 1].map((second) =>
				row(tenantId, `${tenantId}-${second}`, NOON + second * 1000, second),
			);
			await db.call('record_usage', { events });

			const calls = await db.call('tenant_calls', {
				tenantId,
				since: iso(NOON),
				until: iso(NOON + 60_000),
			});
			expect(calls.map((call) => call[9])).toEqual([0, 1, 2]);
			expect(calls[0]).toEqual([
				NOON,
				'api.openai.com/v1/chat/completions',
				'gpt-4o-mini',
				400,
				0,
				60,
				128_000,
				700,
				200,
				0,
				...['', '', ''],
			]);
		});

		it('keeps amounts up to 2^53 exact', async () => {
			const tenantId = newTenant();
			await db.call('record_usage', {
				events: [row(tenantId, `${tenantId}-big`, NOON, Number.MAX_SAFE_INTEGER)],
			});

			const spend = await db.call('tenant_spend', {
				tenantId,
				since: iso(NOON),
				until: iso(NOON + 1),
			});
			expect(spend.microCents).toBe(Number.MAX_SAFE_INTEGER);
		});

		it('knows a service key by its hash and forgets it when revoked', async () => {
			const key = {
				keyId: 'key_1',
				name: 'n8n',
				role: 'operate',
				tenantId: null,
				keyHash: 'hash-1',
			};
			const by = { actor: 'test', now: iso(NOON) };

			expect(await db.call('create_service_key', { key, ...by })).toEqual({ created: true });
			expect(
				await db.call('create_service_key', { key: { ...key, keyId: 'key_2' }, ...by }),
			).toEqual({
				created: false,
			});
			expect(await db.call('list_service_keys', {})).toMatchObject([
				{ keyId: 'key_1', keyHash: 'hash-1' },
			]);
			expect(await db.call('revoke_service_key', { id: 'key_1', ...by })).toEqual({
				outcome: 'revoked',
			});
			expect(await db.call('revoke_service_key', { id: 'key_1', ...by })).toEqual({
				outcome: 'unknown',
			});
			expect(await db.call('list_service_keys', {})).toEqual([]);
		});

		it('keeps the last admin key, whoever revokes it', async () => {
			const by = { actor: 'test', now: iso(NOON) };
			for (const keyId of ['admin_1', 'admin_2']) {
				const key = { keyId, name: keyId, role: 'admin', tenantId: null, keyHash: keyId };
				await db.call('create_service_key', { key, ...by });
			}
			const outcomes = await Promise.all(
				['admin_1', 'admin_2'].map((id) => db.call('revoke_service_key', { id, ...by })),
			);

			expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['lastAdmin', 'revoked']);
		});
	});
}
