import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readReport, readReports, REPORT_READERS } from '../../../../core/readers/reports/index.ts';
import type { ReportDay, ReportLine } from '../../../../core/readers/reports/reportReading.ts';
import { ROOT } from '../../../support/paths.ts';

const AT = Date.UTC(2026, 10, 21, 18);

type Golden = { body: unknown; days: ReportDay[]; lines: ReportLine[] };

function golden(name: string): Golden {
	const file = readFileSync(join(ROOT, `test/golden/reports/${name}.json`), 'utf8');
	const page: Golden = JSON.parse(file);
	return page;
}

/** A golden page with one field changed; `path` as a JSON pointer. */
function changed(name: string, path: string, value: unknown): unknown {
	const body: unknown = structuredClone(golden(name).body);
	const keys = path.split('/').slice(1);
	const last = keys.pop() ?? '';
	let place: unknown = body;
	for (const key of keys) place = Reflect.get(Object(place), key);
	Reflect.set(Object(place), last, value);
	return body;
}

describe('a page of a report', () => {
	it.each(REPORT_READERS.map(({ name }) => name))('is read to the micro-cent: %s', (name) => {
		const { body, days, lines } = golden(name);

		const reading = readReport(body, AT);

		// Without the fields that are there and undefined.
		expect(JSON.parse(JSON.stringify(reading))).toEqual({
			...{ outcome: 'read', report: name },
			...{ days, lines },
		});
	});

	it.each([
		['openaiCosts', '/data/0/results/1/amount/value', 'much'],
		['openaiCosts', '/data/0/results/0/amount/currency', 'eur'],
		['openaiCosts', '/data/1/start_time', '2026-11-19'],
		['openaiCosts', '/data/1/start_time', 9e15],
		['openaiUsage', '/data/0/results/0/input_cached_tokens', -1],
		['openaiUsage', '/data/0/results/0/input_tokens', 549],
		['openaiUsage', '/data/0/results/1/output_audio_tokens', 501],
		['openaiUsage', '/data/0/results/1/object', 'organization.usage.images.result'],
		['anthropicUsage', '/data/0/results/1/output_tokens', '500'],
		['anthropicUsage', '/data/0/results/0/cache_creation/ephemeral_1h_input_tokens', 0.5],
		['anthropicUsage', '/data/0/starting_at', 'yesterday'],
		['anthropicCost', '/data/0/results/0/amount', 123.45],
		['anthropicCost', '/data/0/results/0/amount', '1e2'],
		['anthropicCost', '/data/0/results/1/currency', 'EUR'],
		['openrouterKeys', '/data/0/usage_daily', null],
		['openrouterKeys', '/data/1/byok_usage_daily', 'none'],
		['openrouterKeys', '/data/0/hash', ''],
		['openrouterActivity', '/data/1/date', '2026-02-30'],
		['openrouterActivity', '/data/0/usage', '1,50'],
		['awsCur', '/1/line_item_unblended_cost', ''],
		['awsCur', '/2/line_item_currency_code', 'CNY'],
		['awsCur', '/3/line_item_usage_start_date', 7],
		['twilioUsageRecords', '/usage_records/0/price_unit', 'eur'],
		['twilioUsageRecords', '/usage_records/2/end_date', '2026-11-20'],
		['twilioUsageRecords', '/usage_records/4/price', null],
	] as [string, string, unknown][])('of %s is refused with the place: %s is %j', (...changes) => {
		const [name, path, value] = changes;
		const reading = readReport(changed(name, path, value), AT);

		expect(reading).toEqual({
			...{ outcome: 'refused', report: name },
			errors: [{ pointer: path, detail: expect.any(String) }],
		});
	});

	it.each([
		[null],
		['text'],
		[{}],
		[{ object: 'page' }],
		[{ data: [{ starting_at: 'x', results: 7 }, 1] }],
	])('that no vendor sends is unknown: %j', (body) => {
		expect(readReport(body, AT)).toEqual({ outcome: 'unknown' });
	});

	it.each([[{ data: [] }], [{ usage_records: [] }], [[]]])(
		'with nothing yet is empty: %j',
		(body) => {
			expect(readReport(body, AT)).toMatchObject({ outcome: 'read', days: [], lines: [] });
		},
	);

	it('of Anthropic tells use that had to stay in the United States, which costs more, by its tier', () => {
		const page = changed('anthropicUsage', '/data/0/results/1/inference_geo', 'us');
		const reading = readReport(page, AT);

		expect(reading).toMatchObject({ outcome: 'read' });
		expect(reading.outcome === 'read' && reading.lines.map((line) => line.serviceTier)).toEqual(
			golden('anthropicUsage').lines.map(({ serviceTier }, index) =>
				index === 1 ? 'batch-us' : serviceTier,
			),
		);
	});

	it('without a result says that its day cost nothing', () => {
		const bucket = { starting_at: '2026-11-19T00:00:00Z', ending_at: '', results: [] };

		expect(readReport({ data: [bucket] }, AT)).toMatchObject({
			...{ days: [{ provider: 'anthropic', day: '2026-11-19' }], lines: [] },
		});
	});
});

describe('a line of AWS for model calls', () => {
	it.each([
		{ line_item_product_code: 'AmazonBedrock' },
		{ line_item_product_code: 'a1b2', product_servicecode: 'AmazonBedrock' },
		{ line_item_product_code: 'a1b2', product_product_name: 'Claude (Amazon Bedrock Edition)' },
	])('is Bedrock’s wherever the export says so: %j', (columns) => {
		const line = {
			...{ line_item_usage_start_date: '2026-11-19T07:00:00Z', line_item_unblended_cost: '1' },
			...columns,
		};

		expect(readReport(line, AT)).toMatchObject({ lines: [{ provider: 'aws.bedrock' }] });
	});
});

describe('several pages', () => {
	it('of several vendors are read together, one that is there twice once', () => {
		const pages = ['openaiCosts', 'anthropicCost', 'openaiCosts'].map((name) => golden(name).body);

		const { days, lines, errors } = readReports(pages, AT);

		expect([days.length, lines.length, errors]).toEqual([4, 5, []]);
	});

	it('name the page that is wrong', () => {
		const wrong = changed('anthropicCost', '/data/0/results/0/amount', 'x');

		expect(readReports([golden('openaiCosts').body, wrong, 'nonsense'], AT).errors).toEqual([
			{
				pointer: '/1/data/0/results/0/amount',
				detail: 'Expected a decimal amount, got "x" (string)',
			},
			{ pointer: '/2', detail: expect.stringContaining('openaiCosts, openaiUsage') },
		]);
	});

	it('of Twilio count each category once, also across pages', () => {
		const { body } = golden('twilioUsageRecords');
		const records = (body as { usage_records: { category: string }[] }).usage_records;
		const pageOf = (...categories: string[]) => ({
			usage_records: records.filter(({ category }) => categories.includes(category)),
		});
		const costs = (...pages: object[]) =>
			readReports(pages, AT).lines.map(({ category, costMicroCents }) => [
				category,
				costMicroCents,
			]);

		expect(costs(pageOf('calls', 'sms'), pageOf('sms-outbound', 'totalprice'))).toEqual([
			['totalprice', 12_550_000],
		]);
		expect(costs(pageOf('calls-inbound', 'sms'), pageOf('sms-outbound'))).toEqual([
			['calls-inbound', 4_250_000],
			['sms', 8_300_000],
		]);
	});
});
