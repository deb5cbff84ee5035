import fc from 'fast-check';
import { NO_USAGE } from '../../core/usage.ts';
import { usageEvent } from '../support/rows.ts';
import { startTestService, type Api } from '../support/service.ts';

const NOW = Date.UTC(2026, 9, 14, 12);
const MINUTE_MS = 60_000;

let api: Api;
beforeAll(async () => {
	const env = { FUSE_SPEND_CAP_USD_PER_MINUTE: '1000000' };
	api = await startTestService(env, { now: () => NOW });
	const call = (minutesBefore: number, data: object, subject = 'acme') =>
		usageEvent({
			time: new Date(NOW - minutesBefore * MINUTE_MS).toISOString(),
			...{ subject, data: { workflowId: 'wf', nodeName: 'Agent', ...data } },
		});
	const claude = { provider: 'anthropic', model: 'claude-sonnet-4-5' };
	const prompt = (inputUncached: number) => ({ usage: { inputUncached, output: 100 } });
	await api.post('/v1/usage', [
		// 0.15 and 0.60 USD per million; ten times that are gpt-4o's 2.50 and 10 USD, by and large.
		call(60, { usage: { inputUncached: 1_000_000, output: 100_000 } }),
		call(50, { costMicroCents: 77, usage: { inputUncached: 0, output: 0 } }),
		call(40, {
			provider: 'twilio',
			model: 'sms',
			costMicroCents: 5,
			otherUnits: { messageSegments: 1 },
		}),
		call(30, { ...claude, ...prompt(10_000) }, 'cached'),
		call(28, { ...claude, ...prompt(12_000) }, 'cached'),
		call(10, { ...claude, ...prompt(11_000) }, 'cached'),
	]);
});
afterAll(() => api.service.close());

const whatIf = async (query: string, key?: string) =>
	(await api.send('GET', `/v1/reports/what-if?${query}`, undefined, key ? { key } : {})).body;

describe('GET /v1/reports/what-if', () => {
	it('200: the same calls on another model', async () => {
		const answer = await whatIf('tenantId=acme&model=gpt-4o-mini&toProvider=openai&toModel=gpt-4o');

		expect(answer).toMatchObject({
			...{ events: 1, unpricedEvents: 1, atMost: false },
			...{ actualMicroCents: 21_000_000, whatIfMicroCents: 350_000_000 },
			...{ differenceMicroCents: 329_000_000, differencePercent: 1566.7 },
			byModel: [{ provider: 'openai', model: 'gpt-4o-mini', differenceMicroCents: 329_000_000 }],
		});
		expect(answer['assumptions']).toContainEqual(expect.stringContaining('tokenizers differ'));
	});

	it('200: the same calls on the batch tier cost half', async () => {
		expect(await whatIf('tenantId=acme&provider=openai&serviceTier=batch')).toMatchObject({
			...{ events: 1, actualMicroCents: 21_000_000, whatIfMicroCents: 10_500_000 },
			differencePercent: -50,
		});
	});

	it('200: with prompt caching, a prefix as long as the smallest prompt is written and read', async () => {
		const answer = await whatIf('tenantId=cached&promptCaching=true');
		// 10,000 tokens are written at 3.75, read at 0.30 and written again at 3.75 USD per million; 3,000 more at 3 USD
		// and 300 of output at 15 USD stay.
		const written = 2 * 3_750_000;

		expect(answer).toMatchObject({
			...{ events: 3, atMost: true, actualMicroCents: 33_000 * 300 + 300 * 1500 },
			whatIfMicroCents: written + 300_000 + 3000 * 300 + 300 * 1500,
		});
		expect(answer['assumptions']).toContainEqual(expect.stringContaining('at most this much'));
	});

	it('200: with prompt caching of a prefix that is said', async () => {
		const answer = await whatIf('tenantId=cached&promptCaching=true&prefixTokens=2000');

		expect(answer).toMatchObject({
			atMost: false,
			whatIfMicroCents: 2 * 750_000 + 60_000 + 27_000 * 300 + 300 * 1500,
		});
	});

	it('200: what has no use or no price is left out and counted', async () => {
		expect(await whatIf('tenantId=acme&serviceTier=flex')).toMatchObject({
			...{ events: 1, unpricedEvents: 2 },
		});
	});

	it('200: on the same model makes no difference, whatever was used', async () => {
		const count = fc.nat({ max: 300_000 });
		const calls = fc.record({
			usage: fc.record({
				...{ inputUncached: count, cacheRead: count, cacheWrite5m: count, output: count },
			}),
			serviceTier: fc.constantFrom(undefined, 'standard', 'batch'),
		});
		let round = 0;
		await fc.assert(
			fc.asyncProperty(fc.array(calls, { minLength: 1, maxLength: 10 }), async (all) => {
				const subject = `same-${++round}`;
				const model = { provider: 'anthropic', model: 'claude-sonnet-4-5' };
				const events = all.map((data) =>
					usageEvent({
						...{ subject, time: new Date(NOW - MINUTE_MS).toISOString() },
						data: { ...model, ...data, usage: { ...NO_USAGE, ...data.usage } },
					}),
				);
				await api.post('/v1/usage', events);
				const to = 'toProvider=anthropic&toModel=claude-sonnet-4-5';

				expect(await whatIf(`tenantId=${subject}&${to}`)).toMatchObject({
					...{ events: all.length, unpricedEvents: 0, differenceMicroCents: 0 },
				});
			}),
			{ numRuns: 10 },
		);
	});

	it('200: nothing used makes no difference', async () => {
		expect(await whatIf('tenantId=nobody&serviceTier=batch')).toMatchObject({
			...{ events: 0, actualMicroCents: 0, differencePercent: null, byModel: [] },
		});
	});

	it('403: of another tenant than the key is bound to', async () => {
		const key = await api.makeKey('read', 'acme');

		expect(await whatIf('serviceTier=batch&tenantId=cached', key)).toMatchObject({ status: 403 });
		expect(await whatIf('serviceTier=batch', key)).toMatchObject({ events: 1 });
	});

	it.each([
		['nothing that is changed', '', '/toModel'],
		['a model without its provider', 'toModel=gpt-4o', '/toProvider'],
		['a provider without a model', 'toProvider=openai', '/toModel'],
		['a model that has no price', 'toProvider=openai&toModel=gpt-99', '/toModel'],
		['a tier that has no price', 'toProvider=openai&toModel=gpt-4o&serviceTier=x', '/serviceTier'],
		['a prefix that is not cached', 'serviceTier=batch&prefixTokens=5', '/prefixTokens'],
		['no prefix at all', 'promptCaching=true&prefixTokens=0', '/prefixTokens'],
		['a beginning after the end', 'serviceTier=batch&from=2026-10-15', '/from'],
	])('422: %s', async (_what, query, pointer) => {
		expect(await whatIf(query)).toMatchObject({ status: 422, errors: [{ pointer }] });
	});
});
