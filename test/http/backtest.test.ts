import { usageEvent } from '../support/rows.ts';
import { startTestService, type Api } from '../support/service.ts';

const NOW = Date.UTC(2026, 9, 14, 12);
const MINUTE_MS = 60_000;
const USD = 100_000_000;

let now = NOW - 2 * 24 * 60 * MINUTE_MS;
let api: Api;
beforeAll(async () => {
	api = await startTestService({}, { now: () => now });
	// 1.20 USD a minute for half an hour; then 24 in a minute, which trips the breaker.
	for (let minute = 0; minute < 30; minute++) await call(minute * MINUTE_MS, 1.2);
	await call(30 * MINUTE_MS, 24);
	now = NOW;
	await api.post('/v1/tenants/acme/unblock');
});
afterAll(() => api.service.close());

const begin = NOW - 2 * 24 * 60 * MINUTE_MS;
async function call(after: number, usd: number): Promise<void> {
	now = begin + after;
	const time = new Date(now).toISOString();
	const costMicroCents = Math.round(usd * USD);
	await api.post('/v1/usage', usageEvent({ time, data: { costMicroCents } }));
}

const ask = (body: object, key?: string) =>
	api.post('/v1/backtest', { tenantId: 'acme', ...body }, key ? { key } : {});

describe('POST /v1/backtest', () => {
	it('200: what a lower cap would have done, with what it rests on', async () => {
		const { status, body } = await ask({ days: 7, changes: { spendCapUsdPerMinute: 1 } });

		expect(status).toBe(200);
		expect(body).toMatchObject({
			tenantId: 'acme',
			...{ from: '2026-10-07T12:00:00.000Z', to: '2026-10-14T12:00:00.000Z' },
			configured: {
				...{ trips: 1, savedMicroCents: 0, falseAlarms: 0 },
				settings: { spendCapMicroCentsPerMinute: 10 * USD, tripStrength: null },
				incidents: [{ knownFrom: 'breaker', foundBy: 'spendCap', delayMinutes: 0 }],
			},
			changed: {
				...{ trips: 1, savedMicroCents: (29 * 1.2 + 24) * USD, savedCalls: 30 },
				settings: { spendCapMicroCentsPerMinute: USD },
				incidents: [{ foundBy: 'spendCap', delayMinutes: -30 }],
				firings: [{ rule: 'spendCap', at: '2026-10-12T12:00:00.000Z', outcome: 'tripped' }],
			},
			difference: {
				summary: 'The change would have saved 58.80 USD more and found an incident 30 min sooner.',
			},
			basis: { days: 7, calls: 31, snapshots: 0, incidents: 1 },
		});
		expect(body['assumptions']).toContainEqual(expect.stringContaining('same calls'));
	});

	it('200: what a limit would have kept from being spent', async () => {
		const limit = { scope: 'tenant', unit: 'microCents', window: 'day', capacity: 6 * USD };
		const { body } = await ask({ changes: { limits: [limit] } });

		expect(body['changed']).toMatchObject({
			savedCalls: 26,
			limits: [{ limitId: 'tenant-microCents-day-1', refusedCalls: 26 }],
		});
	});

	it('200: nothing changed makes no difference, and the same question has the same answer', async () => {
		const span = { from: '2026-10-12', to: '2026-10-13' };
		const { body } = await ask(span);

		expect(body).toMatchObject({
			difference: { summary: 'The change would have made no difference.' },
		});
		expect(body['changed']).toEqual(body['configured']);
		expect((await ask(span)).body).toEqual(body);
	});

	it('422: a detector that is none, an empty span, too long a one, and two beginnings', async () => {
		const pointersOf = async (given: object) => {
			const { status, body } = await ask(given);
			const errors = body['errors'] as { pointer: string; detail: string }[];
			return [status, errors[0]?.pointer];
		};

		const detectors = { vector: false };
		expect(await pointersOf({ changes: { detectors } })).toEqual([
			422,
			'/changes/detectors/vector',
		]);
		expect(await pointersOf({ from: '2026-10-13', to: '2026-10-12' })).toEqual([422, '/from']);
		expect(await pointersOf({ from: '2026-08-01' })).toEqual([422, '/from']);
		expect(await pointersOf({ from: '2026-10-13', days: 3 })).toEqual([422, '/days']);
		expect(await pointersOf({ days: 36 })).toEqual([422, '/days']);
		expect(await pointersOf({ changes: { limits: [{ scope: 'tenant' }] } })).toEqual([
			422,
			'/changes/limits/0/unit',
		]);
	});

	it('422: a span that is still to come is called that, not one whose end is wrong', async () => {
		const { body } = await ask({ from: '2999-01-01', to: '2999-01-02' });

		expect(body['errors']).toEqual([{ pointer: '/from', detail: 'is not in the past' }]);
	});

	it('403: the history of a tenant the key is not bound to', async () => {
		const key = await api.makeKey('read', 'other');

		expect(await ask({}, key)).toMatchObject({ status: 403 });
	});
});

describe('GET /v1/tenants/{tenantId}/behaviour', () => {
	it('404: there is no baseline yet', async () => {
		const { status, body } = await api.get('/v1/tenants/acme/behaviour');

		expect(status).toBe(404);
		expect(body['detail']).toContain('no baseline yet');
	});

	it('422: a span that is empty or too long', async () => {
		const statusOf = async (query: string) =>
			(await api.get(`/v1/tenants/acme/behaviour?${query}`)).status;

		expect(await statusOf('from=2026-10-14&to=2026-10-14')).toBe(422);
		expect(await statusOf('from=2026-08-14')).toBe(422);
	});
});
