import { Client } from 'pg';
import type { Database } from '../../anomaly-service/src/ports/database.ts';
import { LimitBook } from '../../anomaly-service/src/stages/limitBook.ts';
import type { Limit } from '../../core/limits.ts';
import { aLimit } from '../support/limits.ts';
import { openPgliteServerDatabase } from '../support/servers/pgliteServer.ts';
import { hasPostgres, migratedPostgres } from '../support/servers/postgresServer.ts';
import { describeWith, suiteServer } from '../support/servers/suiteServers.ts';
import { iso, NOON } from './databaseBench.ts';
import { limitsContract } from './limitsContract.ts';

limitsContract('pg', openPgliteServerDatabase);

describeWith('a real Postgres', hasPostgres())(
	'several services that change limits at once',
	() => {
		const server = suiteServer(migratedPostgres);
		let databases: Database[];
		beforeEach(async () => {
			databases = await Promise.all([1, 2, 3, 4].map(() => server().open()));
		});
		afterEach(() => Promise.all(databases.map((database) => database.close())));
		const bookOn = (database: Database) =>
			new LimitBook({
				database,
				configured: [],
				changed: () => undefined,
				countAnew: async () => undefined,
			});
		const PUT = { actor: 'key_1', tenantId: null, now: NOON, replace: true };

		it('make one of two that would contradict each other', async () => {
			const results = await Promise.all(
				databases.map((database, n) =>
					database.call('put_limit', {
						...{ limit: aLimit({ id: `twin-${n}` }), replace: true, tenantId: null },
						...{ actor: 'key_1', now: iso(NOON) },
					}),
				),
			);
			const outcomes = results.map(({ outcome }) => outcome).sort();
			const loaded = await limitsIn(databases[0]);

			expect(outcomes).toEqual(['created', 'sameCount', 'sameCount', 'sameCount']);
			expect(loaded.filter(({ id }) => id.startsWith('twin-'))).toHaveLength(1);
		});

		it('miss no change, however often they read meanwhile', async () => {
			const books = databases.map(bookOn);
			const nth = (n: number) => aLimit({ id: `many-${n}`, scope: 'key', subject: `key_${n}` });
			const change = async (book: LimitBook, first: number) => {
				for (let n = first; n < 100; n += books.length) {
					await book.put(nth(n), PUT);
					if (n % 10 === 0) await book.remove(nth(n).id, PUT);
				}
			};
			await Promise.all(books.map((book, first) => change(book, first)));
			await Promise.all(books.map((book) => book.load()));

			const truth = byId(await limitsIn(databases[0]));
			expect(truth.filter(({ id }) => id.startsWith('many-'))).toHaveLength(90);
			for (const book of books) expect(byId(book.all())).toEqual(truth);
		});

		it('leave in the audit who changed what, and what it was before', async () => {
			const [database] = databases;
			if (!database) return;
			const limit = aLimit({ id: 'audited', audience: { kind: 'tenant', tenantId: 'acme' } });
			const by = { tenantId: null, actor: 'key_7', now: iso(NOON) };
			const put = (given: Limit) =>
				database.call('put_limit', { limit: given, replace: true, ...by });
			await put(limit);
			await put({ ...limit, capacity: 1 });
			await put({ ...limit, capacity: 1 });
			await database.call('delete_limit', { id: limit.id, ...by });
			await database.call('put_tenant', { ...by, tenantId: 'acme', plan: 'pro' });

			const after = { ...limit, capacity: 1 };
			expect(await auditOf('acme')).toEqual([
				{ actor: 'key_7', event: 'limit.created', detail: { limit, was: null } },
				{ actor: 'key_7', event: 'limit.replaced', detail: { limit: after, was: limit } },
				{ actor: 'key_7', event: 'limit.deleted', detail: { limit: after } },
				{ actor: 'key_7', event: 'tenant.planSet', detail: { plan: 'pro', was: null } },
			]);
		});

		async function auditOf(tenantId: string): Promise<object[]> {
			const client = new Client({ connectionString: server().url });
			await client.connect();
			const { rows } = await client.query<object>(
				'select actor, event, detail from fuse.audit_entries where tenant_id = $1 order by sequence',
				[tenantId],
			);
			await client.end();
			return rows;
		}
	},
);

/** What a service that starts now would read. */
async function limitsIn(database: Database | undefined): Promise<Limit[]> {
	return (await database?.call('load_limits', { since: 0 }))?.limits ?? [];
}

function byId(limits: readonly Limit[]): Limit[] {
	return limits.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}
