import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite, type PGliteOptions } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { applyMigrations } from '../../../anomaly-service/src/adapters/migrations.ts';
import { openPgliteDatabase } from '../../../anomaly-service/src/adapters/pglite/pgliteDatabase.ts';
import type { Database } from '../../../anomaly-service/src/ports/database.ts';
import { MIGRATIONS_DIR, ROOT } from '../paths.ts';
import { migrationConnection } from './migrationConnection.ts';

const CACHE_DIR = join(ROOT, 'node_modules/.cache/llm-fuse');
const PGLITE = join(ROOT, 'node_modules/@electric-sql/pglite/package.json');

type MigratedOptions = {
	/** SQL that runs before the migrations. */
	before?: string;
	extensions?: PGliteOptions['extensions'];
};

/** A PGlite in memory, migrated and empty. */
export async function openMigratedPglite({
	before = '',
	extensions,
}: MigratedOptions = {}): Promise<PGlite> {
	const loadDataDir = await migratedDataDir(before);

	return PGlite.create({ loadDataDir, extensions: { vector, ...extensions } });
}

/** The embedded database as the service has it, in memory, migrated and empty. */
export async function openMemoryDatabase(): Promise<Database> {
	const image = await migratedDataDir();

	return openPgliteDatabase({ dataDir: 'memory', migrationsDir: MIGRATIONS_DIR, image });
}

/**
 * What a migrated PGlite is loaded from. To make one takes seconds, to load one half of a second: the first is kept in
 * node_modules/.cache as long as the migrations, and PGlite, stay as they are.
 */
export async function migratedDataDir(before = ''): Promise<Blob> {
	const kind = `migrated-${hashOf(before)}-`;
	const kept = `${kind}${await migrationsHash()}.tar`;

	return (await read(kept)) ?? (await make(before, { kind, kept }));
}

async function read(file: string): Promise<Blob | undefined> {
	try {
		return new Blob([await readFile(join(CACHE_DIR, file))]);
	} catch {
		return undefined;
	}
}

async function make(before: string, { kind, kept }: { kind: string; kept: string }): Promise<Blob> {
	const db = await PGlite.create({ extensions: { vector } });
	await db.exec(before);
	await applyMigrations(migrationConnection(db), MIGRATIONS_DIR);
	const dataDir = await db.dumpDataDir('none');
	await db.close();
	await mkdir(CACHE_DIR, { recursive: true });
	// Under another name first: whoever reads it meanwhile must not get a half of it.
	const whole = join(CACHE_DIR, `${randomUUID()}.tar`);
	await writeFile(whole, Buffer.from(await dataDir.arrayBuffer()));
	await rename(whole, join(CACHE_DIR, kept));
	const others = (await readdir(CACHE_DIR)).filter((file) => file.startsWith(kind));
	for (const file of others) if (file !== kept) await rm(join(CACHE_DIR, file), { force: true });

	return dataDir;
}

async function migrationsHash(): Promise<string> {
	const contents = [await readFile(PGLITE, 'utf8')];
	for (const file of (await readdir(MIGRATIONS_DIR)).sort()) {
		contents.push(file, await readFile(join(MIGRATIONS_DIR, file), 'utf8'));
	}
	return hashOf(contents.join('\n'));
}

function hashOf(text: string): string {
	return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
