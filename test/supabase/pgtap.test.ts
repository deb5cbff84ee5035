import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { pgtap } from '@electric-sql/pglite-pgtap';
import { ROOT } from '../support/paths.ts';
import type { Row } from '../support/servers/openedDatabase.ts';
import { openSupabasePglite } from '../support/servers/supabaseDouble.ts';

const TESTS_DIR = join(ROOT, 'supabase/tests');
const FILES = readdirSync(TESTS_DIR).filter((file) => file.endsWith('.sql'));

/** What `supabase test db` runs in a project, here in PGlite with the roles of one. */
describe('pgTAP tests of the database', () => {
	let db: PGlite;
	beforeAll(async () => {
		db = await openSupabasePglite({ pgtap });
	});
	afterAll(() => db.close());

	it.each(FILES)('%s passes', async (file) => {
		const lines = await tapOf(await readFile(join(TESTS_DIR, file), 'utf8'));

		expect(lines.filter(isFault)).toEqual([]);
		expect(lines.filter((line) => line.startsWith('ok ')).length).toBe(plannedIn(lines));
		// Every file takes back what it did: nothing of it is left for the next one.
		await expect(db.query('select 1 from readable')).rejects.toMatchObject({ code: '42P01' });
	});

	/** The lines of TAP that a file writes. */
	async function tapOf(sql: string): Promise<string[]> {
		try {
			const results = await db.exec(sql);
			return results.flatMap(({ rows }) => rows.flatMap((row: Row) => textsIn(row)));
		} finally {
			await db.exec('rollback');
		}
	}
});

function textsIn(row: Row): string[] {
	return Object.values(row).flatMap((value) =>
		typeof value === 'string' ? value.split('\n') : [],
	);
}

/** A test that failed, and the comments that say how. */
function isFault(line: string): boolean {
	return line.startsWith('not ok') || line.startsWith('#');
}

function plannedIn(lines: readonly string[]): number {
	const plan = lines.find((line) => /^1\.\.\d+$/.test(line));

	return Number(plan?.slice('1..'.length));
}
