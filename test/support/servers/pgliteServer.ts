import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import { openPgDatabase } from '../../../anomaly-service/src/adapters/postgres/pgDatabase.ts';
import type { Database } from '../../../anomaly-service/src/ports/database.ts';
import { MIGRATIONS_DIR } from '../paths.ts';
import { migratedDataDir } from './migratedPglite.ts';

/** Several replicas with the default pool each. */
const MAX_CONNECTIONS = 100;

export type PgliteServer = {
	/** `postgres://postgres@127.0.0.1:5432/postgres` */
	url: string;
	stop(): Promise<void>;
};

/**
 * Real pgvector over the real wire protocol, on a free loopback port, in memory of this process. Any number of connections,
 * but one session behind them all: calls take turns, and what belongs to a session (its locks and settings) does not
 * keep connections apart. For that there is postgresServer.ts. Empty, or with our schema.
 */
export async function startPgliteServer({ isMigrated = false } = {}): Promise<PgliteServer> {
	const db = new SharedPglite({
		extensions: { vector },
		...(isMigrated ? { loadDataDir: await migratedDataDir() } : {}),
	});
	await db.waitReady;
	const server = new PGLiteSocketServer({ db, port: 0, maxConnections: MAX_CONNECTIONS });
	await server.start();

	return {
		url: `postgres://postgres@${server.getServerConn()}/postgres`,
		async stop() {
			await server.stop();
			await db.close();
		},
	};
}

/** A database of its own behind such a server, migrated and empty; the server ends with it. */
export async function openPgliteServerDatabase(): Promise<Database> {
	const server = await startPgliteServer({ isMigrated: true });
	try {
		const database = await openPgDatabase({
			connectionString: server.url,
			migrationsDir: MIGRATIONS_DIR,
		});
		return {
			call: (name, args) => database.call(name, args),
			async close() {
				await database.close();
				await server.stop();
			},
		};
	} catch (error) {
		await server.stop();
		throw error;
	}
}

/** First bytes of the messages that end a call: startup (no type), Query, Sync, Terminate. */
const CALL_ENDS = [0, 0x51, 0x53, 0x58];

/**
 * The socket server lets connections take turns after every message unless the session is in a transaction. A call is several
 * messages (Parse, Bind, Execute, Sync); one too long for a single chunk of the socket would mix with another
 * connection's: "bind message supplies 2 parameters, but prepared statement requires 1". So a turn lasts a call.
 */
class SharedPglite extends PGlite {
	#isCallUnderWay = false;

	override async execProtocolRawStream(
		...[message, options]: Parameters<PGlite['execProtocolRawStream']>
	): Promise<void> {
		await super.execProtocolRawStream(message, options);
		this.#isCallUnderWay = !CALL_ENDS.includes(message[0] ?? 0);
	}

	override isInTransaction(): boolean {
		return this.#isCallUnderWay || super.isInTransaction();
	}
}
