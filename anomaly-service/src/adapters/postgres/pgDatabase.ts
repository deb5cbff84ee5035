import { Client, Pool, type PoolClient } from 'pg';
import { StoreUnavailableError, type Database } from '../../ports/database.ts';
import { functionCall } from '../functionCall.ts';
import { applyMigrations } from '../migrations.ts';
import { repeatedWhenUndone } from '../sqlState.ts';
import { within } from '../within.ts';
import { isUnavailable } from './pgErrors.ts';

type PgOptions = {
	/** `postgres://user:password@host:5432/database`; its parameters win over the ones here. */
	connectionString: string;
	migrationsDir: string;
	/** Most connections this process opens; 10 when not given. */
	maxConnections?: number;
};

/** Calls are short, so few connections carry many. Nine replicas fit into the 100 that Postgres allows by default. */
const MAX_CONNECTIONS = 10;
/** To open a connection, or to get a free one when all are busy. A caller that waited longer has given up. */
const CONNECT_TIMEOUT_MS = 5000;
/**
 * The longest call reads a month of usage back at start, in seconds; one over half a minute is stuck. Postgres ends it
 * itself, so that its locks end too.
 */
const STATEMENT_TIMEOUT_MS = 30_000;
/** A server that froze ends nothing: a little later the answer is no longer waited for. */
const ANSWER_TIMEOUT_MS = STATEMENT_TIMEOUT_MS + 2000;
/** Balancers of the big clouds forget a silent connection after four minutes or more, without a word to either end. */
const KEEP_ALIVE_AFTER_MS = 60_000;
/** Given twice, to calls and to connections: what requests and deliveries leave of the 5 s a shutdown may take. */
const CLOSE_GRACE_MS = 250;

/**
 * Any Postgres 15+ with pgvector, over the wire. Throws StoreUnavailableError when it does not answer, also from here:
 * migrations are applied before anything is called.
 */
export async function openPgDatabase(options: PgOptions): Promise<Database> {
	await unavailabilityTranslated(() => migrate(options));
	const connections = openPool(options);
	const callsUnderWay = new Set<Promise<unknown>>();
	let closed: Promise<void> | undefined;

	return {
		async call(name, args) {
			if (closed) throw new StoreUnavailableError('Postgres', new Error('it was closed'));
			const { text, values } = functionCall(name, args);
			const answer = unavailabilityTranslated(() =>
				repeatedWhenUndone(() => connections.pool.query<{ result: never }>(text, values)),
			);
			callsUnderWay.add(answer);
			try {
				return (await answer).rows[0]?.result as never;
			} finally {
				callsUnderWay.delete(answer);
			}
		},
		close: () => (closed ??= closePool(connections, callsUnderWay)),
	};
}

type Connections = { pool: Pool; open: Set<PoolClient> };

function openPool(options: PgOptions): Connections {
	const pool = new Pool({
		...connectionOf(options),
		max: options.maxConnections ?? MAX_CONNECTIONS,
		statement_timeout: STATEMENT_TIMEOUT_MS,
		query_timeout: ANSWER_TIMEOUT_MS,
	});
	// A connection that dies while idle is nobody's call: the pool has dropped it, the next call opens another one.
	pool.on('error', () => undefined);
	const open = new Set<PoolClient>();
	pool.on('connect', (client) => open.add(client));
	pool.on('remove', (client) => open.delete(client));

	return { pool, open };
}

/** Lets calls under way finish for a moment, those that wait for a connection too, then cuts them off. */
async function closePool({ pool, open }: Connections, calls: Set<Promise<unknown>>): Promise<void> {
	await within(CLOSE_GRACE_MS, Promise.allSettled(calls));
	const connections = [...open];
	const poolEnded = pool.end();
	// One that still carries a call is destroyed, and the call told so; one that is idle takes its leave.
	const connectionsEnded = connections.map((client) => client.end());
	await within(CLOSE_GRACE_MS, Promise.all([poolEnded, ...connectionsEnded]));
}

function connectionOf({ connectionString }: PgOptions) {
	return {
		connectionString,
		application_name: 'llm-fuse',
		connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
		keepAlive: true,
		keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
	};
}

/** On a connection of its own, which ends with it: no time limit of the calls applies to an index being built. */
async function migrate(options: PgOptions): Promise<void> {
	const client = new Client(connectionOf(options));
	// A connection that dies tells the query under way; this is for the moments without one.
	client.on('error', () => undefined);
	try {
		await client.connect();
		await applyMigrations(
			{
				run: async (sql) => {
					await client.query(sql);
				},
				rows: async (sql) => (await client.query<Record<string, unknown>>(sql)).rows,
			},
			options.migrationsDir,
		);
	} finally {
		await client.end();
	}
}

async function unavailabilityTranslated<Result>(work: () => Promise<Result>): Promise<Result> {
	try {
		return await work();
	} catch (error) {
		throw isUnavailable(error) ? new StoreUnavailableError('Postgres', error) : error;
	}
}
