import { usageEvent } from '../support/rows.ts';
import { startTestService, type Api } from '../support/service.ts';

let api: Api;
beforeAll(async () => {
	api = await startTestService();
});
afterAll(() => api.service.close());
afterEach(async () => {
	for (const provider of ['openai', 'anthropic', 'groq']) {
		await api.send('DELETE', `/v1/providers/${provider}`);
	}
});

const put = (provider: string, body: unknown, key?: string) =>
	api.send('PUT', `/v1/providers/${provider}`, body, key === undefined ? {} : { key });
const state = async (provider: string) => (await api.get(`/v1/providers/${provider}/state`)).body;
const limitsOf = async (provider: string) =>
	(await state(provider))['limits'] as Record<string, unknown>[];
const limitOf = async (provider: string, limitId: string) =>
	(await limitsOf(provider)).find((limit) => limit['limitId'] === limitId);
const record = (headers: Record<string, string>, more: object = {}) =>
	api.post(
		'/v1/usage',
		usageEvent({ data: { model: 'gpt-4o', rateLimitHeaders: headers, ...more } }),
	);

describe('PUT /v1/providers/{providerId}', () => {
	it('200: sets the tier, and its limits are known from then on', async () => {
		const { status, body } = await put('openai', { tier: '1' });

		expect(status).toBe(200);
		expect(body).toEqual({
			provider: 'openai',
			tier: '1',
			tiers: ['1', '2', '3', '4', '5', 'free', 'build', 'launch', 'grow', 'auto'],
			overrides: [],
			throttledUntil: null,
		});
		expect(await limitOf('openai', 'provider-openai/gpt-4o-requests-1m')).toEqual({
			limitId: 'provider-openai/gpt-4o-requests-1m',
			scope: 'model',
			subject: 'openai/gpt-4o',
			unit: 'requests',
			window: '1m',
			capacity: 500,
			source: 'preset',
			spent: 0,
			held: 0,
			remaining: 500,
			resetsAt: null,
			observed: null,
		});
	});

	it('200: takes what the operator knows better, for a model and for all', async () => {
		const { body } = await put('anthropic', {
			tier: 'build',
			overrides: [
				{ model: 'claude-opus-4-8', unit: 'inputTokens', window: '60s', capacity: 9_000_000 },
				{ unit: 'requests', window: 'day@America/Los_Angeles', capacity: 100_000 },
			],
		});

		expect(body['overrides']).toEqual([
			{ model: 'claude-opus-4.x', unit: 'inputTokens', window: '1m', capacity: 9_000_000 },
			{ model: null, unit: 'requests', window: 'day@America/Los_Angeles', capacity: 100_000 },
		]);
		expect(
			await limitOf('anthropic', 'provider-anthropic/claude-opus-4.x-inputTokens-1m'),
		).toMatchObject({ capacity: 9_000_000, source: 'override' });
	});

	it('200: any provider can be taken at its own word', async () => {
		expect((await put('groq', { tier: 'auto' })).body).toMatchObject({ tiers: ['auto'] });
	});

	it.each([
		['a tier it does not have', 'openai', { tier: '9' }, '/tier', 'has 1, 2, 3'],
		['one of a provider without tiers', 'groq', { tier: '1' }, '/tier', 'openai, anthropic'],
		['no tier', 'openai', {}, '/tier', '/tier'],
		['a field it does not know', 'openai', { tier: '1', limits: [] }, '/limits', '/limits'],
	])('422: %s', async (_what, provider, body, pointer, detail) => {
		const answer = await put(provider, body);

		expect(answer.status).toBe(422);
		expect(answer.body['errors']).toEqual([{ pointer, detail: expect.any(String) }]);
		expect(answer.body['detail']).toContain(detail);
		expect((await state('openai'))['tier']).toBeNull();
	});

	it.each([
		['an unknown unit', { unit: 'bananas' }, '/unit'],
		['calls under way', { unit: 'concurrency' }, '/unit'],
		['an unknown window', { window: 'fortnight' }, '/window'],
		['an unknown zone', { window: 'day@Mars/Olympus' }, '/window'],
		['a negative capacity', { capacity: -1 }, '/capacity'],
		['a capacity of 2^53', { capacity: 2 ** 53 }, '/capacity'],
	])('422: %s', async (_what, wrong, pointer) => {
		const override = { unit: 'requests', window: '1m', capacity: 1, ...wrong };
		const { status, body } = await put('openai', { tier: '1', overrides: [override] });

		expect(status).toBe(422);
		expect(body['errors']).toEqual([
			{ pointer: `/overrides/0${pointer}`, detail: expect.any(String) },
		]);
	});

	it('422: two overrides of what the provider counts together', async () => {
		const overrides = ['gpt-4o', 'gpt-4o-2024-08-06'].map((model) => ({
			...{ model, unit: 'requests', window: '1m', capacity: 1 },
		}));
		const { status, body } = await put('openai', { tier: '1', overrides });

		expect(status).toBe(422);
		expect(body['errors']).toEqual([{ pointer: '/overrides/1', detail: expect.any(String) }]);
	});

	it('403: needs the role operate, and a key of no tenant: all of them share the limits', async () => {
		const reader = await api.makeKey('read');
		const bound = await api.makeKey('operate', 'acme');

		expect((await put('openai', { tier: '1' }, reader)).status).toBe(403);
		expect((await put('openai', { tier: '1' }, bound)).status).toBe(403);
		expect(
			(await api.send('DELETE', '/v1/providers/openai', undefined, { key: bound })).status,
		).toBe(403);
	});
});

describe('DELETE /v1/providers/{providerId}', () => {
	it('204: forgets the tier, once', async () => {
		await put('openai', { tier: '1' });

		expect((await api.send('DELETE', '/v1/providers/openai')).status).toBe(204);
		expect((await api.send('DELETE', '/v1/providers/openai')).status).toBe(404);
		expect(await state('openai')).toMatchObject({ tier: null, limits: [] });
	});
});

describe('GET /v1/providers', () => {
	it('200: lists those with presets, with the tier that is set', async () => {
		await put('anthropic', { tier: 'scale' });
		const { status, body } = await api.get('/v1/providers');

		expect(status).toBe(200);
		expect(body).toEqual(
			expect.arrayContaining([
				expect.objectContaining({ provider: 'anthropic', tier: 'scale' }),
				expect.objectContaining({ provider: 'openai', tier: null }),
			]),
		);
	});
});

describe('GET /v1/providers/{providerId}/state', () => {
	it('200: tells what was held and spent, by all tenants together', async () => {
		await put('openai', { tier: '1' });
		for (const tenantId of ['acme', 'bmce']) {
			await api.post('/v1/reservations', {
				...{ tenantId, provider: 'openai', model: 'gpt-4o-2024-08-06' },
				...{ inputTokens: 1000, maxOutputTokens: 100 },
			});
		}
		await record({});

		const limit = await limitOf('openai', 'provider-openai/gpt-4o-requests-1m');
		expect(limit).toMatchObject({ held: 2, spent: 1, remaining: 497 });
	});

	it('200: tells what the provider said, and counts what others use of it', async () => {
		await put('openai', { tier: '1' });
		await record({
			'X-RateLimit-Limit-Tokens': '40000',
			'x-ratelimit-remaining-tokens': '10000',
			'x-ratelimit-reset-tokens': '45s',
		});

		const limit = await limitOf('openai', 'provider-openai/gpt-4o-tokens-1m');
		expect(limit).toMatchObject({
			capacity: 40_000,
			source: 'header',
			observed: { limit: 40_000, remaining: 10_000, resetsAt: expect.stringMatching(/Z$/) },
		});
		expect(limit?.['remaining']).toBeLessThanOrEqual(10_000);
	});

	it('200: tells until when the provider wants to be left alone, and calls are not allowed', async () => {
		await put('anthropic', { tier: 'start' });
		const call = { provider: 'anthropic', model: 'claude-haiku-4-5' };
		await record({ 'retry-after': '30' }, { ...call, statusCode: 429 });

		expect((await state('anthropic'))['throttledUntil']).toMatch(/Z$/);
		const { body } = await api.post('/v1/reservations', { tenantId: 'acme', ...call });
		expect(body['decision']).toBe('reject');
		expect(body['retryAfterMs']).toBeGreaterThan(25_000);
	});

	it('404: a provider of which nothing is known, with those that are', async () => {
		const { status, body } = await api.get('/v1/providers/nobody/state');

		expect(status).toBe(404);
		expect(body['detail']).toContain('anthropic, openai');
	});
});

describe('rate-limit headers of a usage event', () => {
	it('202: others are dropped, also long ones', async () => {
		expect((await record({ 'set-cookie': 'a'.repeat(1000), server: 'cloudflare' })).status).toBe(
			202,
		);
	});

	it('422: more than 30, or a value that is none', async () => {
		const many = Object.fromEntries(Array.from({ length: 31 }, (_, at) => [`x-${at}`, 'a']));

		expect((await record(many)).status).toBe(422);
		expect((await api.post('/v1/usage', withHeaders({ 'retry-after': 5 }))).status).toBe(422);
	});
});

function withHeaders(rateLimitHeaders: unknown): object {
	const event = usageEvent();

	return { ...event, data: { ...event.data, rateLimitHeaders } };
}
