import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { applyMigrations } from '../../anomaly-service/src/adapters/migrations.ts';
import { usageRow } from '../../anomaly-service/src/stages/usageRow.ts';
import { MIGRATIONS_DIR } from '../support/paths.ts';
import { usageEvent } from '../support/rows.ts';
import { openMemoryDatabase } from '../support/servers/migratedPglite.ts';
import { iso, NOON } from './databaseBench.ts';
import { usageDaysContract } from './usageDaysContract.ts';

usageDaysContract('PGlite', openMemoryDatabase);

const BY_DAY = '20261121001690';

describe('a database from before usage was kept by day', () => {
	let db: PGlite;
	let earlier: string;
	beforeEach(async () => {
		db = await PGlite.create({ extensions: { vector } });
		earlier = await mkdtemp(join(tmpdir(), 'llm-fuse-migrations-'));
		const files = (await readdir(MIGRATIONS_DIR)).filter((file) => file < BY_DAY);
		await Promise.all(files.map((file) => cp(join(MIGRATIONS_DIR, file), join(earlier, file))));
	});
	afterEach(async () => {
		await db.close();
		await rm(earlier, { recursive: true });
	});
	const migrate = (dir: string) =>
		applyMigrations(
			{
				run: async (sql) => {
					await db.exec(sql);
				},
				rows: async (sql) => (await db.query<Record<string, unknown>>(sql)).rows,
			},
			dir,
		);
	const one = async (sql: string) => (await db.query<Record<string, unknown>>(sql)).rows[0];

	it('has all of it after the migration, each in its day, still known and still guarded', async () => {
		await migrate(earlier);
		const at = (day: number) =>
			usageEvent({ id: `day-${day}`, time: iso(NOON - day * 86_400_000) });
		const priced = {
			...{ costMicroCents: 7, contextTokens: 0 },
			lineItems: [{ unit: 'output', quantity: 1, rateId: 'r', costMicroCents: 7 }],
		} as const;
		const rows = [0, 1, 400].map((day) =>
			usageRow(at(day), { ...priced, costSource: 'price', lineItems: [...priced.lineItems] }, NOON),
		);
		await db.query('select fuse.record_usage($1)', [JSON.stringify(rows)]);
		const before = await one('select sum(cost_micro_cents) as sum from fuse.ledger_lines');

		await migrate(MIGRATIONS_DIR);
		expect(await one('select sum(cost_micro_cents) as sum from fuse.ledger_lines')).toEqual(before);
		expect(
			await one(`select count(distinct tableoid)::int as days, count(*)::int as events
				from fuse.usage_events`),
		).toEqual({ days: 3, events: 3 });
		const again = await one(`select fuse.record_usage('${JSON.stringify(rows)}') as result`);
		expect(again).toMatchObject({ result: { added: 0 } });
		expect(
			await one(`select bool_and(relrowsecurity) as guarded,
				bool_or(relispartition and has_table_privilege('fuse_tenant', oid, 'select')) as beside
				from pg_class where relname ~ '^usage_events(_other|_\\d+)?$' and relkind in ('r', 'p')`),
		).toEqual({ guarded: true, beside: false });
	}, 60_000);

	it('is left as it is by a second run of the same migration', async () => {
		await migrate(MIGRATIONS_DIR);
		const tables = () =>
			db.query(`select relname, relkind from pg_class join pg_namespace n on n.oid = relnamespace
				where nspname = 'fuse' order by 1`);
		const { rows: before } = await tables();
		await db.exec(`delete from fuse.schema_migrations where version = '${BY_DAY}'`);
		await migrate(MIGRATIONS_DIR);

		expect((await tables()).rows).toEqual(before);
	}, 60_000);
});
