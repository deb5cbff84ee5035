import fc from 'fast-check';
import { FOCUS_COLUMNS } from '../../anomaly-service/src/stages/focusRow.ts';
import { NO_USAGE } from '../../core/usage.ts';
import { readCsv } from '../support/csv.ts';
import { usageEvent } from '../support/rows.ts';
import { startTestService, type Api } from '../support/service.ts';

const NOW = Date.UTC(2026, 9, 14, 12);

let api: Api;
beforeAll(async () => {
	const env = { FUSE_SPEND_CAP_USD_PER_MINUTE: '1000000' };
	api = await startTestService(env, { now: () => NOW });
	const record = (day: string, data: object, subject = 'acme') =>
		usageEvent({ time: `2026-${day}T10:00:00Z`, subject, source: 'n8n/wf_1', data });
	await api.post('/v1/usage', [
		record('10-14', { costMicroCents: 500, workflowId: 'wf_1', serviceTier: 'flex' }),
		record('10-13', { model: 'gpt-4o', usage: { cacheRead: 100 } }),
		record('10-13', { costMicroCents: 1 }, '=HYPERLINK("https://x.example","a,b")'),
		record('10-12', { costMicroCents: 2 }, '-1+1'),
		record('10-12', { costMicroCents: 3 }, '@sum'),
	]);
});
afterAll(() => api.service.close());

const get = (query: string, accept?: string) =>
	fetchText(`/v1/reports/spend?${query}`, accept ? { accept } : {});
async function fetchText(path: string, headers: Record<string, string>) {
	const key = await api.makeKey('read');
	const response = await fetch(api.service.url + path, {
		headers: { authorization: `Bearer ${key}`, ...headers },
	});
	return { status: response.status, headers: response.headers, text: await response.text() };
}
const rowsOf = async (query: string) => readCsv((await get(query)).text);
const sumOf = (rows: Record<string, string>[], column: string) =>
	rows.reduce((sum, row) => sum + BigInt((row[column] ?? '').replace('.', '')), 0n);
const totalOf = async (query: string): Promise<bigint> => {
	const report: { totals: { costMicroCents: number } } = JSON.parse((await get(query)).text);
	return BigInt(report.totals.costMicroCents);
};

describe('GET /v1/reports/spend as CSV', () => {
	it('200: every row of the span with the columns of JSON, amounts in dollars too', async () => {
		const { headers, text } = await get('groupBy=day,model&format=csv&tenantId=acme');

		expect(headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
		expect(headers.get('content-disposition')).toBe('attachment; filename="spend-2026-09-14.csv"');
		expect(text).toBe(
			[
				'day,model,calls,failedCalls,inputTokens,cachedInputTokens,outputTokens,costMicroCents,costUsd,estimatedCostMicroCents,estimatedCostUsd',
				'2026-10-13,gpt-4o,1,0,500,100,60,172500,0.00172500,0,0.00000000',
				'2026-10-14,gpt-4o-mini,1,0,400,0,60,500,0.00000500,0,0.00000000',
				'',
			].join('\r\n'),
		);
	});

	it('200: text that a spreadsheet would run is made text, and nothing is lost', async () => {
		const tenants = (await rowsOf('groupBy=tenant&format=csv')).map(({ tenantId }) => tenantId);

		expect(tenants).toEqual(['acme', "'@sum", "'-1+1", `'=HYPERLINK("https://x.example","a,b")`]);
	});

	it('200: is what Accept asks for, unless the query says', async () => {
		const isCsv = async (query: string, accept: string) =>
			(await get(query, accept)).headers.get('content-type')?.startsWith('text/csv');

		expect(await isCsv('', 'text/csv')).toBe(true);
		expect(await isCsv('', 'text/csv, application/json;q=0.5')).toBe(true);
		expect(await isCsv('', '*/*')).toBe(false);
		expect(await isCsv('', 'application/json, text/csv')).toBe(false);
		expect(await isCsv('format=json', 'text/csv')).toBe(false);
	});

	it.each([
		['a file in pages', 'format=csv&limit=5', '/limit'],
		['a page of a file', `format=focus&cursor=${btoa('[1,1,[]]')}`, '/cursor'],
		['a format it does not know', 'format=xml', '/format'],
		['a time zone that is none', 'timeZone=Berlin/Europe', '/timeZone'],
	])('422: %s', async (_what, query, pointer) => {
		const { status, text } = await get(query);

		expect(status).toBe(422);
		expect(JSON.parse(text)).toMatchObject({ errors: [{ pointer }] });
	});
});

describe('GET /v1/reports/spend as FOCUS 1.3', () => {
	it('200: a row for each rate that was used on a day', async () => {
		const rows = await rowsOf('format=focus&tenantId=acme&model=gpt-4o');

		expect(
			rows.map((row) => [row['SkuMeter'], row['ConsumedQuantity'], row['BilledCost']]),
		).toEqual([
			['Cache Read', '100', '0.00012500'],
			['Input Uncached', '400', '0.00100000'],
			['Output', '60', '0.00060000'],
		]);
		expect(Object.keys(rows[0] ?? {})).toEqual(FOCUS_COLUMNS);
		expect(rows[1]).toMatchObject({
			...{ BillingCurrency: 'USD', ChargeCategory: 'Usage', ChargeClass: '' },
			...{ BillingPeriodStart: '2026-10-01T00:00:00Z', BillingPeriodEnd: '2026-11-01T00:00:00Z' },
			...{ ChargePeriodStart: '2026-10-13T00:00:00Z', ChargePeriodEnd: '2026-10-14T00:00:00Z' },
			...{ ChargeFrequency: 'Usage-Based', ConsumedUnit: 'Tokens', PricingUnit: 'Tokens' },
			...{ ServiceCategory: 'AI and Machine Learning', ServiceName: 'gpt-4o' },
			...{ ServiceProviderName: 'OpenAI', HostProviderName: 'OpenAI', ProviderName: 'OpenAI' },
			...{ SubAccountId: 'acme', SkuId: 'openai/gpt-4o/inputUncached' },
			Tags: '{"source":"n8n/wf_1"}',
		});
	});

	it('200: a whole bill is one call of its model, its tags say which workflow', async () => {
		const [row] = await rowsOf('format=focus&workflowId=wf_1');

		expect(row).toMatchObject({
			...{ BilledCost: '0.00000500', PricingQuantity: '1', PricingUnit: 'Calls' },
			...{ SkuPriceId: 'vendor', x_CostSource: 'vendor', x_ServiceTier: 'flex' },
			Tags: '{"source":"n8n/wf_1","workflow":"wf_1"}',
		});
	});

	it('200: days are those of the time zone, as instants', async () => {
		const [row] = await rowsOf('format=focus&workflowId=wf_1&timeZone=Europe/Berlin');

		expect(row).toMatchObject({
			...{ BillingPeriodStart: '2026-09-30T22:00:00Z', BillingPeriodEnd: '2026-10-31T23:00:00Z' },
			...{ ChargePeriodStart: '2026-10-13T22:00:00Z', ChargePeriodEnd: '2026-10-14T22:00:00Z' },
		});
	});

	it('the costs of the rows add up to the total of the report, whatever was used', async () => {
		const count = fc.nat({ max: 100_000 });
		const data = fc.record({
			model: fc.constantFrom('gpt-4o', 'gpt-4o-mini', 'no-such-model'),
			usage: fc.record({ inputUncached: count, cacheRead: count, output: count }),
			serviceTier: fc.constantFrom('standard', 'batch', 'priority'),
			workflowId: fc.constantFrom(undefined, 'a', 'b'),
			costMicroCents: fc.option(fc.nat({ max: 10 ** 12 }), { nil: undefined }),
		});
		let round = 0;
		await fc.assert(
			fc.asyncProperty(fc.array(data, { minLength: 1, maxLength: 20 }), async (calls) => {
				const subject = `sum-${++round}`;
				const events = calls.map((call, index) =>
					usageEvent({
						...{ subject, time: new Date(NOW - index * 3_600_000).toISOString() },
						data: { ...call, usage: { ...NO_USAGE, ...call.usage } },
					}),
				);
				await api.post('/v1/usage', events);
				const rows = await rowsOf(`format=focus&tenantId=${subject}`);
				const total = await totalOf(`tenantId=${subject}`);

				for (const column of ['BilledCost', 'EffectiveCost', 'ListCost', 'x_CostMicroCents']) {
					expect(sumOf(rows, column)).toBe(total);
				}
			}),
			{ numRuns: 10 },
		);
	});
});
