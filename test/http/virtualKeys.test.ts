import { usageEvent } from '../support/rows.ts';
import { startTestService, type Api } from '../support/service.ts';

type Row = Record<string, unknown>;

const MINUTE_MS = 60_000;
let now = Date.UTC(2026, 9, 14, 12);
let api: Api;
beforeAll(async () => {
	api = await startTestService({}, { now: () => now });
});
afterAll(() => api.service.close());

const issue = async (tenantId: string, body?: object) =>
	(await api.post(`/v1/tenants/${tenantId}/keys`, body)).body;
const list = async (tenantId: string) =>
	(await api.get(`/v1/tenants/${tenantId}/keys`)).body as unknown as Row[];
const at = (tenantId: string, { keyId }: Row, verb: string) =>
	`/v1/tenants/${tenantId}/keys/${String(keyId)}/${verb}`;
const whoami = ({ key }: Row) => api.send('GET', '/v1/whoami', undefined, { key: String(key) });

describe('/v1/tenants/{tenantId}/keys', () => {
	it('201: a key, told once; the list shows its end', async () => {
		const issued = await issue('acme', { name: 'n8n', expiresIn: '1h' });

		expect(issued).toMatchObject({
			...{ tenantId: 'acme', name: 'n8n', revokedAt: null },
			...{ createdAt: '2026-10-14T12:00:00.000Z', expiresAt: '2026-10-14T13:00:00.000Z' },
		});
		expect(issued['key']).toMatch(/^fusevk_[\w-]{43}$/);
		expect(String(issued['key'])).toMatch(new RegExp(`${String(issued['last4'])}$`));
		const listed = await list('acme');
		expect(listed).toHaveLength(1);
		expect(issued).toMatchObject(listed[0] ?? {});
		expect(listed[0]).not.toHaveProperty('key');
	});

	it('asks, settles and records for its own tenant', async () => {
		const key = String((await issue('caller'))['key']);
		const asked = await api.post('/v1/reservations', { tenantId: 'caller' }, { key });
		expect(asked.body).toMatchObject({ decision: 'allow' });

		const id = String(asked.body['reservationId']);
		const event = usageEvent({ subject: 'caller' });
		const settle = await api.post(`/v1/reservations/${id}/settle`, event, { key });
		expect(settle.body).toMatchObject({ outcome: 'settled' });
		const usage = await api.post('/v1/usage', usageEvent({ subject: 'caller', id: 'x' }), { key });
		expect(usage.status).toBe(202);
	});

	it('403: nothing of another tenant, and nothing else of its own', async () => {
		const key = String((await issue('bound'))['key']);
		const ask = (body: object) => api.post('/v1/reservations', body, { key });

		expect((await ask({ tenantId: 'other' })).status).toBe(403);
		expect(
			await ask({ tenantId: 'bound', resumeUrl: 'https://n8n.example.com/webhook-waiting/1' }),
		).toMatchObject({ status: 403, body: { errors: [{ pointer: '/resumeUrl' }] } });
		for (const path of [
			'/v1/tenants/bound/state',
			'/v1/tenants/bound/keys',
			'/v1/audit',
			'/v1/queue',
		]) {
			expect(await api.send('GET', path, undefined, { key })).toMatchObject({ status: 403 });
		}
		expect(await api.post('/v1/tenants/bound/keys', {}, { key })).toMatchObject({ status: 403 });
		expect(await api.post('/v1/usage/openai', [{}], { key })).toMatchObject({ status: 403 });
	});

	it('401: a revoked key says so, and the incident, until it is restored', async () => {
		const issued = await issue('revoked');
		expect((await whoami(issued)).body).toMatchObject({ role: 'call', tenantId: 'revoked' });
		const revoked = await api.post('/v1/tenants/revoked/keys/revoke', {
			...{ reason: 'runaway', incidentId: 'inc_7' },
		});

		expect(revoked.body).toEqual({ tenantId: 'revoked', keyIds: [issued['keyId']] });
		expect(await whoami(issued)).toMatchObject({
			status: 401,
			body: { detail: expect.stringMatching(/was revoked at 2026-.*because of incident inc_7\.$/) },
		});
		const restored = await api.post('/v1/tenants/revoked/keys/restore', { incidentId: 'inc_7' });
		expect(restored.body).toEqual({ tenantId: 'revoked', keyIds: [issued['keyId']] });
		expect((await whoami(issued)).status).toBe(200);
	});

	it('401: an expired key says so; one that never was is unknown', async () => {
		const issued = await issue('expired', { expiresIn: '1m' });
		now += MINUTE_MS;

		expect((await whoami(issued)).body['detail']).toMatch(/^This virtual key expired at 2026-/);
		const invented = await whoami({ key: `fusevk_${'x'.repeat(43)}` });
		expect(invented).toMatchObject({
			status: 401,
			body: { detail: 'The service key is unknown or was revoked.' },
		});
	});

	it('201: a rotated key works for the grace it was given', async () => {
		const old = await issue('rotated');
		const { status, body } = await api.post(at('rotated', old, 'rotate'), { grace: '10m' });

		expect(status).toBe(201);
		expect(body).toMatchObject({ replaces: old['keyId'], replaced: { keyId: old['keyId'] } });
		expect((await whoami(old)).status).toBe(200);
		now += 10 * MINUTE_MS;
		expect((await whoami(old)).status).toBe(401);
		expect((await whoami(body)).status).toBe(200);

		const again = await api.post(at('rotated', body, 'rotate'));
		expect((await whoami(body)).status).toBe(401);
		expect((await whoami(again.body)).status).toBe(200);
		expect(await api.post(at('rotated', body, 'rotate'))).toMatchObject({ status: 409 });
		expect(await api.post(at('rotated', body, 'restore'))).toMatchObject({ status: 409 });
	});

	it('200: one key is revoked and restored by itself', async () => {
		const [one, other] = [await issue('single'), await issue('single')];
		const revoked = await api.post(at('single', one, 'revoke'), { reason: 'lost' });

		expect(revoked.body).toMatchObject({ revokedReason: 'lost', incidentId: null });
		expect((await whoami(one)).status).toBe(401);
		expect((await whoami(other)).status).toBe(200);
		expect((await api.post(at('single', one, 'restore'))).body).toMatchObject({ revokedAt: null });
		expect((await whoami(one)).status).toBe(200);
	});

	it('403: an operator bound to a tenant manages its keys only', async () => {
		const key = await api.makeKey('operate', 'acme');

		expect((await api.post('/v1/tenants/acme/keys', {}, { key })).status).toBe(201);
		for (const path of ['keys', 'keys/revoke', 'keys/vk_1/rotate', 'keys/vk_1/restore']) {
			const body = path === 'keys/revoke' ? {} : undefined;
			const answer = await api.post(`/v1/tenants/beta/${path}`, body, { key });
			expect(answer.status).toBe(403);
		}
	});

	it('404: no such key', async () => {
		const { keyId } = await issue('acme');
		for (const path of [`beta/keys/${String(keyId)}/revoke`, 'acme/keys/vk_none/rotate']) {
			expect((await api.post(`/v1/tenants/${path}`)).status).toBe(404);
		}
	});

	it.each([
		['both forms of grace', { grace: '1m', graceMs: 5 }, '/graceMs'],
		['a grace of more than a week', { grace: '8d' }, '/grace'],
		['a grace that is none', { graceMs: -1 }, '/graceMs'],
	])('422: %s', async (_what, body, pointer) => {
		expect(await api.post('/v1/tenants/acme/keys/vk_1/rotate', body)).toMatchObject({
			status: 422,
			body: { errors: [{ pointer }] },
		});
	});
});
