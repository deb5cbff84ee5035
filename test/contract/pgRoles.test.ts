import { Client } from 'pg';
import { openPgDatabase } from '../../anomaly-service/src/adapters/postgres/pgDatabase.ts';
import { hasPostgres, migratedPostgres } from '../support/servers/postgresServer.ts';
import { describeWith, suiteServer } from '../support/servers/suiteServers.ts';
import { incidentContract } from './incidentContract.ts';
import { limitsContract } from './limitsContract.ts';

/** Logins of a plain Postgres that are not the owner: the service's own, and one for the numbers of tenants. */
describeWith('a real Postgres', hasPostgres())('a Postgres with a login for each purpose', () => {
	const server = suiteServer(migratedPostgres);
	beforeAll(async () => {
		await asRole('postgres', async (owner) => {
			await owner.query('create role fuse_app login in role fuse_service');
			await owner.query('create role fuse_reports login in role fuse_tenant');
			await owner.query('create role passer_by login');
		});
	});
	const urlOf = (role: string) => server().url.replace('postgres@', `${role}@`);
	const asService = () =>
		openPgDatabase({
			connectionString: urlOf('fuse_app'),
			migrationsDir: server().migrationsDir,
		});
	async function asRole<Result>(
		role: string,
		use: (client: Client) => Promise<Result>,
	): Promise<Result> {
		const client = new Client({ connectionString: urlOf(role) });
		await client.connect();
		try {
			return await use(client);
		} finally {
			await client.end();
		}
	}

	incidentContract('pg as fuse_service', asService);
	limitsContract('pg as fuse_service', asService);

	it('reads for a tenant as long as it says which, and shows a passer-by nothing', async () => {
		await asRole('postgres', (owner) =>
			owner.query(
				`insert into fuse.tenants select 'reads-' || n, now(), now() from generate_series(1, 3) n`,
			),
		);
		const seen = (client: Client) =>
			client.query<{ id: string }>(
				`select tenant_id as id from fuse.tenants where tenant_id like 'reads-%'`,
			);

		await asRole('fuse_reports', async (client) => {
			expect((await seen(client)).rows).toEqual([]);
			await client.query(`begin; set local fuse.tenant_id = 'reads-2'`);
			expect((await seen(client)).rows).toEqual([{ id: 'reads-2' }]);
			await client.query('commit');
			expect((await seen(client)).rows).toEqual([]);
			await expect(client.query('select * from fuse.service_keys')).rejects.toMatchObject({
				code: '42501',
			});
		});
		await expect(asRole('passer_by', seen)).rejects.toMatchObject({ code: '42501' });
	});

	it('refuses to change the audit, to the owner as to the service', async () => {
		for (const role of ['postgres', 'fuse_app']) {
			for (const change of [
				`update fuse.audit_entries set actor = 'x'`,
				'truncate fuse.audit_entries',
			]) {
				const changed = asRole(role, (client) => client.query(change));
				await expect(changed).rejects.toMatchObject({ code: '42501' });
			}
		}
		const unguarded = asRole('postgres', (owner) =>
			owner.query(`set session_replication_role = replica; delete from fuse.audit_entries`),
		);
		await expect(unguarded).rejects.toThrow('the audit is append-only: DELETE is refused');
	});
});
