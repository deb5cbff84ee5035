import { usageEvent } from '../support/rows.ts';
import { startTestService, type Api } from '../support/service.ts';

const NOW = Date.UTC(2026, 9, 14, 12);

let api: Api;
beforeAll(async () => {
	const env = { FUSE_SPEND_CAP_USD_PER_MINUTE: '1000000' };
	api = await startTestService(env, { now: () => NOW });
	const record = (day: string, data: object, subject = 'acme') =>
		usageEvent({ time: `2026-${day}T10:00:00Z`, subject, data });
	await api.post('/v1/usage', [
		record('10-14', { costMicroCents: 500, executionId: '7', trigger: 'Webhook' }),
		record('10-13', { costMicroCents: 300, model: 'gpt-4o', trigger: 'Webhook' }),
		record('09-01', { costMicroCents: 100, trigger: 'Schedule Trigger' }),
		record('10-14', { costMicroCents: 900, statusCode: 429 }, 'beta'),
	]);
});
afterAll(() => api.service.close());

const report = async (query: string, key?: string) =>
	(await api.send('GET', `/v1/reports/spend?${query}`, undefined, key ? { key } : {})).body;

describe('GET /v1/reports/spend', () => {
	it('200: what each tenant cost in the last 30 days, costliest first, with totals', async () => {
		const { rows, ...rest } = await report('');

		expect(rows).toEqual([
			{
				...{ tenantId: 'beta', calls: 1, failedCalls: 1, costMicroCents: 900 },
				...{ inputTokens: 400, cachedInputTokens: 0, outputTokens: 60 },
				estimatedCostMicroCents: 0,
			},
			expect.objectContaining({ tenantId: 'acme', calls: 2, costMicroCents: 800 }),
		]);
		expect(rest).toMatchObject({
			from: '2026-09-14T12:00:00.000Z',
			to: '2026-10-14T12:00:00.000Z',
			totals: { calls: 3, failedCalls: 1, costMicroCents: 1700 },
			nextCursor: null,
		});
	});

	it('200: days begin at 00:00 UTC, and the end is not within', async () => {
		expect(await report('from=2026-09-01&to=2026-10-14&groupBy=month,tenant')).toMatchObject({
			rows: [
				{ month: '2026-10', tenantId: 'acme', costMicroCents: 300 },
				{ month: '2026-09', tenantId: 'acme', costMicroCents: 100 },
			],
			totals: { costMicroCents: 400 },
		});
	});

	it('200: groups by what started the execution, and by the execution', async () => {
		const query = 'tenantId=acme&from=2026-09-01&groupBy=trigger, execution';

		expect((await report(encodeURI(query)))['rows']).toMatchObject([
			{ trigger: 'Webhook', executionId: '7', costMicroCents: 500 },
			{ trigger: 'Webhook', executionId: null, costMicroCents: 300 },
			{ trigger: 'Schedule Trigger', executionId: null, costMicroCents: 100 },
		]);
	});

	it('200: pages are of one span, however late the next is asked for', async () => {
		const first = await report('groupBy=model&limit=1');
		const cursor = String(first['nextCursor']);
		const second = await report(`groupBy=model&limit=1&cursor=${cursor}`);

		expect([first['rows'], second['rows']]).toMatchObject([
			[{ model: 'gpt-4o-mini', costMicroCents: 1400 }],
			[{ model: 'gpt-4o', costMicroCents: 300 }],
		]);
		expect(second).toMatchObject({ to: first['to'], totals: first['totals'], nextCursor: null });
	});

	it('200: nothing used is an empty list with totals of 0', async () => {
		expect(await report('tenantId=nobody')).toMatchObject({
			rows: [],
			totals: { calls: 0, costMicroCents: 0, estimatedCostMicroCents: 0 },
		});
	});

	it('200: a key bound to a tenant sees its own only', async () => {
		const key = await api.makeKey('read', 'acme');

		expect(await report('', key)).toMatchObject({ totals: { calls: 2, costMicroCents: 800 } });
		expect(await report('tenantId=beta', key)).toMatchObject({ status: 403 });
	});

	it.each([
		['a day that is none', 'from=2026-02-30', '/from'],
		['a year of another millennium', 'to=1999-01-01', '/to'],
		['a beginning after the end', 'from=2026-10-02&to=2026-10-01', '/from'],
		['two years', 'from=2024-10-01', '/from'],
		['a field it does not know', 'groupBy=tenant,planet', '/groupBy'],
		['a field twice', 'groupBy=day,day', '/groupBy'],
		['no field', 'groupBy=', '/groupBy'],
		['too long a page', 'limit=1001', '/limit'],
		['a filter it does not know', 'node=a', '/node'],
		['a cursor of its own', 'cursor=nonsense', '/cursor'],
		['a cursor beyond the end of time', `cursor=${btoa('[9007199254740991,0,[]]')}`, '/cursor'],
		['a cursor of another list', `cursor=${btoa('7')}`, '/cursor'],
	])('422: %s', async (_what, query, pointer) => {
		expect(await report(query)).toMatchObject({ status: 422, errors: [{ pointer }] });
	});

	it('422: sums that JSON cannot hold exactly', async () => {
		const costMicroCents = 1_000_000 * 100_000_000;
		await api.post(
			'/v1/usage',
			Array.from({ length: 91 }, () =>
				usageEvent({ subject: 'huge', time: '2026-08-01T10:00:00Z', data: { costMicroCents } }),
			),
		);

		expect(await report('from=2026-07-31&to=2026-08-02')).toMatchObject({
			status: 422,
			errors: [{ pointer: '/from' }],
		});
	});
});

describe('POST /v1/alerts/preview', () => {
	const facts = {
		tenantId: 'org_98765_alpha',
		microCentsPerMinute: 4_550_000_000,
		endpoint: 'api.openai.com/v1/chat/completions',
		time: '2026-10-14T08:12:45Z',
	};

	it('200: the alert byte for byte as channels get it', async () => {
		const { status, body } = await api.post('/v1/alerts/preview', facts);

		expect(status).toBe(200);
		expect(body['alertText']).toBe(
			'{"alert_level":"TIER_1_CRITICAL","tenant_id":"org_98765_alpha","spend_velocity_per_min":45.50,"faulty_endpoint":"api.openai.com/v1/chat/completions","circuit_breaker_fired":true,"timestamp":"2026-10-14T08:12:45Z"}',
		);
		expect(body['alert']).toMatchObject({ spend_velocity_per_min: 45.5 });
	});

	it('200: below critical the breaker has not fired, unless it is said to; the time is now', async () => {
		const undated = { ...facts, time: undefined, severity: 'high' };
		const preview = async (more: object) =>
			(await api.post('/v1/alerts/preview', { ...undated, ...more })).body;

		expect((await preview({}))['alert']).toMatchObject({
			alert_level: 'TIER_2_HIGH',
			circuit_breaker_fired: false,
			timestamp: '2026-10-14T12:00:00Z',
		});
		expect((await preview({ breakerFired: true }))['alert']).toMatchObject({
			circuit_breaker_fired: true,
		});
	});

	it('200: is neither kept nor sent', async () => {
		await api.post('/v1/alerts/preview', facts);

		expect((await api.get('/v1/alerts')).body).toEqual([]);
		expect((await api.get('/v1/audit?tenantId=org_98765_alpha')).body).toMatchObject({
			entries: [],
		});
	});

	it.each([
		['no tenant', { tenantId: undefined }, '/tenantId'],
		['a fraction of a micro-cent', { microCentsPerMinute: 0.5 }, '/microCentsPerMinute'],
		['another severity', { severity: 'fatal' }, '/severity'],
		['no endpoint', { endpoint: '' }, '/endpoint'],
		['a field it does not know', { level: 'high' }, '/level'],
	])('422: %s', async (_what, change, pointer) => {
		const { status, body } = await api.post('/v1/alerts/preview', { ...facts, ...change });

		expect(status).toBe(422);
		expect(body['errors']).toMatchObject([{ pointer }]);
	});

	it('403: with a key bound to another tenant', async () => {
		const key = await api.makeKey('read', 'other');

		expect((await api.post('/v1/alerts/preview', facts, { key })).status).toBe(403);
	});
});
