import { usageEvent } from '../support/rows.ts';
import { startTestService, type Api } from '../support/service.ts';

type Row = Record<string, unknown>;

const NOW = Date.UTC(2026, 9, 14, 12);

let api: Api;
beforeAll(async () => {
	api = await startTestService({ FUSE_SPEND_CAP_USD_PER_MINUTE: '1000000' }, { now: () => NOW });
});
afterAll(() => api.service.close());

const RATES = [
	{ unit: 'inputUncached', rate: 100_000_000 },
	{ unit: 'output', rate: 400_000_000 },
];
const address = (provider: string, model: string) =>
	`/v1/prices/${encodeURIComponent(provider)}/${encodeURIComponent(model)}`;
const put = (path: string, body: unknown, key?: string) =>
	api.send('PUT', path, body, key === undefined ? {} : { key });
const lookup = async (query: Record<string, string>) =>
	(await api.get(`/v1/prices/lookup?${new URLSearchParams(query).toString()}`)).body;
const costOf = async (data: object) =>
	(await api.post('/v1/usage', usageEvent({ time: new Date(NOW).toISOString(), data }))).body[
		'costsMicroCents'
	];
const ONE_TOKEN = { inputUncached: 0, output: 1 };
const USED = { inputUncached: 1_000_000, output: 1_000_000 };

describe('a price of one’s own', () => {
	it('201: holds for the next call, under every name it was given, until it is deleted', async () => {
		const path = address('openrouter', 'my-lab/Model:Free (v2)');
		const { status, body } = await put(path, {
			alsoNamed: ['my-lab/alias'],
			contextTokens: 32_000,
			rates: RATES,
		});

		expect(status).toBe(201);
		expect(body).toEqual({
			...{ source: 'operator', provider: 'openrouter', model: 'my-lab/model:free (v2)' },
			...{ alsoNamed: ['my-lab/alias'], prefix: false, contextTokens: 32_000 },
			...{ sourceVersion: null, pattern: expect.stringMatching(/^\^\(\?:my/) },
			rates: RATES.map((rate) => ({
				...rate,
				rateId: `operator/openrouter/my-lab/model:free (v2)/${rate.unit}/0@${rate.rate}`,
				...{ minInputTokens: 0, serviceTier: 'standard' },
				...{ timeOfDay: null, validFrom: null, validTo: null },
			})),
		});
		for (const model of ['my-lab/MODEL:free (v2)', 'my-lab/alias']) {
			expect(await costOf({ provider: 'openrouter', model, usage: USED })).toEqual([500_000_000]);
		}
		expect((await put(path, { alsoNamed: ['my-lab/alias'], rates: RATES })).status).toBe(200);

		expect((await api.send('DELETE', path)).status).toBe(204);
		expect((await api.send('DELETE', path)).status).toBe(404);
		expect(await costOf({ provider: 'openrouter', model: 'my-lab/alias', usage: USED })).toEqual([
			9_000_000_000,
		]);
	});

	it('goes before the list, and only for the names it is for', async () => {
		await put(address('google', 'gemini-2.5-pro'), { rates: RATES });
		const usage = { inputUncached: 1_000_000, output: 0 };

		expect(await costOf({ provider: 'gcp.gemini', model: 'gemini-2.5-pro', usage })).toEqual([
			100_000_000,
		]);
		expect(await lookup({ provider: 'gemini', model: 'gemini-2.5-pro' })).toMatchObject({
			...{ found: true, source: 'operator', model: 'gemini-2.5-pro' },
		});
		expect(await lookup({ provider: 'gemini', model: 'gemini-2.5-flash' })).toMatchObject({
			source: 'seed',
		});
		await api.send('DELETE', address('gemini', 'gemini-2.5-pro'));
		expect(await lookup({ provider: 'gemini', model: 'gemini-2.5-pro' })).toMatchObject({
			source: 'seed',
		});
	});

	it('can be for names that begin alike; a whole name goes before a beginning', async () => {
		await put(address('groq', 'acme-'), { prefix: true, rates: RATES });
		await put(address('groq', 'acme-large'), { rates: [{ unit: 'output', rate: 7 }] });
		const named = async (model: string) => (await lookup({ provider: 'groq', model }))['model'];

		expect(await named('acme-small')).toBe('acme-');
		expect(await named('acme-large')).toBe('acme-large');
		expect(await named('acme-large-2')).toBe('acme-');
		expect(await lookup({ provider: 'groq', model: 'an acme-small' })).toMatchObject({
			found: false,
		});
	});

	it('depends on tier, hour, day and size of the call', async () => {
		const rate = (value: number, more: Row) => ({ unit: 'output', rate: value, ...more });
		await put(address('groq', 'special'), {
			rates: [
				rate(1, {}),
				rate(2, { minInputTokens: 1000 }),
				rate(3, { serviceTier: 'batch' }),
				rate(4, { timeOfDay: { from: '22:00', to: '04:30' } }),
				rate(5, { validFrom: '2027-01-01', validTo: '2028-01-01T12:00:00Z' }),
			],
		});
		const at = async (query: Record<string, string>) => {
			const { rates } = await lookup({ provider: 'groq', model: 'special', ...query });
			return (rates as Row[]).map(({ rate: value }) => value);
		};

		expect(await at({})).toEqual([1]);
		expect(await at({ inputTokens: '1000' })).toEqual([2]);
		expect(await at({ serviceTier: 'batch' })).toEqual([3]);
		expect(await at({ at: '2026-10-14T04:29:00Z' })).toEqual([4]);
		expect(await at({ at: '2026-10-14T04:30:00Z' })).toEqual([1]);
		expect(await at({ at: '2027-06-01T12:00:00Z' })).toEqual([5]);
		expect(await lookup({ provider: 'groq', model: 'special', serviceTier: 'gold' })).toMatchObject(
			{ unknownTier: true },
		);
		const { body } = await api.get('/v1/prices?provider=groq&search=special');
		expect(body['prices']).toMatchObject([
			{
				rates: expect.arrayContaining([
					expect.objectContaining({
						...{ validFrom: '2027-01-01T00:00:00.000Z', validTo: '2028-01-01T12:00:00.000Z' },
						rateId: 'operator/groq/special/output/0+2027-01-01@5',
					}),
					expect.objectContaining({ timeOfDay: { from: '22:00', to: '04:30' } }),
				]),
			},
		]);
	});

	it('403: a key bound to a tenant reads prices and sets none', async () => {
		const key = await api.makeKey('operate', 'acme');
		const answers = [
			await put(address('groq', 'mine'), { rates: RATES }, key),
			await api.send('DELETE', address('groq', 'acme-'), undefined, { key }),
			await put('/v1/prices/ceilings/groq', { unknownPrice: 'refuse' }, key),
			await api.send('DELETE', '/v1/prices/ceilings/groq', undefined, { key }),
			await api.post('/v1/prices/held/approve', { ids: ['x'] }, { key }),
			await api.post('/v1/prices/reprice', { from: '2026-10-01', to: '2026-10-02' }, { key }),
		];

		expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 403));
		expect((await api.send('GET', '/v1/prices?limit=1', undefined, { key })).status).toBe(200);
	});

	const output = { unit: 'output', rate: 1 };
	it.each([
		['no rates', { rates: [] }, '/rates'],
		['an unknown unit', { rates: [{ unit: 'wishes', rate: 1 }] }, '/rates/0/unit'],
		['a fraction', { rates: [{ ...output, rate: 0.5 }] }, '/rates/0/rate'],
		['a negative rate', { rates: [{ ...output, rate: -1 }] }, '/rates/0/rate'],
		['a rate beyond a cent a token', { rates: [{ ...output, rate: 1e12 + 1 }] }, '/rates/0/rate'],
		['more than 10 USD', { rates: [{ unit: 'webSearch', rate: 1e15 + 1 }] }, '/rates/0/rate'],
		['two rates for the same', { rates: [output, { ...output, rate: 2 }] }, '/rates/1'],
		[
			'an hour nobody knows',
			{ rates: [{ ...output, timeOfDay: { from: '25:00', to: '06:00' } }] },
			'/rates/0/timeOfDay/from',
		],
		[
			'an end before the beginning',
			{ rates: [{ ...output, validFrom: '2026-02-01', validTo: '2026-01-01' }] },
			'/rates/0/validTo',
		],
		[
			'a date that is none',
			{ rates: [{ ...output, validFrom: '1.2.2026' }] },
			'/rates/0/validFrom',
		],
		['an expression', { rates: [output], pattern: '(a+)+$' }, '/pattern'],
	])('422: %s', async (_what, body, pointer) => {
		const answer = await put(address('groq', 'wrong'), body);

		expect(answer.status).toBe(422);
		expect(answer.body['errors']).toMatchObject([{ pointer }]);
	});
});

describe('GET /v1/prices', () => {
	it('200: page by page, one’s own first, filtered by provider, name and source', async () => {
		await put(address('openai', 'gpt-paged'), { rates: RATES });
		const first = (await api.get('/v1/prices?provider=openai&search=GPT&limit=1')).body;
		const second = (
			await api.get(
				`/v1/prices?provider=openai&search=GPT&limit=1&cursor=${String(first['nextCursor'])}`,
			)
		).body;

		expect(first['prices']).toMatchObject([{ source: 'operator', model: 'gpt-paged' }]);
		expect(second['prices']).toMatchObject([
			{ source: 'seed', provider: 'openai', sourceVersion: expect.any(String) },
		]);
		const { body } = await api.get('/v1/prices?source=operator&provider=openai');
		expect(body).toMatchObject({ prices: [{ model: 'gpt-paged' }], nextCursor: null });
	});

	it.each(['?state=lost', '?source=mine', '?limit=0', '?cursor=x', '?name=gpt'])(
		'422: %s',
		async (query) => {
			expect((await api.get(`/v1/prices${query}`)).status).toBe(422);
		},
	);
});

describe('a ceiling', () => {
	const ceiling = async (provider: string) =>
		(await api.get(`/v1/prices/ceilings/${encodeURIComponent(provider)}`)).body;

	it('200: holds for what has no price: a provider’s own before that of all, then as configured', async () => {
		await put('/v1/prices/ceilings/*', { input: 1_000_000_000 });
		await put('/v1/prices/ceilings/mistral', { output: 2_000_000_000 });

		expect(await ceiling('mistral_ai')).toEqual({
			...{ provider: 'mistral_ai', input: 1_000_000_000, output: 2_000_000_000 },
			unknownPrice: 'ceiling',
			set: { input: null, output: 2_000_000_000, unknownPrice: null },
		});
		expect(await ceiling('cohere')).toMatchObject({ output: 7_500_000_000, set: null });
		expect(await costOf({ provider: 'mistral_ai', model: 'new', usage: USED })).toEqual([
			3_000_000_000,
		]);
		expect(await lookup({ provider: 'mistral', model: 'new' })).toEqual({
			found: false,
			ceiling: { input: 1_000_000_000, output: 2_000_000_000, unknownPrice: 'ceiling' },
		});
		const { body } = await api.get('/v1/prices/ceilings');
		expect(body).toMatchObject([{ provider: '*' }, { provider: 'mistral_ai' }]);

		for (const provider of ['*', 'mistral_ai']) {
			const path = `/v1/prices/ceilings/${provider}`;
			expect((await api.send('DELETE', path)).status).toBe(204);
			expect((await api.send('DELETE', path)).status).toBe(404);
		}
		expect(await ceiling('mistral')).toMatchObject({ input: 1_500_000_000, set: null });
	});

	it.each([{}, { input: 0 }, { unknownPrice: 'free' }, { price: 1 }])('422: %j', async (body) => {
		expect((await put('/v1/prices/ceilings/groq', body)).status).toBe(422);
	});
});

describe('a model without a price', () => {
	const ask = async (more: Row) =>
		(await api.post('/v1/reservations', { tenantId: 'acme', provider: 'cohere', ...more })).body;
	const told = async () =>
		((await api.get('/v1/alerts')).body as unknown as Row[]).filter(
			({ rule }) => rule === 'price.unknown',
		);

	it('is refused where operators want it so, and recorded all the same', async () => {
		const model = 'never heard of';
		expect(await ask({ model })).toMatchObject({ decision: 'allow' });
		await put('/v1/prices/ceilings/cohere', { unknownPrice: 'refuse' });

		expect(await ask({ model })).toEqual({
			...{ tenantId: 'acme', decision: 'reject', retryAfterMs: null },
			reasons: [
				{
					...{ code: 'unknownPrice', provider: 'cohere', model },
					message: expect.stringContaining(model),
				},
			],
		});
		const resumeUrl = 'https://n8n.example.com/webhook-waiting/1';
		expect(await ask({ model, resumeUrl })).toMatchObject({ decision: 'reject' });
		expect(await ask({ model, microCents: 5 })).toMatchObject({ decision: 'allow' });
		expect(await ask({ provider: 'groq', model })).toMatchObject({ decision: 'allow' });
		expect(await costOf({ provider: 'cohere', model, usage: ONE_TOKEN })).toEqual([7500]);

		await put(address('cohere', model), { rates: RATES });
		expect(await ask({ model })).toMatchObject({ decision: 'allow' });
		await api.send('DELETE', '/v1/prices/ceilings/cohere');
	});

	it('is told of once a day', async () => {
		const before = (await told()).length;
		await costOf({ provider: 'cohere', model: 'told of', usage: ONE_TOKEN });
		await costOf({ provider: 'cohere', model: 'told of', usage: ONE_TOKEN });

		expect((await told()).length - before).toBe(1);
		expect(await told()).toContainEqual(
			expect.objectContaining({
				...{ tenantId: 'llm-fuse', rule: 'price.unknown' },
				evidence: { provider: 'cohere', model: 'told of', units: ['output'] },
			}),
		);
	});
});
