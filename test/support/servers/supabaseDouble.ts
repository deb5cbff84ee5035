import type { PGlite, PGliteOptions } from '@electric-sql/pglite';
import { openSupabaseDatabase } from '../../../anomaly-service/src/adapters/supabase/supabaseDatabase.ts';
import type { Database } from '../../../anomaly-service/src/ports/database.ts';
import { MIGRATIONS_DIR } from '../paths.ts';
import { openMigratedPglite } from './migratedPglite.ts';
import type { OpenedDatabase, Row } from './openedDatabase.ts';
import { startPostgrestDouble } from './postgrestDouble.ts';
import { DOUBLE_KEYS } from './postgrestKeys.ts';

/** The roles that every Supabase project has, as it makes them. */
export const SUPABASE_ROLES = `
	create role anon nologin noinherit;
	create role authenticated nologin noinherit;
	create role service_role nologin noinherit bypassrls;
	create role authenticator login noinherit;
	grant anon, authenticated, service_role to authenticator;
	create schema extensions;
	grant usage on schema extensions to anon, authenticated, service_role;
`;

/** A project's database with our migrations, without its REST API. */
export function openSupabasePglite(extensions: PGliteOptions['extensions'] = {}): Promise<PGlite> {
	return openMigratedPglite({ before: SUPABASE_ROLES, extensions });
}

/** The database through supabase-js and the double of a project's REST API: migrated and empty, and a project of its own. */
export function openSupabaseDoubleDatabase(): Promise<Database> {
	return openQueryableSupabaseDouble();
}

/** The same; `query` asks as the operator does, in the SQL editor of the project. */
export async function openQueryableSupabaseDouble(): Promise<OpenedDatabase> {
	const db = await openSupabasePglite();
	const double = await startPostgrestDouble(db);
	const database = await openSupabaseDatabase({
		url: double.url,
		secretKey: DOUBLE_KEYS.secret,
		migrationsDir: MIGRATIONS_DIR,
	});

	return {
		call: (name, args) => database.call(name, args),
		query: async (sql) => (await db.query<Row>(sql)).rows,
		async close() {
			await database.close();
			await double.stop();
			await db.close();
		},
	};
}
