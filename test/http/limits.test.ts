import { usageEvent } from '../support/rows.ts';
import { startTestService, type Api } from '../support/service.ts';

type Row = Record<string, unknown>;

let api: Api;
beforeAll(async () => {
	api = await startTestService({ FUSE_TENANT_USD_PER_DAY: '1000' });
});
afterAll(() => api.service.close());

let made = 0;
const newTenant = () => `tenant-${++made}`;
const REQUESTS = { scope: 'tenant', unit: 'requests', window: '1h', capacity: 2 };
const put = (id: string, body: unknown, key?: string) =>
	api.send('PUT', `/v1/limits/${id}`, body, key === undefined ? {} : { key });
const ask = async (tenantId: string, more: Row = {}) =>
	(await api.post('/v1/reservations', { tenantId, ...more })).body;
const limitsOf = async (tenantId: string) =>
	(await api.get(`/v1/tenants/${tenantId}/limits`)).body as unknown as Row[];

describe('a limit', () => {
	it('201: is made, holds for the next call, and can be read, replaced and deleted', async () => {
		const tenantId = newTenant();
		const { status, body } = await api.post('/v1/limits', { ...REQUESTS, tenantId });
		const path = `/v1/limits/${String(body['id'])}`;

		expect(status).toBe(201);
		expect(body).toEqual({
			id: expect.stringMatching(/^lim_[\w-]{12}$/),
			scope: 'tenant',
			subject: null,
			unit: 'requests',
			window: '1h',
			timeZone: null,
			capacity: 2,
			plan: null,
			tenantId,
			shared: false,
			mode: 'enforce',
			whenOver: 'queue',
			whenStoreDown: 'open',
		});
		expect((await api.get(path)).body).toEqual(body);
		await ask(tenantId);
		await ask(tenantId);
		expect(await ask(tenantId)).toMatchObject({
			decision: 'reject',
			reasons: [{ code: 'limitExceeded', limitId: body['id'] }],
		});

		const larger = await api.send('PUT', path, { ...body, capacity: 3 });
		expect([larger.status, larger.body['capacity']]).toEqual([200, 3]);
		expect(await ask(tenantId)).toMatchObject({ decision: 'allow' });
		expect(await ask(tenantId)).toMatchObject({ decision: 'reject' });

		expect((await api.send('DELETE', path)).status).toBe(204);
		expect(await ask(tenantId)).toMatchObject({ decision: 'allow' });
		expect((await api.get(path)).status).toBe(404);
		expect((await api.send('DELETE', path)).status).toBe(404);
	});

	it('is put under an id of one’s own, as often as one likes', async () => {
		const body = { ...REQUESTS, tenantId: newTenant() };

		expect((await put('mine', body)).status).toBe(201);
		expect((await put('mine', body)).status).toBe(200);
		expect((await put('mine', { ...body, id: 'yours' })).status).toBe(409);
	});

	it('that is a trial counts and refuses nothing', async () => {
		const tenantId = newTenant();
		await api.post('/v1/limits', { ...REQUESTS, capacity: 0, tenantId, mode: 'shadow' });

		expect(await ask(tenantId)).toMatchObject({ decision: 'allow' });
		expect(await limitsOf(tenantId)).toContainEqual(
			expect.objectContaining({ mode: 'shadow', unit: 'requests', held: 1, remaining: 0 }),
		);
	});

	it('of nothing lets nothing through', async () => {
		const tenantId = newTenant();
		await api.post('/v1/limits', { ...REQUESTS, capacity: 0, tenantId });

		expect(await ask(tenantId)).toMatchObject({ decision: 'reject', retryAfterMs: null });
	});

	it('of a calendar window keeps its time zone', async () => {
		const body = { ...REQUESTS, window: 'week', timeZone: 'Europe/Berlin', tenantId: newTenant() };
		const answer = await api.post('/v1/limits', body);

		expect(answer.body).toMatchObject({ window: 'week', timeZone: 'Europe/Berlin' });
		const utc = await api.post('/v1/limits', { ...body, timeZone: undefined });
		expect(utc.body).toMatchObject({ window: 'week', timeZone: 'UTC' });
	});

	it.each([
		['microCents', 'closed'],
		['requests', 'open'],
		['outputTokens', 'open'],
	])(
		'on %s is %s while the counter store is down, unless said otherwise',
		async (unit, expected) => {
			const body = { ...REQUESTS, unit, tenantId: newTenant() };

			expect((await api.post('/v1/limits', body)).body['whenStoreDown']).toBe(expected);
		},
	);
});

describe('422: a limit with', () => {
	const wrong: [string, Row, string, RegExp][] = [
		[
			'a capacity of 2^53',
			{ capacity: 2 ** 53 },
			'/capacity',
			/2\^53 − 1.*number 9007199254740992/,
		],
		['a negative capacity', { capacity: -1 }, '/capacity', /from 0 to.*got number -1/],
		['a fraction', { capacity: 1.5 }, '/capacity', /an integer.*got number 1.5/],
		[
			'a text for capacity',
			{ capacity: '10' },
			'/capacity',
			/an integer.*a string of 2 characters/,
		],
		['no capacity', { capacity: undefined }, '/capacity', /an integer.*got nothing/],
		['an unknown unit', { unit: 'wishes' }, '/unit', /"requests".*"concurrency"/],
		['an unknown scope', { scope: 'galaxy' }, '/scope', /"global".*"tenant"/],
		['an unknown window', { window: 'year' }, '/window', /5m or 1h, or day, week or month/],
		['a window of nothing', { window: '0s' }, '/window', /1s to 366d/],
		['a window too long', { window: '367d' }, '/window', /1s to 366d/],
		['a zone in the window', { window: 'day@Asia/Tokyo' }, '/window', /day, week or month/],
		['no window', { window: undefined }, '/window', /expected a duration.*got nothing/],
		['an unknown zone', { window: 'day', timeZone: 'Mars/Base' }, '/timeZone', /Europe\/Berlin/],
		['a zone for a rolling window', { timeZone: 'UTC' }, '/timeZone', /only a calendar window/],
		['a window for concurrency', { unit: 'concurrency' }, '/window', /has no window/],
		[
			'a model without provider',
			{ scope: 'model', subject: 'gpt-4o' },
			'/subject',
			/provider\/model/,
		],
		[
			'a node without workflow',
			{ scope: 'node', subject: 'Agent' },
			'/subject',
			/workflowId\/nodeName/,
		],
		['a subject for global', { scope: 'global', subject: 'x' }, '/subject', /has no subject/],
		['a subject for tenant', { subject: 'acme' }, '/subject', /name the tenant in tenantId/],
		['plan and tenant', { plan: 'pro', tenantId: 'acme' }, '/plan', /exclude each other/],
		['a global count for a plan', { scope: 'global', plan: 'pro' }, '/plan', /for everybody/],
		[
			'a shared count of one',
			{ scope: 'source', shared: true, tenantId: 'a' },
			'/tenantId',
			/everybody/,
		],
		['a shared tenant', { shared: true }, '/shared', /use the scope global/],
		['a global count apart', { scope: 'global', shared: false }, '/shared', /one count/],
		['an unknown mode', { mode: 'dream' }, '/mode', /"enforce"\|"shadow"/],
		['an id nobody can write', { id: 'a b' }, '/id', /letters, digits/],
		['a field nobody knows', { capacityUsd: 5 }, '/capacityUsd', /is not a field/],
	];

	it.each(wrong)('%s', async (_what, change, pointer, detail) => {
		const { status, body } = await api.post('/v1/limits', { ...REQUESTS, ...change });

		expect(status).toBe(422);
		expect(body['errors']).toEqual([{ pointer, detail: expect.stringMatching(detail) }]);
	});
});

describe('409: a limit', () => {
	it('that counts the same as another one names that one', async () => {
		const body = { ...REQUESTS, tenantId: newTenant() };
		await put('first', body);
		const { status, body: problem } = await api.post('/v1/limits', { ...body, capacity: 9 });

		expect(status).toBe(409);
		expect(problem['detail']).toContain('Limit first counts the same');
		expect((await api.post('/v1/limits', { ...body, mode: 'shadow' })).status).toBe(201);
	});

	it('with an id in use is not made', async () => {
		await put('taken', { ...REQUESTS, tenantId: newTenant() });
		const body = { ...REQUESTS, id: 'taken', tenantId: newTenant() };

		expect((await api.post('/v1/limits', body)).status).toBe(409);
	});

	it('that a variable sets is changed there; one on the same count takes its place', async () => {
		const id = 'tenant-microCents-day';
		const listed = (await api.get('/v1/limits')).body as unknown as Row[];
		const body = { ...REQUESTS, unit: 'microCents', window: 'day', capacity: 5 };

		expect(listed).toContainEqual(
			expect.objectContaining({ id, variable: 'FUSE_TENANT_USD_PER_DAY' }),
		);
		for (const answer of [await put(id, body), await api.send('DELETE', `/v1/limits/${id}`)]) {
			expect(answer.status).toBe(409);
			expect(answer.body['detail']).toContain('FUSE_TENANT_USD_PER_DAY');
		}
		const tenantId = newTenant();
		await api.post('/v1/limits', { ...body, tenantId });
		expect(await ask(tenantId, { microCents: 6 })).toMatchObject({ decision: 'reject' });
	});
});

describe('a key bound to a tenant', () => {
	it('sees and changes that tenant’s own limits only', async () => {
		const [tenantId, other] = [newTenant(), newTenant()];
		const key = await api.makeKey('operate', tenantId);
		await put('others', { ...REQUESTS, tenantId: other });
		const body = { ...REQUESTS, tenantId };
		const own = await api.post('/v1/limits', REQUESTS, { key });
		const listed = await api.send('GET', '/v1/limits', undefined, { key });

		expect(own.body['tenantId']).toBe(tenantId);
		expect(listed.body).toEqual([own.body]);
		expect((await api.send('GET', '/v1/limits/others', undefined, { key })).status).toBe(404);
		expect((await api.send('DELETE', '/v1/limits/others', undefined, { key })).status).toBe(404);
		expect((await put('others', { ...body, window: '2h' }, key)).status).toBe(409);
		expect((await api.get('/v1/limits/others')).body['tenantId']).toBe(other);
	});

	it.each([
		['another tenant', { tenantId: 'somebody' }, '/tenantId'],
		['a plan', { plan: 'pro' }, '/plan'],
		['everybody', { scope: 'global' }, '/scope'],
		['all tenants together', { scope: 'model', shared: true }, '/shared'],
	])('403: sets none for %s', async (_whom, change, pointer) => {
		const key = await api.makeKey('operate', newTenant());
		const { status, body } = await api.post('/v1/limits', { ...REQUESTS, ...change }, { key });

		expect(status).toBe(403);
		expect(body['errors']).toMatchObject([{ pointer }]);
	});

	it('403: does not see where others stand, or put them on a plan', async () => {
		const key = await api.makeKey('operate', newTenant());
		const other = `/v1/tenants/${newTenant()}`;

		expect((await api.send('GET', `${other}/limits`, undefined, { key })).status).toBe(403);
		expect((await api.send('GET', other, undefined, { key })).status).toBe(403);
		expect((await api.send('PUT', other, { plan: 'pro' }, { key })).status).toBe(403);
	});

	it('403: needs the role to change', async () => {
		const key = await api.makeKey('read');

		expect((await put('never', REQUESTS, key)).status).toBe(403);
	});
});

describe('a tenant', () => {
	it('has the limits of its plan from the moment it is put on it', async () => {
		const tenantId = newTenant();
		const plan = `plan-of-${tenantId}`;
		await api.post('/v1/limits', { ...REQUESTS, capacity: 1, plan });
		const put = await api.send('PUT', `/v1/tenants/${tenantId}`, { plan });

		expect(put.body).toEqual({ tenantId, plan, firstAt: null, lastAt: null });
		await ask(tenantId);
		expect(await ask(tenantId)).toMatchObject({ decision: 'reject' });
		const ofPlan = (await api.get(`/v1/limits?plan=${plan}`)).body as unknown as Row[];
		expect(ofPlan).toMatchObject([{ plan, capacity: 1 }]);

		await api.send('PUT', `/v1/tenants/${tenantId}`, { plan: null });
		expect(await ask(tenantId)).toMatchObject({ decision: 'allow' });
	});

	it('tells its plan and when it was first and last seen', async () => {
		const tenantId = newTenant();
		await api.post('/v1/usage', usageEvent({ subject: tenantId }));
		const { body } = await api.get(`/v1/tenants/${tenantId}`);

		const utc = expect.stringMatching(/^2.*Z$/);
		expect(body).toEqual({ tenantId, plan: null, firstAt: utc, lastAt: utc });
	});

	it('422: is put on a plan that has a name', async () => {
		const path = `/v1/tenants/${newTenant()}`;

		for (const plan of [undefined, '', 5]) {
			const { status, body } = await api.send('PUT', path, { plan });
			expect([status, body['errors']]).toMatchObject([422, [{ pointer: '/plan' }]]);
		}
	});

	it('is told where it stands with each limit, for each value counted', async () => {
		const tenantId = newTenant();
		const perModel = { ...REQUESTS, scope: 'model', window: 'day', capacity: 10, tenantId };
		await put(`${tenantId}-models`, perModel);
		await put(`${tenantId}-keys`, { ...perModel, scope: 'key' });
		const call = (model: string) => ({ provider: 'openai', model, inputTokens: 1 });
		await ask(tenantId, call('gpt-4o-mini'));
		await api.post('/v1/usage', usageEvent({ subject: tenantId, data: { model: 'gpt-4o' } }));
		await ask(tenantId, call('gpt-4o'));

		const rows = await limitsOf(tenantId);
		const state = (subject: string) =>
			rows.find((row) => row['limitId'] === `${tenantId}-models` && row['subject'] === subject);
		const resetsAt = expect.stringMatching(/T00:00:00\.000Z$/);
		expect(state('openai/gpt-4o-mini')).toMatchObject({
			spent: 0,
			held: 1,
			remaining: 9,
			resetsAt,
		});
		expect(state('openai/gpt-4o')).toMatchObject({ spent: 1, held: 1, remaining: 8, resetsAt });
		expect(rows).toContainEqual(
			expect.objectContaining({ limitId: 'tenant-microCents-day', tenantId: null }),
		);
	});
});
