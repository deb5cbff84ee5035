import { join } from 'node:path';
import { Client } from 'pg';
import { openQueryable, type OpenedDatabase } from '../test/support/servers/openedDatabase.ts';
import { hasPostgres, startPostgres } from '../test/support/servers/postgresServer.ts';
import { startChild } from './childProcess.ts';

const PGLITE_SERVER = join(import.meta.dirname, '../test/support/servers/pgliteServerProcess.ts');

export type ScoringServer = {
	/** What answers there: `a local Postgres 15.20`. */
	name: string;
	/** Not PGlite behind the wire protocol. */
	isNative: boolean;
	database: OpenedDatabase;
	stop(): Promise<void>;
};

/**
 * Postgres over the wire, with pgvector: the one of DATABASE_URL in a database of its own, which is dropped at the end; or a local one;
 * or PGlite in a process of its own.
 */
export async function startScoringServer(): Promise<ScoringServer> {
	const given = process.env['DATABASE_URL'];
	if (given !== undefined && given !== '') return databaseOn(given);
	if (hasPostgres()) {
		const server = await startPostgres();
		if (await hasVectors(server.url)) {
			return opened(server.url, { where: 'a local', isNative: true, end: () => server.stop() });
		}
		await server.stop();
	}
	const child = await startChild(PGLITE_SERVER);
	const where = 'PGlite behind the wire protocol,';

	return opened(child.url, { where, isNative: false, end: () => child.stop() });
}

async function databaseOn(url: string): Promise<ScoringServer> {
	const name = `llm_fuse_bench_${process.pid}`;
	await withClient(url, (client) => client.query(`create database ${name}`));
	const own = new URL(url);
	own.pathname = `/${name}`;
	const end = () => withClient(url, (client) => client.query(`drop database ${name} with (force)`));

	return opened(own.href, { where: 'DATABASE_URL,', isNative: true, end });
}

async function opened(
	url: string,
	{ where, isNative, end }: { where: string; isNative: boolean; end: () => Promise<unknown> },
): Promise<ScoringServer> {
	const database = await openQueryable(url);
	const [row] = await database.query('show server_version');

	return {
		name: `${where} Postgres ${String(row?.['server_version'])}`,
		isNative,
		database,
		async stop() {
			await database.close();
			await end();
		},
	};
}

async function hasVectors(url: string): Promise<boolean> {
	const { rowCount } = await withClient(url, (client) =>
		client.query(`select from pg_available_extensions where name = 'vector'`),
	);
	return rowCount === 1;
}

async function withClient<Result>(
	connectionString: string,
	work: (client: Client) => Promise<Result>,
): Promise<Result> {
	const client = new Client({ connectionString });
	await client.connect();
	try {
		return await work(client);
	} finally {
		await client.end();
	}
}
