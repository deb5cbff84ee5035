import { Client } from 'pg';
import { openPgDatabase } from '../../anomaly-service/src/adapters/postgres/pgDatabase.ts';
import { StoreUnavailableError, type Database } from '../../anomaly-service/src/ports/database.ts';
import { usageRow } from '../../anomaly-service/src/stages/usageRow.ts';
import { poll } from '../e2e/harness/poll.ts';
import { usageEvent } from '../support/rows.ts';
import { hasPostgres, migratedPostgres } from '../support/servers/postgresServer.ts';
import { describeWith, suiteServer } from '../support/servers/suiteServers.ts';
import { iso, NOON } from './databaseBench.ts';
import { incidentContract } from './incidentContract.ts';
import { jobContract } from './jobContract.ts';

/** What takes several sessions at once, or a server that dies: PGlite has one session and cannot die alone. */
describeWith('a real Postgres', hasPostgres())('a Postgres of several sessions', () => {
	const server = suiteServer(migratedPostgres);
	incidentContract('pg on a real Postgres', () => server().open());
	jobContract('pg on a real Postgres', () => server().open());

	let first: Database;
	let second: Database;
	let operator: Client;
	beforeEach(async () => {
		[first, second] = await Promise.all([server().open(), server().open()]);
		operator = new Client({ connectionString: server().url });
		operator.on('error', () => undefined);
		await operator.connect();
	});
	afterEach(() => Promise.all([first.close(), second.close(), operator.end()]));

	const claim = (database: Database, limit: number) =>
		database.call('claim_deliveries', { now: iso(NOON), leaseMs: 60_000, limit });
	const fillOutbox = async (messages: number) => {
		await operator.query('truncate fuse.outbox');
		await operator.query(
			`insert into fuse.webhooks values ('whk_all', 'http://127.0.0.1:1/', '{}', null, $1) on conflict do nothing`,
			[iso(NOON)],
		);
		await operator.query(
			`insert into fuse.outbox (event_id, webhook_id, body, created_at, next_attempt_at)
			select 'event-' || n, 'whk_all', '{}', $1, $1 from generate_series(1, $2::integer) n`,
			[iso(NOON), messages],
		);
	};

	it.each(['the estimate', 'the settlement'])(
		'keeps one row of a call that is settled while its lease is recorded: %s first',
		async (begun) => {
			const reservationId = `rsv_${begun.replace(' ', '')}_YWNtZQ`;
			const settled = usageRow(
				usageEvent({ subject: 'acme', data: { reservationId } }),
				{ costMicroCents: 7, costSource: 'price', lineItems: [], contextTokens: 0 },
				NOON,
			);
			const estimated = { ...settled, id: `lease:${reservationId}`, cost_source: 'estimate' };
			const calls = [
				{ name: 'record_expired_leases', events: [estimated] },
				{ name: 'record_usage', events: [settled] },
			];
			const [early, late] = begun === 'the estimate' ? calls : calls.reverse();
			const other = new Client({ connectionString: server().url });
			await other.connect();
			const run = (client: Client, call: (typeof calls)[number] | undefined) =>
				client.query(`select fuse.${call?.name}($1)`, [JSON.stringify(call?.events)]);
			await operator.query('begin');
			await run(operator, early);
			const waiting = run(other, late);
			await poll({ what: 'the other session to wait', timeoutMs: 5000 }, async () => {
				const { rows } = await operator.query(
					`select 1 from pg_locks where locktype = 'advisory' and not granted`,
				);
				return rows.length > 0 ? true : undefined;
			});
			await operator.query('commit');
			await waiting;
			await other.end();

			const { rows } = await operator.query(
				'select cost_source from fuse.usage_events where reservation_id = $1',
				[reservationId],
			);
			expect(rows).toEqual([{ cost_source: 'price' }]);
		},
	);

	it('sums up one tenant’s use without reading everybody’s', async () => {
		await operator.query(
			`insert into fuse.usage_events
			select 'many', 'e' || n, 't' || n % 500, $1::timestamptz, $1, 'p', 'm', 'e', 1, 0, 0, 0, 0, 1, 0, 0, 0, false,
				null, null, 1, 'price', '[]' from generate_series(1, 20000) n`,
			[iso(NOON)],
		);
		await operator.query('vacuum analyze fuse.usage_events');
		const counter = { id: 'c', scope: 'tenant', subject: 't1', unit: 'requests', since: NOON };
		await operator.query('begin');
		await operator.query(`select fuse.usage_sums('t1', $1)`, [
			JSON.stringify([{ ...counter, sliceMs: null }]),
		]);
		const { rows } = await operator.query(
			`select sum(seq_tup_read + idx_tup_fetch)::integer as read from pg_stat_xact_user_tables
			where relid in (select relid from pg_partition_tree('fuse.usage_events'))`,
		);
		await operator.query('commit');

		expect(rows).toEqual([{ read: 40 }]);
	});

	it('gives a message that one session is taking to no other, and keeps none waiting for it', async () => {
		await fillOutbox(10);
		await operator.query('begin');
		const { rows } = await operator.query<{ claimed: { id: string }[] }>(
			'select fuse.claim_deliveries($1, 60000, 4) as claimed',
			[iso(NOON)],
		);
		const taken = rows[0]?.claimed.map(({ id }) => id) ?? [];
		const others = (await claim(first, 100)).map(({ id }) => id);
		await operator.query('commit');

		expect([taken.length, others.length]).toEqual([4, 6]);
		expect(new Set([...taken, ...others]).size).toBe(10);
	});

	it('hands every message to one of two replicas that claim as fast as they can', async () => {
		await fillOutbox(500);
		const drain = async (database: Database) => {
			const ids: string[] = [];
			for (;;) {
				const claims = await Promise.all([claim(database, 7), claim(database, 7)]);
				const got = claims.flat().map(({ id }) => id);
				if (got.length === 0) return ids;
				ids.push(...got);
			}
		};

		const ids = (await Promise.all([drain(first), drain(second)])).flat();
		expect(ids).toHaveLength(500);
		expect(new Set(ids).size).toBe(500);
	});

	it('is migrated once by replicas that start at once', async () => {
		await operator.query('create database fresh');
		const connectionString = server().url.replace(/postgres$/, 'fresh');
		const { migrationsDir } = server();
		const replicas = await Promise.all(
			Array.from({ length: 4 }, () => openPgDatabase({ connectionString, migrationsDir })),
		);

		for (const replica of replicas) {
			expect(await replica.call('outbox_summary', {})).toEqual({ waiting: 0, dead: 0 });
			await replica.close();
		}
	});

	it('that ends an idle connection ends no process and no call', async () => {
		await first.call('outbox_summary', {});
		await operator.query(
			`select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name = 'llm-fuse'`,
		);
		await operator.query('select 1');

		expect(await first.call('outbox_summary', {})).toHaveProperty('waiting');
	});

	it('that ends a call over its time limit is called unavailable, and holds no lock for it', async () => {
		await operator.query('begin; lock table fuse.outbox');
		const hasty = await openPgDatabase({
			connectionString: `${server().url}?statement_timeout=100`,
			migrationsDir: server().migrationsDir,
		});

		await expect(claim(hasty, 1)).rejects.toThrow(StoreUnavailableError);
		expect(await waiting(operator)).toBe(0);
		await hasty.close();
		await operator.query('rollback');
	});

	it('that dies in the middle of a call is called unavailable, and serves again after its recovery', async () => {
		await fillOutbox(3);
		await operator.query('begin; lock table fuse.outbox');
		const caught = expect(claim(first, 10)).rejects.toThrow(StoreUnavailableError);
		await poll({ what: 'the call to be under way' }, async () =>
			(await waiting(operator)) === 1 ? true : undefined,
		);

		await server().kill();
		await caught;
		await expect(claim(first, 10)).rejects.toThrow(StoreUnavailableError);
		await server().restart();
		expect(await claim(first, 10)).toHaveLength(3);
	});

	it('whose password or name is wrong is not called unavailable', async () => {
		const connectionString = server().url.replace(/postgres$/, 'nowhere');
		const opened = openPgDatabase({ connectionString, migrationsDir: server().migrationsDir });

		await expect(opened).rejects.toMatchObject({ code: '3D000' });
	});
});

/** Calls that wait for a lock now. */
async function waiting(operator: Client): Promise<number> {
	return (await operator.query('select from pg_locks where not granted')).rowCount ?? 0;
}
