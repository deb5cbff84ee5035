import { startTestService, type Api } from '../support/service.ts';

type Row = Record<string, unknown>;

let now = Date.UTC(2026, 9, 14, 12);
let api: Api;
let actor: unknown;
beforeAll(async () => {
	api = await startTestService({}, { now: () => now });
	actor = (await api.get('/v1/whoami')).body['keyId'];
	await api.send('PUT', '/v1/tenants/acme', { plan: 'pro' });
	now += 60_000;
	await api.post('/v1/tenants/acme/block', { reason: 'fraud' });
	await api.post('/v1/tenants/beta/block', { reason: 'fraud' });
	now += 60_000;
	await api.post('/v1/tenants/acme/unblock');
	const url = 'https://n8n.example.com/webhook/secret-path';
	await api.post('/v1/webhooks', { url, events: ['breaker.opened'] });
});
afterAll(() => api.service.close());

const search = async (query: string, key?: string) =>
	(await api.send('GET', `/v1/audit?${query}`, undefined, key ? { key } : {})).body;
const actions = async (query: string, key?: string) =>
	((await search(query, key))['entries'] as Row[]).map(({ action }) => action);

describe('GET /v1/audit', () => {
	it('200: who did what, newest first', async () => {
		const { entries, nextCursor } = await search('tenantId=acme');

		expect(entries).toEqual([
			expect.objectContaining({ action: 'breaker.closed', at: '2026-10-14T12:02:00.000Z' }),
			{
				...{ sequence: expect.any(Number), actor, action: 'breaker.isolated' },
				...{ at: '2026-10-14T12:01:00.000Z', tenantId: 'acme', incidentId: null },
				subjectId: null,
				detail: { reason: 'fraud', durationMs: null },
			},
			expect.objectContaining({ action: 'tenant.planSet', detail: { plan: 'pro', was: null } }),
		]);
		expect(nextCursor).toBeNull();
	});

	it('200: filters by action, actor and a half-open span', async () => {
		expect(await actions('action=breaker.isolated')).toHaveLength(2);
		expect(await actions('tenantId=acme&actor=key_none')).toEqual([]);
		expect(
			await actions('tenantId=acme&from=2026-10-14T12:01:00Z&to=2026-10-14T12:02:00Z'),
		).toEqual(['breaker.isolated']);
		expect(await actions('to=2026-10-14')).toEqual([]);
	});

	it('200: pages go on where the one before ended', async () => {
		const first = await search('tenantId=acme&limit=2');
		const cursor = String(first['nextCursor']);

		expect(first['entries']).toHaveLength(2);
		expect(await actions(`tenantId=acme&limit=2&cursor=${cursor}`)).toEqual(['tenant.planSet']);
	});

	it('200: shows no URL that lets its reader call a subscriber', async () => {
		const { entries } = await search('action=webhook.created');

		expect(entries).toMatchObject([{ detail: { url: 'https://n8n.example.com/webhook/…' } }]);
		expect(JSON.stringify(entries)).not.toContain('secret-path');
	});

	it('200: a key bound to a tenant sees its own entries only', async () => {
		const key = await api.makeKey('read', 'beta');

		expect(await actions('', key)).toEqual(['serviceKey.created', 'breaker.isolated']);
		expect(await search('tenantId=acme', key)).toMatchObject({ status: 403 });
	});

	it('403: not with a key that may only ask', async () => {
		expect(await search('', await api.makeKey('ask'))).toMatchObject({ status: 403 });
	});

	it.each([
		['a time that is none', 'from=yesterday', '/from'],
		['a page of nothing', 'limit=0', '/limit'],
		['a filter it does not know', 'event=a', '/event'],
		['a cursor that is none', 'cursor=nonsense', '/cursor'],
	])('422: %s', async (_what, query, pointer) => {
		expect(await search(query)).toMatchObject({ status: 422, errors: [{ pointer }] });
	});
});
