import { mkdir } from 'node:fs/promises';
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { StoreUnavailableError, type Database } from '../../ports/database.ts';
import { functionCall } from '../functionCall.ts';
import { applyMigrations } from '../migrations.ts';
import { lockDataDir } from './dataDirLock.ts';

type PgliteOptions = {
	/** A folder, or `memory` for a database that ends with this process. */
	dataDir: string;
	migrationsDir: string;
	/** What a database in memory begins with: a data folder as PGlite dumps it. */
	image?: Blob | undefined;
};

/** Postgres with pgvector in this process. */
export async function openPgliteDatabase(options: PgliteOptions): Promise<Database> {
	const inMemory = options.dataDir === 'memory';
	if (!inMemory) await mkdir(options.dataDir, { recursive: true });
	const unlock = inMemory ? undefined : await lockDataDir(options.dataDir);
	try {
		const db = await openMigrated(options, inMemory);
		return databaseOf(db, unlock);
	} catch (error) {
		unlock?.();
		throw error;
	}
}

async function openMigrated(
	{ dataDir, image, migrationsDir }: PgliteOptions,
	inMemory: boolean,
): Promise<PGlite> {
	const db = await PGlite.create({
		...(inMemory ? {} : { dataDir }),
		...(inMemory && image ? { loadDataDir: image } : {}),
		extensions: { vector },
	});
	try {
		await applyMigrations(
			{
				run: async (sql) => {
					await db.exec(sql);
				},
				rows: async (sql) => (await db.query<Record<string, unknown>>(sql)).rows,
			},
			migrationsDir,
		);
	} catch (error) {
		await db.close();
		throw error;
	}
	return db;
}

function databaseOf(db: PGlite, unlock: (() => void) | undefined): Database {
	return {
		async call(name, args) {
			const { text, values } = functionCall(name, args);
			try {
				const { rows } = await db.query<{ result: never }>(text, values);
				return rows[0]?.result as never;
			} catch (error) {
				if (db.closed) throw new StoreUnavailableError('PGlite', error);
				throw error;
			}
		},
		async close() {
			if (db.closed) return;
			await db.close();
			unlock?.();
		},
	};
}
