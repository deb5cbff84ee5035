import { Client } from 'pg';
import type { Database } from '../../anomaly-service/src/ports/database.ts';
import { usageRow } from '../../anomaly-service/src/stages/usageRow.ts';
import { usageEvent } from '../support/rows.ts';
import { openPgliteServerDatabase } from '../support/servers/pgliteServer.ts';
import { hasPostgres, migratedPostgres } from '../support/servers/postgresServer.ts';
import { describeWith, suiteServer } from '../support/servers/suiteServers.ts';
import { iso, NOON } from './databaseBench.ts';
import { usageDaysContract } from './usageDaysContract.ts';

usageDaysContract('pg', openPgliteServerDatabase);

describeWith('a real Postgres', hasPostgres())('days of usage for several sessions', () => {
	const server = suiteServer(migratedPostgres);
	usageDaysContract('pg on a real Postgres', () => server().open());

	let first: Database;
	let second: Database;
	let operator: Client;
	beforeEach(async () => {
		[first, second] = await Promise.all([server().open(), server().open()]);
		operator = new Client({ connectionString: server().url });
		await operator.connect();
	});
	afterEach(() => Promise.all([first.close(), second.close(), operator.end()]));
	const rowOf = (id: string, at: number) =>
		usageRow(
			usageEvent({ id, subject: `tenant-${id}`, time: iso(at) }),
			{ costMicroCents: 1, costSource: 'price', lineItems: [], contextTokens: 0 },
			NOON,
		);

	it('are opened once by replicas that are told of one at the same time, while both record', async () => {
		const days = ['2025-03-01', '2025-03-02'];
		const at = Date.UTC(2025, 2, 1, 12);
		const opened = await Promise.all(
			[first, second, first, second].map(async (database, index) => {
				const answer = await database.call('open_usage_days', { days });
				const events = [rowOf('shared', at), rowOf(`own-${index}`, at)];
				const { added } = await database.call('record_usage', { events });
				return { ...answer, added };
			}),
		);

		expect(opened.flatMap((answer) => answer.opened).toSorted()).toEqual(days);
		expect(opened.reduce((sum, { added }) => sum + added, 0)).toBe(5);
		const { rows } = await operator.query(
			'select count(*)::integer as events from fuse.usage_events_20250301',
		);
		expect(rows).toEqual([{ events: 5 }]);
	});

	it('wait for nobody: with a report under way usage is recorded, and its day is opened later', async () => {
		const at = Date.UTC(2025, 4, 1, 12);
		await operator.query('begin');
		await operator.query('select count(*) from fuse.usage_events');
		const days = ['2025-05-01'];
		const [answer, { added }] = await Promise.all([
			first.call('open_usage_days', { days }),
			second.call('record_usage', { events: [rowOf('meanwhile', at)] }),
		]);
		await operator.query('commit');

		expect([answer, added]).toEqual([{ opened: [], busy: days }, 1]);
		const from = iso(at);
		expect(await first.call('stray_usage_days', { from, limit: 1 })).toEqual(days);
		expect(await first.call('open_usage_days', { days })).toEqual({ opened: days, busy: [] });
		const spend = { tenantId: 'tenant-meanwhile', since: from, until: iso(at + 1) };
		expect(await first.call('tenant_spend', spend)).toMatchObject({ requests: 1 });
	});

	it('give way to a reader when they are to be dropped', async () => {
		const days = ['2002-01-01'];
		await first.call('open_usage_days', { days });
		await operator.query('begin');
		await operator.query('select count(*) from fuse.usage_events');
		const args = { before: '2002-01-02T00:00:00Z', now: iso(NOON) };
		expect(await first.call('drop_usage_days', args)).toEqual({
			days: [],
			more: false,
			busy: true,
		});
		await operator.query('commit');

		expect((await first.call('drop_usage_days', args)).days).toHaveLength(1);
	});
});
