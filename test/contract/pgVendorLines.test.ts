import { Client } from 'pg';
import { openPgliteServerDatabase } from '../support/servers/pgliteServer.ts';
import { hasPostgres, migratedPostgres } from '../support/servers/postgresServer.ts';
import { describeWith, suiteServer } from '../support/servers/suiteServers.ts';
import { vendorLineContract } from './vendorLineContract.ts';

vendorLineContract('pg', openPgliteServerDatabase);

describeWith('a real Postgres', hasPostgres())('lines of a vendor and what became of them', () => {
	const server = suiteServer(migratedPostgres);
	vendorLineContract('pg on a real Postgres', () => server().open());

	it('keep a row for every time one was replaced, with who did it', async () => {
		const operator = new Client({ connectionString: server().url });
		await operator.connect();
		const { rows } = await operator.query<Record<string, unknown>>(
			`select source, id, actor, previous_micro_cents::integer was, new_micro_cents::integer is_now
			from fuse.usage_corrections where id = 'tenant-2/line' order by sequence`,
		);
		await operator.end();

		expect(rows).toEqual(
			[
				{ was: 7, is_now: 9 },
				{ was: 9, is_now: 2 },
			].map((row) => ({
				...{ source: 'vendor/twilio', id: 'tenant-2/line', actor: 'key_1' },
				...row,
			})),
		);
	});
});
