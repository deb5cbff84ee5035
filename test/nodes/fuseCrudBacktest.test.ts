import { usageEvent } from '../support/rows.ts';
import { startTestService, type Api } from '../support/service.ts';
import { byId, run } from './support/fuseCrudBench.ts';
import type { Credentials } from './support/n8nHttp.ts';
import { thrownBy } from './support/thrown.ts';

let api: Api;
let reader: Credentials;
beforeAll(async () => {
	api = await startTestService();
	reader = { baseUrl: api.service.url, apiKey: await api.makeKey('read') };
	const hourAgo = Date.now() - 3_600_000;
	const calls = Array.from({ length: 10 }, (_, index) =>
		usageEvent({
			time: new Date(hourAgo + index * 1000).toISOString(),
			data: { costMicroCents: 100_000_000 },
		}),
	);
	await api.post('/v1/usage', calls);
});
afterAll(() => api.service.close());

const backtest = async (changes: Record<string, unknown>, more: Record<string, unknown> = {}) => {
	const parameters = { resource: 'report', operation: 'backtest', tenantId: byId('acme') };

	return (await run(reader, { ...parameters, days: 1, changes, ...more }))[0];
};

describe('a backtest', () => {
	it('says in one sentence what a lower cap would have done, and what would have fired', async () => {
		const answer = await backtest({ spendCapUsd: '2.50' });

		expect(answer).toMatchObject({
			tenantId: 'acme',
			summary: expect.stringMatching(/^The change would have opened the breaker 1 more time/),
			configured: { trips: 0, falseAlarms: 0, incidents: 0 },
			changed: { trips: 1, falseAlarms: 1, refusedInErrorUsd: '7.00' },
			firings: [{ rule: 'spendCap', outcome: 'tripped', judged: 'unknown', refusedUsd: '7.00' }],
		});
		expect(answer?.['assumptions']).toContainEqual(expect.stringContaining('No incident'));
	});

	it('of a daily budget says what would not have been spent, in dollars', async () => {
		expect(await backtest({ dailyUsd: 4 })).toMatchObject({
			savedMicroCents: 600_000_000,
			savedUsd: '6.00',
			changed: { savedUsd: '6.00', trips: 0 },
		});
	});

	it('hands on every change, and gives the whole answer when it is not simplified', async () => {
		const changes = {
			...{ monthlyUsd: 3, spikeRatioPct: 200, vectorLimitFactor: 0.5, tripStrength: 2 },
			switchOff: ['spikeRatio'],
			limits: '{"id":"rpm","scope":"tenant","unit":"requests","window":"1m","capacity":2}',
		};
		const answer = await backtest(changes, { simplify: false });

		expect(answer?.['changed']).toMatchObject({
			settings: {
				...{ spikeRatioPct: 200, vectorLimitFactor: 0.5, tripStrength: 2 },
				detectors: { spikeRatio: false, spendCap: true },
				limitIds: expect.arrayContaining(['tenant-microCents-month-1', 'rpm']),
			},
			savedCalls: 8,
		});
		const never = await backtest({ tripStrength: 0 }, { simplify: false });
		expect(never?.['changed']).toMatchObject({ settings: { tripStrength: null } });
	});

	it('refuses what is no amount or no list of limits by its name', async () => {
		expect((await thrownBy(backtest({ spendCapUsd: '1,50' }))).message).toMatch(/^Spend Cap is no/);
		expect((await thrownBy(backtest({ limits: '[1]' }))).message).toBe(
			'Limits is no JSON list of limits',
		);
	});
});
