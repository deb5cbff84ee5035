import { usageEvent } from '../support/rows.ts';
import { startTestService, type Api } from '../support/service.ts';

let api: Api;
beforeAll(async () => {
	api = await startTestService({
		FUSE_TENANT_USD_PER_DAY: '1',
		FUSE_TENANT_REQUESTS_PER_MINUTE: '5',
	});
});
afterAll(() => api.service.close());

const ask = (tenantId: string, more: object = {}) =>
	api.post('/v1/reservations', { tenantId, ...more });
const limits = async (tenantId: string) => {
	const { body } = await api.get(`/v1/tenants/${tenantId}/state`);
	return body['limits'];
};

describe('POST /v1/reservations', () => {
	it('200: allows and holds what the call is expected to cost', async () => {
		const { status, body } = await ask('acme', {
			provider: 'openai',
			model: 'gpt-4o-mini',
			inputTokens: 1000,
			maxOutputTokens: 500,
		});

		expect(status).toBe(200);
		expect(body).toEqual({
			tenantId: 'acme',
			decision: 'allow',
			reservationId: expect.stringMatching(/^rsv_/),
			heldMicroCents: 15_000 + 30_000,
			expiresAt: expect.stringMatching(/Z$/),
		});
		expect(await limits('acme')).toMatchObject([
			{ limitId: 'tenant-microCents-day', capacity: 100_000_000, spent: 0, held: 45_000 },
			{ limitId: 'tenant-requests-1m', held: 1 },
		]);
	});

	it('200: a "no" is an answer that names the limit, what is spent, held and asked for', async () => {
		await ask('greedy', { microCents: 80_000_000 });
		const { status, body } = await ask('greedy', { microCents: 30_000_000 });

		expect(status).toBe(200);
		expect(body).toMatchObject({
			decision: 'reject',
			tenantId: 'greedy',
			reasons: [
				{
					code: 'limitExceeded',
					limitId: 'tenant-microCents-day',
					capacity: 100_000_000,
					spent: 0,
					held: 80_000_000,
					requested: 30_000_000,
					message:
						'Limit tenant-microCents-day allows 1.00 USD per day: 0.00 USD spent, 0.80 USD held, 0.30 USD asked for.',
				},
			],
		});
		expect(body['retryAfterMs']).toBeGreaterThan(0);
	});

	it('200: what can never fit has no time to come back', async () => {
		const { body } = await ask('never', { microCents: 100_000_001 });

		expect(body).toMatchObject({ decision: 'reject', retryAfterMs: null });
	});

	it('200: refuses a blocked tenant with the reason, and another not', async () => {
		await api.post('/v1/tenants/blocked/block', { duration: '1h' });
		const { body } = await ask('blocked');

		expect(body).toMatchObject({ decision: 'reject', reasons: [{ code: 'breakerOpen' }] });
		expect(body['retryAfterMs']).toBeGreaterThan(3_500_000);
		expect((await ask('free')).body['decision']).toBe('allow');
	});

	it.each([
		['no tenant', {}, '/tenantId'],
		['an empty tenant', { tenantId: '' }, '/tenantId'],
		['a control character in the tenant', { tenantId: 'a\nb' }, '/tenantId'],
		['a negative amount', { tenantId: 'a', microCents: -1 }, '/microCents'],
		['an amount of 2^53', { tenantId: 'a', microCents: 2 ** 53 }, '/microCents'],
		['a lease of 0 seconds', { tenantId: 'a', ttlSeconds: 0 }, '/ttlSeconds'],
		['a lease of a day', { tenantId: 'a', ttlSeconds: 86_400 }, '/ttlSeconds'],
		['a model without a provider', { tenantId: 'a', model: 'gpt-4o' }, '/model'],
		['a field it does not know', { tenantId: 'a', tokens: 5 }, '/tokens'],
	])('422: %s', async (_what, body, pointer) => {
		const answer = await api.post('/v1/reservations', body);

		expect(answer.status).toBe(422);
		expect(answer.body['errors']).toEqual([{ pointer, detail: expect.any(String) }]);
		expect(answer.body['detail']).toContain(pointer);
	});

	it('422: no body at all', async () => {
		expect((await api.post('/v1/reservations')).status).toBe(422);
	});
});

describe('POST /v1/reservations/{id}/settle', () => {
	const reserve = async (tenantId: string) =>
		String((await ask(tenantId, { microCents: 1_000_000 })).body['reservationId']);

	it('200: turns the hold into what was used, and once only', async () => {
		const id = await reserve('settles');
		const event = usageEvent({ subject: 'settles' });
		const first = await api.post(`/v1/reservations/${id}/settle`, event);
		const second = await api.post(`/v1/reservations/${id}/settle`, event);

		expect(first.body).toEqual({ reservationId: id, outcome: 'settled', costMicroCents: 9600 });
		expect(second.body).toEqual({
			reservationId: id,
			outcome: 'alreadySettled',
			costMicroCents: 9600,
		});
		expect(await limits('settles')).toMatchObject([
			{ spent: 9600, held: 0 },
			{ spent: 1, held: 0 },
		]);
	});

	it('200: is idempotent by reservation, whatever event comes with it', async () => {
		const id = await reserve('again');
		const settle = () =>
			api.post(`/v1/reservations/${id}/settle`, usageEvent({ subject: 'again' }));

		expect((await settle()).body).toMatchObject({ outcome: 'settled', costMicroCents: 9600 });
		expect((await settle()).body).toMatchObject({
			outcome: 'alreadySettled',
			costMicroCents: 9600,
		});
		expect((await api.get('/v1/tenants/again/spend')).body).toMatchObject({ requests: 1 });
	});

	it('200: of two settlements at once one counts', async () => {
		const id = await reserve('at-once');
		const answers = await Promise.all(
			[1, 2].map(() =>
				api.post(`/v1/reservations/${id}/settle`, usageEvent({ subject: 'at-once' })),
			),
		);

		expect(answers.map(({ body }) => body['outcome']).sort()).toEqual([
			'alreadySettled',
			'settled',
		]);
		expect(await limits('at-once')).toMatchObject([{ spent: 9600 }, { spent: 1 }]);
	});

	it('200: a repeated event gives back what was still held for it', async () => {
		const event = usageEvent({ subject: 'held-again' });
		await api.post('/v1/usage', event);
		const id = await reserve('held-again');
		const { body } = await api.post(`/v1/reservations/${id}/settle`, event);

		expect(body).toMatchObject({ outcome: 'alreadySettled', costMicroCents: 9600 });
		expect(await limits('held-again')).toMatchObject([{ spent: 9600, held: 0 }, { held: 0 }]);
	});

	it('202: an event of a batch settles the reservation it names', async () => {
		const reservationId = await reserve('batch');
		await api.post('/v1/usage', [usageEvent({ subject: 'batch', data: { reservationId } })]);

		expect(await limits('batch')).toMatchObject([
			{ spent: 9600, held: 0 },
			{ spent: 1, held: 0 },
		]);
	});

	it('200: usage for a reservation nobody knows is booked all the same', async () => {
		const event = usageEvent({ subject: 'unknown' });
		const { body } = await api.post('/v1/reservations/rsv_lost/settle', event);

		expect(body).toMatchObject({ outcome: 'unknown' });
		expect(await limits('unknown')).toMatchObject([{ spent: 9600 }, { spent: 1 }]);
	});

	it('409: a settlement for another tenant changes nothing', async () => {
		const id = await reserve('owner');
		const { status, body } = await api.post(
			`/v1/reservations/${id}/settle`,
			usageEvent({ subject: 'thief' }),
		);

		expect(status).toBe(409);
		expect(body['errors']).toMatchObject([{ pointer: '/data/reservationId' }]);
		expect(await limits('owner')).toMatchObject([{ held: 1_000_000, spent: 0 }, { held: 1 }]);
		expect((await api.get('/v1/tenants/thief/spend')).body).toMatchObject({ requests: 0 });
	});

	it('202: the same in a batch rejects that event alone', async () => {
		const reservationId = await reserve('owner2');
		const { body } = await api.post('/v1/usage', [
			usageEvent({ subject: 'thief2', data: { reservationId } }),
			usageEvent({ subject: 'owner2' }),
		]);

		expect(body).toMatchObject({
			accepted: 1,
			rejected: [{ index: 0, errors: [{ pointer: '/data/reservationId' }] }],
		});
	});

	it('409: address and event name two reservations', async () => {
		const event = usageEvent({ data: { reservationId: 'rsv_2' } });
		const { status, body } = await api.post('/v1/reservations/rsv_1/settle', event);

		expect(status).toBe(409);
		expect(body['errors']).toMatchObject([{ pointer: '/data/reservationId' }]);
	});
});

describe('POST /v1/reservations/{id}/release', () => {
	it('200: gives the hold back', async () => {
		const { body } = await ask('gives', { microCents: 500 });
		const id = String(body['reservationId']);

		expect((await api.post(`/v1/reservations/${id}/release`)).body).toEqual({
			reservationId: id,
			outcome: 'released',
		});
		expect(await limits('gives')).toMatchObject([
			{ held: 0, spent: 0 },
			{ held: 0, spent: 0 },
		]);
	});

	it('200: says when it does not know the reservation', async () => {
		expect((await api.post('/v1/reservations/rsv_none/release')).body['outcome']).toBe('unknown');
	});

	it('403: not with a key of another tenant', async () => {
		const { body } = await ask('mine');
		const key = await api.makeKey('ask', 'theirs');
		const { status } = await api.post(
			`/v1/reservations/${String(body['reservationId'])}/release`,
			undefined,
			{ key },
		);

		expect(status).toBe(403);
	});
});
