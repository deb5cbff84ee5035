import { Client } from 'pg';
import { openPgliteServerDatabase } from '../support/servers/pgliteServer.ts';
import { hasPostgres, migratedPostgres } from '../support/servers/postgresServer.ts';
import { describeWith, suiteServer } from '../support/servers/suiteServers.ts';
import { iso, NOON } from './databaseBench.ts';
import { reportContract } from './reportContract.ts';
import { spendContract } from './spendContract.ts';

reportContract('pg', openPgliteServerDatabase);
spendContract('pg', openPgliteServerDatabase);

describeWith('a real Postgres', hasPostgres())('a Postgres with a lot in it', () => {
	const server = suiteServer(migratedPostgres);
	reportContract('pg on a real Postgres', () => server().open());
	spendContract('pg on a real Postgres', () => server().open());

	let operator: Client;
	beforeEach(async () => {
		operator = new Client({ connectionString: server().url });
		await operator.connect();
	});
	afterEach(() => operator.end());
	const rowsRead = async (table: string, query: string) => {
		await operator.query('begin');
		await operator.query(query);
		const { rows } = await operator.query<{ read: number }>(
			`select sum(seq_tup_read + idx_tup_fetch)::integer as read from pg_stat_xact_user_tables
			where relid in (select relid from pg_partition_tree($1) union select $1::regclass)`,
			[table],
		);
		await operator.query('commit');
		return rows[0]?.read;
	};

	it('sums up one tenant’s week without reading everybody’s', async () => {
		await operator.query(
			`insert into fuse.usage_events
			select 'many', 'e' || n, 't' || n % 500, $1::timestamptz, $1, 'p', 'm', 'e', 1, 0, 0, 0, 0, 1, 0, 0, 0, false,
				null, null, 1, 'price', '[]' from generate_series(1, 20000) n`,
			[iso(NOON)],
		);
		await operator.query('vacuum analyze fuse.usage_events');
		const week = `'${iso(NOON - 1)}', '${iso(NOON + 1)}'`;
		const query = `select fuse.spend_report(${week}, '["model", "day"]', 'UTC', 't1', null, null, null, null, null, null, 10)`;

		expect(await rowsRead('fuse.usage_events', query)).toBeLessThanOrEqual(41);
	});

	it.each([
		['a tenant', `'t1', null, null, null`],
		['an actor', `null, null, 'many_1', null`],
		['an incident', `null, null, null, 'inc_1'`],
	])('finds what the audit says of %s without reading all of it', async (_what, filter) => {
		// Once: nobody takes them away again.
		await operator.query(
			`insert into fuse.audit_entries (at, actor, event, tenant_id, incident_id, detail)
			select $1, 'many_' || n % 500, 'limit.replaced', 't' || n % 500, 'inc_' || n % 500, '{}'
			from generate_series(1, 20000) n where not exists (select from fuse.audit_entries where tenant_id = 't1')`,
			[iso(NOON)],
		);
		await operator.query('vacuum analyze fuse.audit_entries');
		const query = `select fuse.search_audit(${filter}, null, null, null, 1000)`;

		expect(await rowsRead('fuse.audit_entries', query)).toBeLessThanOrEqual(41);
	});
});
