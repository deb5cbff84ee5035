import { poll } from '../e2e/harness/poll.ts';
import { usageEvent } from '../support/rows.ts';
import { startTestService, type Api } from '../support/service.ts';

const NOON = Date.UTC(2026, 9, 14, 12);

let api: Api;
let now: number;
beforeAll(async () => {
	now = NOON;
	api = await startTestService({ FUSE_TENANT_USD_PER_DAY: '1' }, { now: () => now });
});
afterAll(() => api.service.close());

const ask = async (tenantId: string, given: object = {}) =>
	(await api.post('/v1/reservations', { tenantId, microCents: 5000, ttlSeconds: 60, ...given }))
		.body;
const spendOf = async (tenantId: string) =>
	(await api.get(`/v1/tenants/${tenantId}/spend?window=1h`)).body;
const standing = async (tenantId: string) => {
	const { body } = await api.get(`/v1/tenants/${tenantId}/state`);
	const [limit] = body['limits'] as { spent: number; held: number }[];
	return { spent: limit?.spent, held: limit?.held };
};
const settle = async (id: unknown, subject: string, costMicroCents: number) =>
	(
		await api.post(
			`/v1/reservations/${String(id)}/settle`,
			usageEvent({ subject, time: new Date(now).toISOString(), data: { costMicroCents } }),
		)
	).body;
const recorded = (tenantId: string) =>
	poll({ what: 'the estimate to be recorded', timeoutMs: 5000 }, async () =>
		(await spendOf(tenantId))['requests'] === 1 ? true : undefined,
	);

describe('a call nobody told the end of', () => {
	it('becomes estimated spend, in the limits and in the books', async () => {
		await ask('forgotten', { provider: 'openai', model: 'gpt-4o-mini', inputTokens: 100 });
		expect(await standing('forgotten')).toEqual({ spent: 0, held: 5000 });

		now += 60_000;
		await recorded('forgotten');
		expect(await spendOf('forgotten')).toMatchObject({ microCents: 5000, requests: 1 });
		expect(await standing('forgotten')).toEqual({ spent: 5000, held: 0 });
	});

	it('is booked with what it really used when that is told later, and once', async () => {
		const { reservationId } = await ask('late');
		now += 60_000;
		await recorded('late');

		expect(await settle(reservationId, 'late', 700)).toMatchObject({ outcome: 'expired' });
		expect(await spendOf('late')).toMatchObject({ microCents: 700, requests: 1 });
		expect(await standing('late')).toEqual({ spent: 700, held: 0 });
		expect(await settle(reservationId, 'late', 900)).toMatchObject({
			outcome: 'alreadySettled',
			costMicroCents: 700,
		});
		expect(await spendOf('late')).toMatchObject({ microCents: 700, requests: 1 });
	});

	it('is held as long as its lease is renewed', async () => {
		const { reservationId } = await ask('stream');
		now += 50_000;
		const path = `/v1/reservations/${String(reservationId)}/renew`;
		const { body } = await api.post(path, { ttlSeconds: 120 });
		expect(body).toMatchObject({
			outcome: 'renewed',
			expiresAt: new Date(now + 120_000).toISOString(),
		});

		now += 119_999;
		expect(await standing('stream')).toEqual({ spent: 0, held: 5000 });
		expect(await settle(reservationId, 'stream', 100)).toMatchObject({ outcome: 'settled' });
	});
});

describe('a limit made today', () => {
	it('counts what was used before it was made', async () => {
		const event = usageEvent({
			subject: 'old-customer',
			time: new Date(now - 60_000).toISOString(),
			data: { costMicroCents: 90, workflowId: 'w1', usage: { inputUncached: 40, output: 2 } },
		});
		await api.post('/v1/usage', event);
		const limit = { tenantId: 'old-customer', window: '1h', capacity: 100 };
		await api.post('/v1/limits', { ...limit, scope: 'workflow', unit: 'microCents' });
		await api.post('/v1/limits', { ...limit, scope: 'model', unit: 'tokens' });

		const model = { provider: 'openai', model: 'gpt-4o-mini', inputTokens: 1 };
		const short = { ...model, maxOutputTokens: 1 };
		const refused = await ask('old-customer', { microCents: 11, workflowId: 'w1', ...model });
		expect(refused).toMatchObject({
			decision: 'reject',
			reasons: [
				{ scope: 'workflow', subject: 'w1', spent: 90, requested: 11 },
				{ scope: 'model', subject: 'openai/gpt-4o-mini', spent: 42 },
			],
		});
		expect(await ask('old-customer', { microCents: 11, workflowId: 'w2', ...short })).toMatchObject(
			{
				decision: 'allow',
			},
		);
	});
});

describe('a limit on a model', () => {
	it('counts every snapshot of it, also what was used before it was made', async () => {
		const usage = { inputUncached: 5, output: 1 };
		const snapshot = { provider: 'openai', model: 'gpt-4o-2024-08-06', usage };
		const event = { subject: 'dated', time: new Date(now).toISOString(), data: snapshot };
		await api.post('/v1/usage', usageEvent(event));
		const limit = { tenantId: 'dated', scope: 'model', unit: 'requests', window: '1h' };
		const { body } = await api.post('/v1/limits', {
			...{ ...limit, capacity: 2 },
			subject: 'openai/gpt-4o-2024-11-20',
		});
		expect(body).toMatchObject({ subject: 'openai/gpt-4o' });

		const model = { provider: 'openai', model: 'gpt-4o' };
		const first = await ask('dated', model);
		expect(first).toMatchObject({ decision: 'allow' });
		expect(await ask('dated', model)).toMatchObject({
			reasons: [{ subject: 'openai/gpt-4o', spent: 1, held: 1 }],
		});
	});
});

describe('a limit that was away for a while', () => {
	const limit = { tenantId: 'back', scope: 'tenant', unit: 'requests', window: '1h', capacity: 3 };
	const used = async () => {
		const { body } = await api.get('/v1/tenants/back/state');
		const limits = body['limits'] as { unit: string; spent: number }[];
		return limits.find(({ unit }) => unit === 'requests')?.spent;
	};
	const use = () =>
		api.post('/v1/usage', usageEvent({ subject: 'back', time: new Date(now).toISOString() }));

	it('counts what was used meanwhile', async () => {
		await api.send('PUT', '/v1/limits/away', limit);
		await ask('back');
		await use();
		await api.send('DELETE', '/v1/limits/away');
		await use();
		await use();
		await api.send('PUT', '/v1/limits/away', limit);

		expect(await used()).toBe(3);
		expect(await ask('back')).toMatchObject({ decision: 'reject' });
	});
});

describe('a question that makes no sense', () => {
	it.each([
		['a negative amount', { microCents: -1 }, '/microCents'],
		['2⁵³', { microCents: 2 ** 53 }, '/microCents'],
		['a fraction', { microCents: 0.5 }, '/microCents'],
		['text for a number', { inputTokens: '5' }, '/inputTokens'],
		['more cached than there is', { inputTokens: 5, cachedInputTokens: 6 }, '/cachedInputTokens'],
		['a lane that does not exist', { lane: 'fast' }, '/lane'],
		['a resume URL that is none', { resumeUrl: 'here' }, '/resumeUrl'],
		['a lease of a day', { ttlSeconds: 86_400 }, '/ttlSeconds'],
	])('is answered with a clear problem: %s', async (_what, given, pointer) => {
		const { status, body } = await api.post('/v1/reservations', { tenantId: 'acme', ...given });

		expect(status).toBe(422);
		expect(body).toMatchObject({ errors: [{ pointer }] });
	});

	it('is answered with a conflict when it settles for another tenant', async () => {
		const { reservationId } = await ask('owner');
		const { status, body } = await api.post(
			`/v1/reservations/${String(reservationId)}/settle`,
			usageEvent({ subject: 'stranger', data: { costMicroCents: 1 } }),
		);

		expect(status).toBe(409);
		expect(JSON.stringify(body)).toContain('another tenant');
		expect(await standing('owner')).toEqual({ spent: 0, held: 5000 });
	});
});
