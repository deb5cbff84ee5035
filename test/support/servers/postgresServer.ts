import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chown, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { openPgDatabase } from '../../../anomaly-service/src/adapters/postgres/pgDatabase.ts';
import type { Database } from '../../../anomaly-service/src/ports/database.ts';
import { freePort } from '../../e2e/harness/freePort.ts';
import { MIGRATIONS_DIR } from '../paths.ts';
import { findProgram } from './findProgram.ts';
import { startServerProcess } from './serverProcess.ts';

const run = promisify(execFile);

/** Debian keeps the server's programs out of PATH, one folder for each version. */
const DEBIAN_FOLDER = '/usr/lib/postgresql';
const FOLDERS = existsSync(DEBIAN_FOLDER)
	? readdirSync(DEBIAN_FOLDER).map((version) => join(DEBIAN_FOLDER, version, 'bin'))
	: [];
const POSTGRES = findProgram('postgres', FOLDERS);
const INITDB = findProgram('initdb', FOLDERS);
const USER = unprivilegedUser();

/** Whether a real Postgres can be started here: Debian's package `postgresql` is enough. */
export function hasPostgres(): boolean {
	return POSTGRES !== undefined && INITDB !== undefined && USER !== 'none';
}

export type PostgresServer = {
	/** `postgres://postgres@127.0.0.1:5432/postgres` */
	url: string;
	stop(): Promise<void>;
	/** Ends it at once, with every connection, as a crash does. What was committed is kept. */
	kill(): Promise<void>;
	/** After `kill`: recovers and serves on the same port. */
	restart(): Promise<void>;
};

/** `durable`: what is committed survives the machine, too, as it does by default; a test need not wait for that. */
type PostgresOptions = { durable?: boolean };

/** A Postgres of its own on a loopback port, empty. */
export async function startPostgres({
	durable = false,
}: PostgresOptions = {}): Promise<PostgresServer> {
	if (POSTGRES === undefined || INITDB === undefined || USER === 'none') {
		throw new Error('Postgres is not installed, or there is no user to run it as');
	}
	const command = POSTGRES;
	const user = USER;
	const folder = await mkdtemp(join(tmpdir(), 'llm-fuse-postgres-'));
	if (user) await chown(folder, user.uid, user.gid);
	const data = join(folder, 'data');
	const initOptions = ['--auth=trust', '--username=postgres', '--encoding=UTF8', '--locale=C'];
	await run(INITDB, [...initOptions, '--no-sync', '--pgdata', data], { cwd: folder, ...user });
	const port = await freePort();
	const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
	const settings = {
		listen_addresses: '127.0.0.1',
		unix_socket_directories: '',
		// What is committed has to survive the process, not the machine.
		...(durable ? {} : { fsync: 'off', full_page_writes: 'off' }),
	};
	const args = [
		...['-D', data, '-p', String(port)],
		...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
	];
	const start = () =>
		startServerProcess({ command, args, folder, user, isReady: () => answersQuery(url) });
	let server = await start();

	return {
		url,
		async stop() {
			// "Fast": does not wait for its clients to leave.
			await server.end('SIGINT');
			await rm(folder, { recursive: true, force: true });
		},
		// "Immediate". SIGKILL would end the first process only; the others notice when they next look.
		kill: () => server.end('SIGQUIT'),
		async restart() {
			server = await start();
		},
	};
}

export type MigratedPostgres = PostgresServer & {
	migrationsDir: string;
	/** One more service on this database: a pool of its own. */
	open(): Promise<Database>;
};

/**
 * A real Postgres with our schema, for what needs several sessions at once. Debian's Postgres has no pgvector, so the
 * extension is left out, vectors are plain arrays, and bodies of functions are not checked when they are made: the functions
 * that reckon with vectors (save_baseline, score_snapshots) cannot be called there. PGlite has them.
 */
export async function migratedPostgres(options: PostgresOptions = {}): Promise<MigratedPostgres> {
	const server = await startPostgres(options);
	const migrationsDir = await mkdtemp(join(tmpdir(), 'llm-fuse-migrations-'));
	const stop = async () => {
		await server.stop();
		await rm(migrationsDir, { recursive: true });
	};
	const open = () => openPgDatabase({ connectionString: server.url, migrationsDir });
	try {
		await writeMigrationsWithoutVectors(migrationsDir);
		await (await open()).close();
	} catch (error) {
		await stop();
		throw error;
	}
	return { ...server, migrationsDir, open, stop };
}

async function writeMigrationsWithoutVectors(folder: string): Promise<void> {
	const files = (await readdir(MIGRATIONS_DIR)).filter((file) => file.endsWith('.sql'));
	for (const file of files) {
		const sql = (await readFile(join(MIGRATIONS_DIR, file), 'utf8'))
			.replace(/^create extension .*vector.*$/m, '')
			.replace(/^create index .* using hnsw .*$/gm, '')
			.replace(/extensions\.vector(\(\d+\))?(\[\])?/g, 'real[]');
		await writeFile(join(folder, file), `set local check_function_bodies = off;\n${sql}`);
	}
}

async function answersQuery(connectionString: string): Promise<boolean> {
	const client = new Client({ connectionString });
	// What goes wrong is told by `connect` and `query` as well.
	client.on('error', () => undefined);
	await client.connect();
	await client.query('select 1');
	await client.end();
	return true;
}

/** Postgres refuses to run as root: then it runs as its own user. `none` when there is no such user. */
function unprivilegedUser(): { uid: number; gid: number } | 'none' | undefined {
	if (process.getuid?.() !== 0) return undefined;
	try {
		const [uid, gid] = ['-u', '-g'].map((option) =>
			Number(execFileSync('id', [option, 'postgres'], { stdio: 'pipe' })),
		);
		return uid === undefined || gid === undefined ? 'none' : { uid, gid };
	} catch {
		return 'none';
	}
}
