import type { Database } from '../../anomaly-service/src/ports/database.ts';
import { hasPostgres, migratedPostgres } from '../support/servers/postgresServer.ts';
import { describeWith, suiteServer } from '../support/servers/suiteServers.ts';
import { iso, NOON } from './databaseBench.ts';
import { virtualKeyContract } from './virtualKeyContract.ts';

const by = { actor: 'key_op', now: iso(NOON) };

describeWith('a real Postgres', hasPostgres())('virtual keys of a Postgres', () => {
	const server = suiteServer(migratedPostgres);
	virtualKeyContract('pg on a real Postgres', () => server().open());

	describe('when keys change at the same time', () => {
		let databases: [Database, Database];
		beforeAll(async () => {
			databases = [await server().open(), await server().open()];
		});
		afterAll(() => Promise.all(databases.map((database) => database.close())));

		it('leaves no successor behind that was rotated while all were revoked', async () => {
			const [one, other] = databases;
			for (let n = 0; n < 30; n++) {
				const tenantId = `raced-${n}`;
				const key = { keyId: `vk_raced_${n}`, tenantId, name: null, expiresAt: null };
				const ends = { last4: 'abcd' };
				await one.call('issue_virtual_key', {
					...{ key: { ...key, ...ends, keyHash: key.keyId }, max: 9, ...by },
				});
				const next = { keyId: `vk_next_${n}`, keyHash: `next ${n}`, ...ends };
				await Promise.all([
					one.call('rotate_virtual_key', {
						...{ tenantId, keyId: key.keyId, new: next, graceMs: 1000, ...by },
					}),
					other.call('revoke_virtual_keys', {
						...{ tenantId, incidentId: `inc_${n}`, reason: 'runaway', ...by },
					}),
				]);
				const listed = await one.call('list_virtual_keys', { tenantId, after: null, limit: 9 });

				expect(listed.filter(({ revokedAt }) => revokedAt === null)).toEqual([]);
			}
		});
	});
});
