import { readFileSync } from 'node:fs';
import { freePort } from '../harness/freePort.ts';
import { loadDouble } from './loadDouble.ts';

interface Pglite {
	PGlite: { create: () => Promise<Database> };
}

interface Database {
	exec: (sql: string) => Promise<unknown>;
	query: <Row>(sql: string, params?: unknown[]) => Promise<{ rows: Row[] }>;
	close: () => Promise<void>;
}

interface PgliteSocket {
	PGLiteSocketServer: new (options: {
		db: Database;
		host: string;
		port: number;
		maxConnections: number;
	}) => { start: () => Promise<void>; stop: () => Promise<void> };
}

export interface OperatorDatabase {
	/** What n8n's Postgres credential wants. */
	connection: Record<string, unknown>;
	query: Database['query'];
	close: () => Promise<void>;
}

/** A real Postgres (PGlite behind a socket) holding the operator's own tables, made by the SQL of workflows/README.md. */
export async function startOperatorDatabase(): Promise<OperatorDatabase> {
	const { PGlite } = await loadDouble<Pglite>('@electric-sql/pglite/dist/index.js');
	const { PGLiteSocketServer } = await loadDouble<PgliteSocket>(
		'@electric-sql/pglite-socket/dist/index.js',
	);
	const db = await PGlite.create();
	await db.exec(setupSql());
	const port = await freePort();
	// n8n opens a pool per Postgres node; the server takes turns on the one connection PGlite has.
	const server = new PGLiteSocketServer({ db, host: '127.0.0.1', port, maxConnections: 20 });
	await server.start();
	return {
		connection: {
			host: '127.0.0.1',
			port,
			database: 'postgres',
			user: 'postgres',
			password: 'postgres',
			ssl: 'disable',
			sshTunnel: false,
		},
		query: (sql, params) => db.query(sql, params),
		close: async () => {
			await server.stop();
			await db.close();
		},
	};
}

/** The SQL an operator is told to run, taken from the page that tells them. */
function setupSql(): string {
	const page = readFileSync(new URL('../../../workflows/README.md', import.meta.url), 'utf8');
	const blocks = [...page.matchAll(/```sql\n([\s\S]*?)```/g)].map(([, sql]) => sql);
	if (blocks.length === 0) throw new Error('workflows/README.md shows no setup SQL');
	return blocks.join('\n');
}
