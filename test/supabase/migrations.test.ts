import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { Client } from 'pg';
import { applyMigrations } from '../../anomaly-service/src/adapters/migrations.ts';
import { catalogueOf, type Catalogue } from '../support/catalogue.ts';
import { MIGRATIONS_DIR } from '../support/paths.ts';
import { findProgram } from '../support/servers/findProgram.ts';
import { openMigratedPglite } from '../support/servers/migratedPglite.ts';
import { migrationConnection } from '../support/servers/migrationConnection.ts';
import { hasPostgres, migratedPostgres } from '../support/servers/postgresServer.ts';
import { describeWith, suiteServer } from '../support/servers/suiteServers.ts';
import { openSupabasePglite } from '../support/servers/supabaseDouble.ts';

const run = promisify(execFile);
const PSQL = findProgram('psql');

describe('the schema', () => {
	let db: PGlite;
	let migrated: Catalogue;
	beforeAll(async () => {
		db = await openMigratedPglite();
		migrated = await schemaOf(db);
	});
	afterAll(() => db.close());

	it('is described in every part: a difference anywhere would be seen', () => {
		for (const part of Object.values(migrated)) expect(Object.keys(part)).not.toEqual([]);
		expect(migrated['functions']?.['fuse.prune(timestamp with time zone)']).toContain(
			'delete from',
		);
		expect(migrated['policies']?.['alerts tenant_reads_own']).toContain('current_tenant');
		expect(migrated['grants']?.['relation fuse.alerts']).toContain('fuse_tenant SELECT');
	});

	it('is the same after the migrations ran again, which apply nothing then', async () => {
		expect(await applyMigrations(migrationConnection(db), MIGRATIONS_DIR)).toEqual([]);

		expect(await schemaOf(db)).toEqual(migrated);
	});

	it('is the same after it was secured again', async () => {
		await db.exec('select fuse.secure_schema()');

		expect(await schemaOf(db)).toEqual(migrated);
	});

	it('is secured again whatever a later migration made, by a call at its end', async () => {
		await db.exec(`
			begin;
			create table fuse.later (tenant_id text primary key);
			create view fuse.later_view as select * from fuse.later;
			create function fuse.later_too() returns jsonb language sql as $$ select '{}'::jsonb $$;
			select fuse.secure_schema();
		`);
		const later = await schemaOf(db);
		await db.exec('rollback');

		expect(later['relations']?.['later']).toContain('row security true');
		expect(later['relations']?.['later_view']).toContain('security_invoker=true');
		expect(later['grants']?.['function fuse.later_too()']).not.toContain('public');
		expect(later['policies']).toHaveProperty(['later service_does_all']);
		expect(later['policies']).not.toHaveProperty(['later tenant_reads_own']);
		expect(await schemaOf(db)).toEqual(migrated);
	});

	it('is the same when the files are run one after the other by hand', async () => {
		const byHand = await PGlite.create({ extensions: { vector } });
		const files = (await readdir(MIGRATIONS_DIR)).sort();
		for (const file of files) await byHand.exec(await readFile(join(MIGRATIONS_DIR, file), 'utf8'));

		expect(await schemaOf(byHand)).toEqual(migrated);
		await byHand.close();
	});

	it('is the same in a Supabase project, but for what its own role may do', async () => {
		const project = await openSupabasePglite();
		const { grants, ...rest } = await schemaOf(project);
		const { grants: plainGrants, ...plain } = migrated;
		const service = /(, )?service_role \w+/g;
		const withoutRole = Object.entries(grants ?? {}).map(([what, how]) => [
			what,
			how.replaceAll(service, ''),
		]);

		expect(rest).toEqual(plain);
		expect(Object.fromEntries(withoutRole)).toEqual(plainGrants);
		await project.close();
	});

	it('is made without the roles where nobody may create any, and works for its owner', async () => {
		const hosted = await PGlite.create({ extensions: { vector } });
		await hosted.exec(`
			create role hosted login;
			create schema extensions authorization hosted;
			create extension vector with schema extensions;
			grant create on database postgres to hosted;
			set session authorization hosted;
		`);
		await applyMigrations(migrationConnection(hosted), MIGRATIONS_DIR);
		const { policies, relations } = await schemaOf(hosted);
		await hosted.exec(`select fuse.put_tenant('acme', 'pro', 'test', now())`);
		const { rows } = await hosted.query(`select fuse.get_tenant('acme')->>'plan' as plan`);

		expect(policies).toEqual({});
		expect(relations?.['alerts']).toContain('row security true');
		expect(rows).toEqual([{ plan: 'pro' }]);
		await hosted.close();
	});
});

describeWith('a real Postgres', hasPostgres() && PSQL !== undefined)('a real Postgres', () => {
	const server = suiteServer(migratedPostgres);

	it('has the same schema whether the service or psql applied the migrations', async () => {
		const { url, migrationsDir } = server();
		const files = (await readdir(migrationsDir)).sort();
		const other = url.replace(/postgres$/, 'by_hand');
		await inDatabase(url, (client) => client.query('create database by_hand'));
		await run(PSQL ?? '', [
			...['--no-psqlrc', '--quiet', '--single-transaction', '--set', 'ON_ERROR_STOP=1'],
			...['--dbname', other, ...files.flatMap((file) => ['--file', join(migrationsDir, file)])],
		]);

		const [byService, byHand] = [await schemaAt(url), await schemaAt(other)];
		expect(Object.keys(byService['functions'] ?? {}).length).toBeGreaterThan(50);
		expect(byHand).toEqual(byService);
	});
});

async function schemaOf(db: PGlite): Promise<Catalogue> {
	return catalogueOf(async (sql) => (await db.query<Record<string, unknown>>(sql)).rows);
}

function schemaAt(url: string): Promise<Catalogue> {
	return inDatabase(url, (client) =>
		catalogueOf(async (sql) => (await client.query<Record<string, unknown>>(sql)).rows),
	);
}

async function inDatabase<Result>(
	connectionString: string,
	use: (client: Client) => Promise<Result>,
): Promise<Result> {
	const client = new Client({ connectionString });
	await client.connect();
	try {
		return await use(client);
	} finally {
		await client.end();
	}
}
