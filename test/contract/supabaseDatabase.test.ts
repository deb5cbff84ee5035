import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { applyMigrations } from '../../anomaly-service/src/adapters/migrations.ts';
import { openSupabaseDatabase } from '../../anomaly-service/src/adapters/supabase/supabaseDatabase.ts';
import { SupabaseNotReadyError } from '../../anomaly-service/src/adapters/supabase/supabaseErrors.ts';
import { StoreUnavailableError, type Database } from '../../anomaly-service/src/ports/database.ts';
import { MIGRATIONS_DIR } from '../support/paths.ts';
import { migrationConnection } from '../support/servers/migrationConnection.ts';
import { startPostgrestDouble, type PostgrestDouble } from '../support/servers/postgrestDouble.ts';
import { DOUBLE_KEYS, signToken } from '../support/servers/postgrestKeys.ts';
import {
	openSupabaseDoubleDatabase,
	openSupabasePglite,
	SUPABASE_ROLES,
} from '../support/servers/supabaseDouble.ts';
import { startTcpProxy, type TcpProxy } from '../support/servers/tcpProxy.ts';
import { databaseContract } from './databaseContract.ts';
import { incidentContract } from './incidentContract.ts';
import { jobContract } from './jobContract.ts';

databaseContract('supabase-js', openSupabaseDoubleDatabase);
incidentContract('supabase-js', openSupabaseDoubleDatabase);
jobContract('supabase-js', openSupabaseDoubleDatabase);

type Instead = { status: number; body: string };

const summary = (database: Database) => database.call('outbox_summary', {});
const EMPTY = { waiting: 0, dead: 0 };

describe('a Supabase project across a network', () => {
	let db: PGlite;
	let double: PostgrestDouble;
	let proxy: TcpProxy;
	let databases: Database[];
	/** What the double answers to the next calls, in this order, before it answers itself. */
	let instead: Instead[];
	let isSilent: boolean;
	let asked: string[];
	beforeAll(async () => {
		db = await openSupabasePglite();
		double = await startPostgrestDouble(db, {
			instead(name) {
				asked.push(name);
				return isSilent ? new Promise(() => undefined) : instead.shift();
			},
		});
	});
	afterAll(async () => {
		await double.stop();
		await db.close();
	});
	beforeEach(async () => {
		[databases, instead, isSilent, asked] = [[], [], false, []];
		proxy = await startTcpProxy(Number(new URL(double.url).port));
	});
	afterEach(async () => {
		await Promise.all(databases.map((database) => database.close()));
		await proxy.stop();
	});
	const open = async (options: { secretKey?: string; answerTimeoutMs?: number } = {}) => {
		const database = await openSupabaseDatabase({
			url: `http://127.0.0.1:${proxy.port}`,
			secretKey: DOUBLE_KEYS.secret,
			migrationsDir: MIGRATIONS_DIR,
			...options,
		});
		databases.push(database);
		return database;
	};
	const postgrest = (status: number, code: string): Instead => ({
		status,
		body: JSON.stringify({ code, message: 'said by the double', details: null, hint: null }),
	});

	it('that is not there when the service starts is called unavailable', async () => {
		await proxy.cut();

		await expect(open()).rejects.toThrow(StoreUnavailableError);
	});

	it('that goes is called unavailable, and serves again when it is back', async () => {
		const database = await open();
		expect(await summary(database)).toEqual(EMPTY);

		await proxy.cut();
		await expect(summary(database)).rejects.toThrow(StoreUnavailableError);
		await proxy.mend();
		expect(await summary(database)).toEqual(EMPTY);
	});

	it('that stopped answering is called unavailable after a while', async () => {
		const database = await open({ answerTimeoutMs: 2000 });

		isSilent = true;
		await expect(summary(database)).rejects.toThrow(StoreUnavailableError);
		isSilent = false;
		expect(await summary(database)).toEqual(EMPTY);
	});

	it.each([
		['without a database', postgrest(503, 'PGRST001')],
		['without a connection free', postgrest(504, 'PGRST003')],
		['whose statement took too long', postgrest(500, '57014')],
		['whose database is out of connections', postgrest(503, '53300')],
		['whose gateway is alone', { status: 521, body: '<html>Web server is down</html>' }],
		['whose gateway has enough of us', { status: 429, body: '{"message":"slow down"}' }],
	])('%s is called unavailable', async (_, answer) => {
		const database = await open();

		instead.push(answer);
		await expect(summary(database)).rejects.toThrow(StoreUnavailableError);
		expect(await summary(database)).toEqual(EMPTY);
	});

	it.each([
		['a wrong argument', postgrest(400, '22007')],
		['a fault in a function', postgrest(500, 'XX000')],
		['a page not found', { status: 404, body: '' }],
	])('that answers %s is not called unavailable', async (_, answer) => {
		const database = await open();

		instead.push(answer);
		await expect(summary(database)).rejects.toThrow(/^fuse\.outbox_summary: /);
	});

	it('that undid a call to keep others apart is asked again, twice at most', async () => {
		const database = await open();
		asked = [];

		instead.push(postgrest(500, '40001'), postgrest(500, '40P01'));
		expect(await summary(database)).toEqual(EMPTY);
		expect(asked).toHaveLength(3);
		instead.push(...Array.from({ length: 3 }, () => postgrest(500, '40001')));
		await expect(summary(database)).rejects.toMatchObject({ code: '40001' });
	});

	it('that says a call is wrong is told with the code of Postgres', async () => {
		const database = await open();

		const wrong = database.call('prune', { now: 'yesteryear' });
		await expect(wrong).rejects.toMatchObject({ code: '22007' });
	});

	it('is called no more once closed, and what it did not answer by then is cut off', async () => {
		const database = await open();
		isSilent = true;
		const caught = expect(summary(database)).rejects.toThrow(StoreUnavailableError);

		await Promise.all([database.close(), database.close()]);
		await caught;
		await expect(summary(database)).rejects.toThrow(StoreUnavailableError);
	});

	it.each([
		['a publishable key', DOUBLE_KEYS.publishable, 'Take a secret key'],
		['a key of another project', 'sb_secret_of_another_project', 'is not one of its keys'],
	])('refuses %s, and the service says so when it starts', async (_, secretKey, said) => {
		await expect(open({ secretKey })).rejects.toThrow(said);
		await expect(open({ secretKey })).rejects.not.toThrow(secretKey);
	});

	it('shows a tenant its own numbers, and no one without a key any', async () => {
		const ask = async (token: string) => {
			const response = await fetch(`${double.url}/rest/v1/rpc/list_alerts`, {
				method: 'POST',
				headers: {
					...{ apikey: DOUBLE_KEYS.publishable, authorization: `Bearer ${token}` },
					...{ 'content-type': 'application/json', 'content-profile': 'fuse' },
				},
				body: JSON.stringify({ p_tenant_id: null, p_limit: 10 }),
			});
			const body = (await response.json()) as { tenant_id?: string; code?: string }[];
			return response.ok ? body.length : response.status;
		};
		await db.exec(
			`insert into fuse.alerts (id, tenant_id, rule, part, severity, state, ends, opened_at, last_seen_at, strength,
				sequence, evidence, alert_text, changed_at)
			select 'alr_' || n, tenant, 'spikeRatio', '', 'warning', 'firing', 'quiet', now(), now(), 1, 1, '{}', '{}', now()
			from unnest(array['acme', 'beta', 'beta']) with ordinality as t(tenant, n)
			on conflict do nothing`,
		);

		expect(await ask(signToken({ role: 'fuse_tenant', tenant_id: 'acme' }))).toBe(1);
		expect(await ask(signToken({ role: 'fuse_tenant' }))).toBe(0);
		expect(await ask(DOUBLE_KEYS.publishable)).toBe(403);
		expect(await ask(signToken({ role: 'authenticated', tenant_id: 'acme' }))).toBe(403);
		expect(await ask(signToken({ role: 'service_role' }, 'signed by somebody else'))).toBe(401);
	});
});

describe('a Supabase project that is not set up', () => {
	let db: PGlite;
	beforeAll(async () => {
		db = await PGlite.create({ extensions: { vector } });
		await db.exec(SUPABASE_ROLES);
	});
	afterAll(() => db.close());
	afterEach(() => db.exec('drop schema if exists fuse, supabase_migrations cascade'));
	const opened = async (exposedSchemas: string[]) => {
		const double = await startPostgrestDouble(db, { exposedSchemas });
		try {
			const database = await openSupabaseDatabase({
				url: double.url,
				secretKey: DOUBLE_KEYS.secret,
				migrationsDir: MIGRATIONS_DIR,
			});
			await database.close();
		} finally {
			await double.stop();
		}
	};

	it('says what to do: expose the schema, push the migrations, push those that are missing', async () => {
		await expect(opened(['public'])).rejects.toThrow(SupabaseNotReadyError);
		await expect(opened(['public'])).rejects.toThrow('Add fuse to "Exposed schemas"');
		await expect(opened(['public', 'fuse'])).rejects.toThrow('run `supabase db push`');

		await applyMigrations(migrationConnection(db), MIGRATIONS_DIR);
		await opened(['public', 'fuse']);
		await db.exec(`delete from fuse.schema_migrations where version = '20261121000200'`);
		await expect(opened(['public', 'fuse'])).rejects.toThrow(
			'it lacks the migration 20261121000200:',
		);
	});

	it('is ready when `supabase db push` did it, which keeps a list of its own', async () => {
		await applyMigrations(migrationConnection(db), MIGRATIONS_DIR);
		await db.exec(`
			create schema supabase_migrations;
			create table supabase_migrations.schema_migrations as select version from fuse.schema_migrations;
			delete from fuse.schema_migrations;
		`);

		await opened(['public', 'fuse']);
		expect(await applyMigrations(migrationConnection(db), MIGRATIONS_DIR)).toEqual([]);
	});
});
