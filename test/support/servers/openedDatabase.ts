import { Client } from 'pg';
import { functionCall } from '../../../anomaly-service/src/adapters/functionCall.ts';
import { openPgDatabase } from '../../../anomaly-service/src/adapters/postgres/pgDatabase.ts';
import type { Database } from '../../../anomaly-service/src/ports/database.ts';
import { MIGRATIONS_DIR } from '../paths.ts';
import { openMigratedPglite } from './migratedPglite.ts';
import { startPgliteServer } from './pgliteServer.ts';

export type Row = Record<string, unknown>;

/** A database that also takes SQL, as an operator writes it. */
export type OpenedDatabase = Database & { query(sql: string): Promise<Row[]> };

export async function openQueryablePglite(): Promise<OpenedDatabase> {
	const db = await openMigratedPglite();

	return {
		query: async (sql) => (await db.query<Row>(sql)).rows,
		async call(name, args) {
			const { text, values } = functionCall(name, args);
			return (await db.query<{ result: never }>(text, values)).rows[0]?.result as never;
		},
		close: () => db.close(),
	};
}

export async function openQueryablePg(): Promise<OpenedDatabase> {
	const server = await startPgliteServer({ isMigrated: true });
	const opened = await openQueryable(server.url);

	return {
		...opened,
		async close() {
			await opened.close();
			await server.stop();
		},
	};
}

/** On a server that runs on. */
export async function openQueryable(connectionString: string): Promise<OpenedDatabase> {
	const database = await openPgDatabase({ connectionString, migrationsDir: MIGRATIONS_DIR });
	const client = new Client({ connectionString });
	await client.connect();

	return {
		call: (name, args) => database.call(name, args),
		query: async (sql) => (await client.query<Row>(sql)).rows,
		async close() {
			await client.end();
			await database.close();
		},
	};
}
