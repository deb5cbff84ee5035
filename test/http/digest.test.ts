import { DAY_MS } from '../../core/durations.ts';
import { usageEvent } from '../support/rows.ts';
import { startTestService, type Api } from '../support/service.ts';

/** A Wednesday. */
const NOW = Date.UTC(2026, 9, 14, 12);
const YESTERDAY = Date.UTC(2026, 9, 13, 10);

let api: Api;
beforeAll(async () => {
	api = await startTestService({}, { now: () => NOW });
	const calls = (daysBefore: number, count: number, costMicroCents: number, data = {}) =>
		Array.from({ length: count }, () =>
			usageEvent({
				time: new Date(YESTERDAY - daysBefore * DAY_MS).toISOString(),
				data: { costMicroCents, ...data },
			}),
		);
	await api.post('/v1/usage', [
		...calls(7, 2, 100_000_000),
		...calls(14, 2, 100_000_000),
		...calls(1, 9, 100_000_000),
		...calls(0, 3, 150_000_000, { usage: { inputUncached: 300, cacheRead: 100 } }),
		usageEvent({
			...{ time: new Date(YESTERDAY).toISOString(), subject: 'newcomer' },
			data: { model: 'no-such-model', usage: { inputUncached: 1000, output: 0 } },
		}),
	]);
});
afterAll(() => api.service.close());

const digest = async (query = '', key?: string) =>
	(await api.send('GET', `/v1/reports/digest?${query}`, undefined, key ? { key } : {})).body;

describe('GET /v1/reports/digest', () => {
	it('200: yesterday, against the mean of the same weekday before', async () => {
		expect(await digest('tenantId=acme')).toMatchObject({
			...{ day: '2026-10-13', timeZone: 'UTC', tenantId: 'acme' },
			...{ from: '2026-10-13T00:00:00.000Z', to: '2026-10-14T00:00:00.000Z' },
			totals: { calls: 3, costMicroCents: 450_000_000 },
			expected: { basis: 'sameWeekday', days: 2 },
			change: {
				...{ expectedMicroCents: 200_000_000, expectedCalls: 2 },
				...{ changeMicroCents: 250_000_000, changePercent: 125 },
				...{ volumeMicroCents: 100_000_000, rateMicroCents: 150_000_000 },
			},
			cachedShare: 0.25,
			lastWeek: { day: '2026-10-06', calls: 2, costMicroCents: 200_000_000 },
			topTenants: [{ tenantId: 'acme', calls: 3, costMicroCents: 450_000_000 }],
			unknownPrices: [],
			incidents: 0,
		});
	});

	it('200: says who is furthest from what was expected, and what has no price', async () => {
		const { movers, unknownPrices } = await digest();

		expect(movers).toMatchObject([
			{ tenantId: 'acme', changeMicroCents: 250_000_000, changePercent: 125 },
			{ tenantId: 'newcomer', expectedMicroCents: null, changePercent: null },
		]);
		expect(unknownPrices).toMatchObject([{ provider: 'openai', model: 'no-such-model', calls: 1 }]);
	});

	it('200: as text for people', async () => {
		const { subject, text } = await digest('tenantId=acme');

		expect(subject).toBe('LLM spend on 2026-10-13: 4.50 USD (+125 % against expected)');
		expect(text).toBe(
			[
				'LLM spend on 2026-10-13: 4.50 USD in 3 calls',
				'Expected: 2.00 USD in 2 calls, the mean of the same weekday in the weeks before (2 days)',
				'Against expected: +2.50 USD (+125 %), of it +1.00 USD by the number of calls and +1.50 USD by the cost of a call',
				'A week before: 2.00 USD in 2 calls',
				'Input read from a cache: 25.0 % of 1,200 tokens',
				'',
				'Top tenants',
				'• acme: 4.50 USD in 3 calls',
				'',
				'Top models',
				'• openai gpt-4o-mini: 4.50 USD in 3 calls',
				'',
				'Furthest from expected',
				'• acme: +2.50 USD (4.50 USD, 2.00 USD expected, +125 %)',
			].join('\n'),
		);
	});

	it('200: a day on which nothing was used says so', async () => {
		const { text, ...empty } = await digest('day=2026-08-01');

		expect(empty).toMatchObject({
			...{ expected: null, change: null, cachedShare: null, topTenants: [], movers: [] },
			totals: { calls: 0, costMicroCents: 0 },
			subject: 'LLM spend on 2026-08-01: 0.00 USD',
		});
		expect(text).toContain('Expected: unknown, nothing was used in the four weeks before');
	});

	it('200: a day is that of the time zone', async () => {
		expect(await digest('timeZone=Pacific/Auckland&tenantId=acme')).toMatchObject({
			...{ day: '2026-10-14', from: '2026-10-13T11:00:00.000Z', to: '2026-10-14T11:00:00.000Z' },
			totals: { calls: 0 },
		});
	});

	it('200: a key bound to a tenant sees its own only', async () => {
		const key = await api.makeKey('read', 'newcomer');

		expect(await digest('', key)).toMatchObject({ tenantId: 'newcomer', totals: { calls: 1 } });
		expect(await digest('tenantId=acme', key)).toMatchObject({
			...{ status: 403, errors: [{ pointer: '/tenantId' }] },
		});
	});

	it.each([
		['a day that is none', 'day=2026-02-30', '/day'],
		['a day that has not begun', 'day=2026-10-15', '/day'],
		['a time zone that is none', 'timeZone=Mars', '/timeZone'],
		['a field it does not know', 'week=1', '/week'],
	])('422: %s', async (_what, query, pointer) => {
		expect(await digest(query)).toMatchObject({ status: 422, errors: [{ pointer }] });
	});
});
