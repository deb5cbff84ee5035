import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a migration needs: one session, nobody else's. `run` takes several statements, `rows` one query. */
export type MigrationConnection = {
	run(sql: string): Promise<void>;
	rows(sql: string): Promise<Record<string, unknown>[]>;
};

/**
 * Applies the files of supabase/migrations that this database has not seen, in order, each in a transaction of its
 * own together with its row in the list. A file is never applied twice, also when several replicas start at once: they
 * take turns, and each looks at the list again when its turn comes. Result: the files this call applied.
 */
export async function applyMigrations(db: MigrationConnection, dir: string): Promise<string[]> {
	if (!(await hasList(db))) await inTurn(db, () => db.run(CREATE_LIST));
	const applied = new Set([
		...(await versionsIn(db, 'fuse.schema_migrations')),
		...(await pushedVersions(db)),
	]);
	const appliedHere: string[] = [];
	for (const file of await migrationFiles(dir)) {
		const version = versionOf(file);
		if (applied.has(version)) continue;
		const sql = await readFile(join(dir, file), 'utf8');
		if (await inTurn(db, () => applyOnce(db, version, sql))) appliedHere.push(file);
	}
	return appliedHere;
}

/** The versions of the files of supabase/migrations, in the order in which they are applied. */
export async function migrationVersions(dir: string): Promise<string[]> {
	return (await migrationFiles(dir)).map(versionOf);
}

async function migrationFiles(dir: string): Promise<string[]> {
	return (await readdir(dir)).filter((file) => file.endsWith('.sql')).sort();
}

/** `20261121000100_schema.sql` → `20261121000100`, as the Supabase CLI counts. */
function versionOf(file: string): string {
	return file.split('_', 1)[0] ?? file;
}

/** Asked first, so that a start with nothing to apply needs no right to create anything and waits for nobody. */
async function hasList(db: MigrationConnection): Promise<boolean> {
	const [row] = await db.rows(
		`select to_regclass('fuse.schema_migrations') is not null as has_list`,
	);
	return row?.['has_list'] === true;
}

async function versionsIn(db: MigrationConnection, table: string): Promise<unknown[]> {
	return (await db.rows(`select version from ${table}`)).map((row) => row['version']);
}

/** What `supabase db push` applied before: it keeps a list of its own, which only its owner may read. */
async function pushedVersions(db: MigrationConnection): Promise<unknown[]> {
	const list = 'supabase_migrations.schema_migrations';
	const [row] = await db.rows(
		`select bool_or(has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select')) as may_read
		from pg_namespace n join pg_class c on c.relnamespace = n.oid
		where n.nspname = 'supabase_migrations' and c.relname = 'schema_migrations'`,
	);

	return row?.['may_read'] === true ? await versionsIn(db, list) : [];
}

/** `if not exists` alone is no protection: two at once both see nothing and the second fails on the catalogue. */
const CREATE_LIST = `
	create schema if not exists fuse;
	create table if not exists fuse.schema_migrations (version text primary key, applied_at timestamptz default now());
`;

async function applyOnce(db: MigrationConnection, version: string, sql: string): Promise<boolean> {
	const done = await db.rows(`select 1 from fuse.schema_migrations where version = '${version}'`);
	if (done.length > 0) return false;
	await db.run(`${sql}\ninsert into fuse.schema_migrations (version) values ('${version}');`);
	return true;
}

/**
 * The lock is the transaction's and not the session's: it ends with it whatever happens, and it holds behind a pooler
 * that gives every transaction another session. Waiting for one's turn and building an index may take minutes, so
 * no time limit of the role applies; a replica that freezes in the middle loses its turn after one.
 */
const BEGIN_TURN = `
	begin;
	set local statement_timeout = 0;
	set local lock_timeout = 0;
	set local idle_in_transaction_session_timeout = '1min';
	select pg_advisory_xact_lock(hashtextextended('fuse.schema_migrations', 0));
`;

async function inTurn<Result>(
	db: MigrationConnection,
	work: () => Promise<Result>,
): Promise<Result> {
	try {
		await db.run(BEGIN_TURN);
		const result = await work();
		await db.run('commit');
		return result;
	} catch (error) {
		// What failed first is the news; without a connection there is nothing left to roll back.
		await db.run('rollback').catch(() => undefined);
		throw error;
	}
}
