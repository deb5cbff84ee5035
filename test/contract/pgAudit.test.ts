import { Client } from 'pg';
import { verifyAudit } from '../../anomaly-service/src/stages/auditChain.ts';
import { openQueryable } from '../support/servers/openedDatabase.ts';
import { hasPostgres, migratedPostgres } from '../support/servers/postgresServer.ts';
import { describeWith, suiteServer } from '../support/servers/suiteServers.ts';
import { auditContract } from './auditContract.ts';

const WRITERS = 8;

describeWith('a real Postgres', hasPostgres())('the audit of a Postgres', () => {
	const server = suiteServer(migratedPostgres);
	auditContract('pg on a real Postgres', () => openQueryable(server().url));

	describe('with many who write at once', () => {
		const clients: Client[] = [];
		beforeAll(async () => {
			for (let n = 0; n < WRITERS; n++) {
				const client = new Client({ connectionString: server().url });
				await client.connect();
				clients.push(client);
			}
		});
		afterAll(() => Promise.all(clients.map((client) => client.end())));
		const write = (client: Client, actor: string) =>
			client.query(
				`insert into fuse.audit_entries (at, actor, event, detail) values (now(), $1, 'raced', '{}')`,
				[actor],
			);

		it('chains every entry, whatever order their transactions take their locks in', async () => {
			const database = await server().open();
			const before = await verifyAudit(database, null);
			await clients[0]?.query('create table public.locked (id integer primary key, n integer)');
			await clients[0]?.query('insert into public.locked select n, 0 from generate_series(0, 3) n');
			// The audit first, then rows that others wait for: with the chain's lock taken at once, two would wait for
			// each other.
			await Promise.all(
				clients.map(async (client, index) => {
					for (let n = 0; n < 25; n++) {
						await client.query('begin');
						await write(client, `writer ${index}`);
						await client.query('update public.locked set n = n + 1 where id = $1', [
							(index + n) % 4,
						]);
						await write(client, `writer ${index}`);
						await client.query(n % 5 === 0 ? 'rollback' : 'commit');
					}
				}),
			);
			const after = await verifyAudit(database, before.head);
			await database.close();

			expect(after).toMatchObject({ valid: true, entries: before.entries + WRITERS * 20 * 2 });
		});

		it('lets the service write entries, and no place of the chain', async () => {
			const [owner] = clients;
			await owner?.query('begin; set local role fuse_service');
			const forged = `insert into fuse.audit_chain values (0, 0, '', '')`;
			await expect(owner?.query(forged)).rejects.toMatchObject({ code: '42501' });
			await owner?.query('rollback; begin; set local role fuse_service');
			if (owner) await write(owner, 'the service');
			await owner?.query('commit');
			const { rows } = (await owner?.query(
				`select count(*)::integer as places from fuse.audit_chain join fuse.audit_entries using (sequence)
				where actor = 'the service'`,
			)) ?? { rows: [] };

			expect(rows).toEqual([{ places: 1 }]);
		});
	});
});
