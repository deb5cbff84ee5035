import { usageEvent } from '../support/rows.ts';
import { startTestService, type Api } from '../support/service.ts';
import { startWebhookReceiver } from '../support/webhookReceiver.ts';

const NOW = Date.UTC(2026, 10, 21, 18);
const USD = 100_000_000;

let api: Api;
beforeAll(async () => {
	api = await startTestService({ FUSE_SPEND_CAP_USD_PER_MINUTE: '1000000' }, { now: () => NOW });
	const record = (day: number, usd: number, data: object = {}) =>
		usageEvent({
			...{ time: `2026-11-${day}T10:00:00Z` },
			data: { costMicroCents: usd * USD, keyId: 'sales', ...data },
		});
	await api.post('/v1/usage', [
		record(18, 10),
		record(19, 20),
		record(19, 5, { keyId: 'support' }),
		record(19, 3, { provider: 'bedrock', keyId: undefined }),
		record(21, 1),
	]);
});
afterAll(() => api.service.close());

type Result = { amount: { value: unknown; currency: string }; api_key_id: string | null };

/** A page of OpenAI's costs: USD by key, for each day of November. */
const costs = (days: Record<number, Record<string, number>>) => ({
	object: 'page',
	data: Object.entries(days).map(([day, keys]) => ({
		object: 'bucket',
		start_time: Date.UTC(2026, 10, Number(day)) / 1000,
		end_time: Date.UTC(2026, 10, Number(day) + 1) / 1000,
		results: Object.entries(keys).map(([key, value]): Result & { object: string } => ({
			object: 'organization.costs.result',
			amount: { value, currency: 'usd' },
			api_key_id: key,
		})),
	})),
	has_more: false,
	next_page: null,
});

const reconcile = (reports: unknown[], more: object = {}, key?: string) =>
	api.post('/v1/reconciliations', { reports, ...more }, key ? { key } : {});

describe('POST /v1/reconciliations', () => {
	it('200: what each key was billed and recorded, with the drift in µ¢ and per cent', async () => {
		const { status, body } = await reconcile(
			[costs({ 18: { key_s: 10 }, 19: { key_s: 20, key_x: 4.5 } })],
			{ keyMap: { key_s: 'sales' } },
		);

		expect(status).toBe(200);
		const unbilled = { keyId: 'support', finding: 'notBilled', driftMicroCents: -5 * USD };
		const bypassing = {
			...{ provider: 'openai', day: '2026-11-19', keyId: 'key_x', level: 'key', basis: 'billed' },
			...{ vendorMicroCents: 4.5 * USD, ledgerMicroCents: 0, driftMicroCents: 4.5 * USD },
			...{ driftPercent: 100, calls: 0, finding: 'notRecorded', provisional: false },
		};
		expect(body).toMatchObject({
			...{ from: '2026-11-18', to: '2026-11-19', unpriced: [] },
			lines: [
				{ day: '2026-11-18', keyId: 'sales', driftMicroCents: 0, finding: null },
				{ ...unbilled, day: '2026-11-19' },
				bypassing,
				{ day: '2026-11-19', keyId: 'sales', driftMicroCents: 0, finding: null },
			],
			findings: [unbilled, bypassing],
			totals: {
				...{ vendorMicroCents: 34.5 * USD, ledgerMicroCents: 35 * USD },
				...{ driftMicroCents: -0.5 * USD, driftPercent: -1.43 },
			},
		});
	});

	it('422: keeps and tells nothing when the sums are too large to be exact', async () => {
		const most = 90_000_000;
		const { status, body } = await reconcile([costs({ 17: { key_a: most, key_b: most } })]);
		expect([status, body['errors']]).toMatchObject([422, [{ pointer: '/reports' }]]);

		const kept = await api.get('/v1/reconciliations?from=2026-11-17&to=2026-11-17');
		expect(kept.body['lines']).toEqual([]);
		expect(JSON.stringify((await api.get('/v1/alerts')).body)).not.toContain('2026-11-17');
	});

	it('200: raises one alert for a day of a provider, however often it is sent', async () => {
		const receiver = await startWebhookReceiver();
		await api.post('/v1/webhooks', { url: receiver.url, events: ['spend.drift'] });
		const pages = [costs({ 16: { key_x: 4, key_y: 3 }, 17: { key_x: 2 } })];

		const first = await reconcile(pages);
		const again = await reconcile(pages);

		const raised = (answer: typeof first) =>
			(answer.body['alerts'] as { day: string; raised: boolean }[]).map((one) => [
				...[one.day, one.raised],
			]);
		expect(raised(first)).toEqual([
			['2026-11-16', true],
			['2026-11-17', true],
		]);
		expect(raised(again)).toEqual([
			['2026-11-16', false],
			['2026-11-17', false],
		]);
		const { body } = await api.get('/v1/alerts?tenantId=llm-fuse');
		const drifts = Object.values(body).filter(
			(alert) => (alert as { rule: string }).rule === 'spend.drift',
		);
		expect(drifts).toHaveLength(3);
		expect(drifts).toContainEqual(
			expect.objectContaining({
				severity: 'high',
				evidence: {
					...{ provider: 'openai', day: '2026-11-16', vendorMicroCents: 7 * USD },
					...{ ledgerMicroCents: 0, driftMicroCents: 7 * USD, driftPercent: 100 },
					findings: [
						{
							...{ keyId: '(all)', basis: 'billed', finding: 'notRecorded' },
							...{ driftMicroCents: 7 * USD, driftPercent: 100 },
						},
					],
				},
			}),
		);
		for (const message of await receiver.waitFor(2)) {
			expect(JSON.parse(message.body)).toMatchObject({ type: 'spend.drift' });
		}
		expect(receiver.received).toHaveLength(2);
		await receiver.close();
	});

	it('200: two providers that drift on one day are alerted about one by one', async () => {
		const bucket = {
			...{ starting_at: '2026-11-16T00:00:00Z', ending_at: '2026-11-17T00:00:00Z' },
			results: [{ amount: '900', currency: 'USD' }],
		};

		expect((await reconcile([{ data: [bucket] }])).body['alerts']).toMatchObject([
			{ provider: 'anthropic', day: '2026-11-16', raised: true, driftMicroCents: 9 * USD },
		]);
	});

	it('200: a day that is not over is compared and not alerted about', async () => {
		expect((await reconcile([costs({ 21: { a: 9 } })])).body).toMatchObject({
			lines: [
				{ keyId: 'a', provisional: true, finding: 'notRecorded' },
				{ keyId: 'sales', provisional: true, finding: null },
			],
			alerts: [],
		});
		expect((await reconcile([costs({ 20: { a: 9 } })], { settleHours: 18 })).body).toMatchObject({
			alerts: [{ day: '2026-11-20' }],
		});
	});

	it('200: thresholds are the caller’s, and one provider may be looked at alone', async () => {
		const pages = [costs({ 18: { sales: 10.02 } }), [curLine('3.01')]];
		const findings = async (more: object) =>
			((await reconcile(pages, more)).body['findings'] as { provider: string }[]).map(
				({ provider }) => provider,
			);

		expect(await findings({})).toEqual([]);
		expect(await findings({ thresholdPercent: 0.1, thresholdMicroCents: 0 })).toEqual([
			'openai',
			'aws.bedrock',
		]);
		expect(
			await findings({ thresholdPercent: 0.1, thresholdMicroCents: 0, provider: 'bedrock' }),
		).toEqual(['aws.bedrock']);
	});

	it('200: use is priced by the price book, and what it does not know is told apart', async () => {
		const result = (model: string) => ({
			...{ object: 'organization.usage.completions.result', api_key_id: null, model },
			// More input than a long prompt has: the day is of many calls.
			...{ input_tokens: 10_000_000, output_tokens: 1_000_000 },
		});
		const page = costs({ 17: {} });
		const data = page.data.map((bucket) => ({
			...bucket,
			results: [result('gpt-4o-mini'), result('gpt-nobody')],
		}));

		expect((await reconcile([{ ...page, data }])).body).toMatchObject({
			lines: [
				{
					...{ basis: 'priced', vendorMicroCents: 2.1 * USD, keyId: '(all)' },
					vendorTokens: { input: 20_000_000, output: 2_000_000 },
				},
			],
			unpriced: [{ model: 'gpt-nobody', inputTokens: 10_000_000, outputTokens: 1_000_000 }],
		});
	});

	it('200: a report of nothing is compared with nothing', async () => {
		expect((await reconcile([{ data: [] }])).body).toMatchObject({
			...{ from: null, to: null, lines: [], alerts: [] },
			totals: { vendorMicroCents: 0, driftPercent: 0 },
		});
	});

	it.each([
		['no page', [], {}, '/reports'],
		['a page of no report', ['text'], {}, '/reports/0'],
		['an amount that is none', [costs({ 18: { a: NaN } })], {}, amountAt(0)],
		[
			'a line without a date',
			[[curLine('1', null)]],
			{},
			'/reports/0/0/line_item_usage_start_date',
		],
		['days years apart', [[curLine('1'), curLine('1', '2024-01-01')]], {}, '/reports'],
		['a key without a name', [costs({})], { keyMap: { a: '' } }, '/keyMap/a'],
		['a threshold below 0', [costs({})], { thresholdPercent: -1 }, '/thresholdPercent'],
		['a field it does not know', [costs({})], { since: 1 }, '/since'],
	])('422: %s', async (_what, reports, more, pointer) => {
		const { status, body } = await reconcile(reports, more);

		expect(status).toBe(422);
		expect(body['errors']).toMatchObject([{ pointer }]);
	});

	it('403: with a key that may only read, or is bound to a tenant', async () => {
		const pages = [costs({ 18: {} })];

		expect((await reconcile(pages, {}, await api.makeKey('read'))).status).toBe(403);
		expect((await reconcile(pages, {}, await api.makeKey('operate', 'acme'))).status).toBe(403);
	});
});

describe('GET /v1/reconciliations', () => {
	const list = async (query: string, key?: string) =>
		(await api.send('GET', `/v1/reconciliations?${query}`, undefined, key ? { key } : {})).body;
	beforeAll(() => reconcile([costs({ 11: { a: 1 }, 12: { a: 2 }, 13: { a: 0.5 } })]));

	it('200: what was compared last, newest day first, with a cursor', async () => {
		const query = 'provider=openai&from=2026-11-11&to=2026-11-13&limit=2';
		const first = await list(query);
		const second = await list(`${query}&cursor=${String(first['nextCursor'])}`);

		expect([first['lines'], second['lines']]).toMatchObject([
			[
				{ day: '2026-11-13', comparedAt: '2026-11-21T18:00:00.000Z' },
				{ day: '2026-11-12', vendorMicroCents: 2 * USD },
			],
			[{ day: '2026-11-11' }],
		]);
		expect(second['nextCursor']).toBeNull();
	});

	it('200: only what is too far apart', async () => {
		const query = 'from=2026-11-11&to=2026-11-13&onlyFindings=true';

		expect(await list(query, await api.makeKey('read'))).toMatchObject({
			lines: [{ day: '2026-11-12', finding: 'notRecorded' }],
		});
	});

	it.each([
		['a day that is none', 'from=2026-02-30', '/from'],
		['a beginning after the end', 'from=2026-11-02&to=2026-11-01', '/from'],
		['a cursor of its own', 'cursor=nonsense', '/cursor'],
		['a word that is no yes or no', 'onlyFindings=perhaps', '/onlyFindings'],
	])('422: %s', async (_what, query, pointer) => {
		expect(await list(query)).toMatchObject({ status: 422, errors: [{ pointer }] });
	});

	it('403: with a key bound to a tenant', async () => {
		expect(await list('', await api.makeKey('read', 'acme'))).toMatchObject({ status: 403 });
	});
});

function curLine(cost: string, start: string | null = '2026-11-19T07:00:00Z') {
	return {
		...{ line_item_product_code: 'AmazonBedrock', line_item_unblended_cost: cost },
		...{ line_item_line_item_type: 'Usage', line_item_usage_start_date: start },
	};
}

function amountAt(page: number): string {
	return `/reports/${page}/data/0/results/0/amount/value`;
}
