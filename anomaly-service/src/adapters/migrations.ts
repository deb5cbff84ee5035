import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a migration needs of a connection. `run` takes several statements, `rows` one query. */
export type MigrationConnection = {
	run(sql: string): Promise<void>;
	rows(sql: string): Promise<Record<string, unknown>[]>;
};

/**
 * Applies the files of supabase/migrations that this database has not seen, in order, each in a transaction of its
 * own together with its row in the list. A file is never applied twice.
 */
export async function applyMigrations(db: MigrationConnection, dir: string): Promise<string[]> {
	await db.run(`
		create schema if not exists fuse;
		create table if not exists fuse.schema_migrations (version text primary key, applied_at timestamptz default now());
	`);
	const applied = new Set(
		(await db.rows('select version from fuse.schema_migrations')).map((row) => row['version']),
	);
	const files = (await readdir(dir)).filter((file) => file.endsWith('.sql')).sort();
	const pending = files.filter((file) => !applied.has(versionOf(file)));
	for (const file of pending) {
		const sql = await readFile(join(dir, file), 'utf8');
		await db.run(
			`begin;\n${sql}\ninsert into fuse.schema_migrations (version) values ('${versionOf(file)}');\ncommit;`,
		);
	}
	return pending;
}

/** `20261121000100_schema.sql` → `20261121000100`, as the Supabase CLI counts. */
function versionOf(file: string): string {
	return file.split('_', 1)[0] ?? file;
}
