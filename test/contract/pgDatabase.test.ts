import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { openPgDatabase } from '../../anomaly-service/src/adapters/postgres/pgDatabase.ts';
import { StoreUnavailableError, type Database } from '../../anomaly-service/src/ports/database.ts';
import { usageRow } from '../../anomaly-service/src/stages/usageRow.ts';
import { MIGRATIONS_DIR } from '../support/paths.ts';
import { usageEvent } from '../support/rows.ts';
import { openPgliteServerDatabase, startPgliteServer } from '../support/servers/pgliteServer.ts';
import { suiteServer } from '../support/servers/suiteServers.ts';
import { startTcpProxy, type TcpProxy } from '../support/servers/tcpProxy.ts';
import { iso, NOON } from './databaseBench.ts';
import { databaseContract } from './databaseContract.ts';
import { incidentContract } from './incidentContract.ts';
import { jobContract } from './jobContract.ts';

databaseContract('pg', openPgliteServerDatabase);
incidentContract('pg', openPgliteServerDatabase);
jobContract('pg', openPgliteServerDatabase);

const summary = (database: Database) => database.call('outbox_summary', {});

describe('a Postgres across a network', () => {
	const server = suiteServer(startPgliteServer);
	let proxy: TcpProxy;
	let databases: Database[];
	beforeEach(async () => {
		proxy = await startTcpProxy(Number(new URL(server().url).port));
		databases = [];
	});
	afterEach(async () => {
		await proxy.stop();
		await Promise.all(databases.map((database) => database.close()));
	});
	const open = async (parameters = '', migrationsDir = MIGRATIONS_DIR) => {
		const connectionString = `postgres://postgres@127.0.0.1:${proxy.port}/postgres${parameters}`;
		const database = await openPgDatabase({ connectionString, migrationsDir });
		databases.push(database);
		return database;
	};
	const asOperator = async (sql: string) => {
		const client = new Client({ connectionString: server().url });
		await client.connect();
		await client.query(sql);
		await client.end();
	};

	it('that is not there when the service starts is called unavailable', async () => {
		await proxy.cut();

		await expect(open()).rejects.toThrow(StoreUnavailableError);
	});

	it('that goes is called unavailable, and serves again when it is back', async () => {
		const database = await open();
		expect(await summary(database)).toEqual({ waiting: 0, dead: 0 });

		await proxy.cut();
		await expect(summary(database)).rejects.toThrow(StoreUnavailableError);
		await proxy.mend();
		expect(await summary(database)).toEqual({ waiting: 0, dead: 0 });
	});

	it('that goes while nobody calls ends no process, and no call when it is back', async () => {
		const database = await open();
		await Promise.all([summary(database), summary(database), summary(database)]);

		await proxy.cut();
		// By the time a new connection was refused, the news of the old ones has come too.
		await expect(open()).rejects.toThrow(StoreUnavailableError);
		await proxy.mend();
		expect(await summary(database)).toEqual({ waiting: 0, dead: 0 });
	});

	it('that stopped answering is called unavailable after a while', async () => {
		const database = await open('?query_timeout=100');
		await summary(database);

		proxy.stall();
		await expect(summary(database)).rejects.toThrow(StoreUnavailableError);
		proxy.resume();
		expect(await summary(database)).toEqual({ waiting: 0, dead: 0 });
	});

	it('that answers that a call is wrong is not called unavailable', async () => {
		const database = await open();

		const wrong = database.call('prune', { now: 'yesteryear' });
		await expect(wrong).rejects.toMatchObject({ code: '22007' });
	});

	it('keeps batches apart that are recorded at once, however long', async () => {
		const database = await open();
		const batches = Array.from({ length: 8 }, (_, batch) =>
			Array.from({ length: 1 + 100 * (batch % 4) }, (__, index) =>
				usageRow(
					usageEvent({ id: `${batch}-${index}`, subject: `batch-${batch}`, time: iso(NOON) }),
					{ costMicroCents: 1, costSource: 'price', lineItems: [], contextTokens: 128_000 },
					NOON,
				),
			),
		);

		const answers = await Promise.all(
			batches.map((events) => database.call('record_usage', { events })),
		);
		expect(answers.map(({ added }) => added)).toEqual(batches.map(({ length }) => length));
	});

	it('that undid a call for another one’s sake is asked again, three times in all', async () => {
		await using tries = await failingSummary(asOperator);
		const database = await open();

		await tries.fail(2);
		expect(await summary(database)).toEqual({ waiting: 7, dead: 0 });
		await tries.fail(3);
		await expect(summary(database)).rejects.toMatchObject({ code: '40001' });
	});

	it('is closed once, and is unavailable from then on', async () => {
		const database = await open();

		await Promise.all([database.close(), database.close()]);
		await expect(summary(database)).rejects.toThrow(StoreUnavailableError);
	});

	it('that stopped answering does not hold up a shutdown, and the caller is told', async () => {
		const database = await open();
		await summary(database);
		proxy.stall();
		const waiting = expect(summary(database)).rejects.toThrow(StoreUnavailableError);

		await database.close();
		await waiting;
	});

	it('keeps nothing of a migration that failed, and applies it when it is mended', async () => {
		const folder = await mkdtemp(join(tmpdir(), 'llm-fuse-migrations-'));
		await writeFile(join(folder, '1_first.sql'), 'create table fuse.first ();');
		await writeFile(join(folder, '2_second.sql'), 'create table fuse.second (); select 1/0;');

		await expect(open('', folder)).rejects.toMatchObject({ code: '22012' });
		await writeFile(join(folder, '2_second.sql'), 'create table fuse.second ();');
		await open('', folder);
		await asOperator('select * from fuse.first, fuse.second');
		await rm(folder, { recursive: true });
	});
});

/** Has outbox_summary fail its next calls as Postgres does when two transactions cannot both be first. */
async function failingSummary(asOperator: (sql: string) => Promise<void>) {
	await asOperator(`
		alter function fuse.outbox_summary rename to kept_outbox_summary;
		create sequence fuse.tries;
		create function fuse.outbox_summary() returns jsonb language plpgsql as $$ begin
			if nextval('fuse.tries') < 0 then raise exception using errcode = '40001'; end if;
			return '{"waiting": 7, "dead": 0}';
		end $$;
	`);

	return {
		fail: (times: number) =>
			asOperator(`alter sequence fuse.tries minvalue -9 restart with ${-times}`),
		[Symbol.asyncDispose]: () =>
			asOperator(`
				drop function fuse.outbox_summary;
				alter function fuse.kept_outbox_summary rename to outbox_summary;
				drop sequence fuse.tries;
			`),
	};
}
