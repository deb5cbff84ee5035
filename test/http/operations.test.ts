import { usageEvent } from '../support/rows.ts';
import { startTestService, type Api } from '../support/service.ts';

type Row = Record<string, unknown>;

let api: Api;
beforeAll(async () => {
	api = await startTestService();
});
afterAll(() => api.service.close());

const state = async (tenantId: string) =>
	(await api.get(`/v1/tenants/${tenantId}/state`)).body['breaker'];

describe('blocking by hand', () => {
	it('holds until somebody lets go', async () => {
		const { status, body } = await api.post('/v1/tenants/t1/block', { reason: 'fraud' });

		expect(status).toBe(200);
		expect(body['breaker']).toMatchObject({ state: 'isolated', until: null, reason: 'fraud' });
		expect(await state('t1')).toMatchObject({ state: 'isolated' });

		await api.post('/v1/tenants/t1/unblock');
		expect(await state('t1')).toEqual({ state: 'closed' });
	});

	it('needs no body', async () => {
		expect((await api.post('/v1/tenants/t2/block')).status).toBe(200);
	});

	it('415: a body of another type is not taken for none, which would block for ever', async () => {
		const form = 'application/x-www-form-urlencoded';
		const { status } = await api.post('/v1/tenants/t4/block', undefined, {
			raw: 'duration=1s',
			contentType: form,
		});

		expect(status).toBe(415);
		expect(await state('t4')).toEqual({ state: 'closed' });
	});

	it('422: a reason that cannot be kept', async () => {
		const { status, body } = await api.post('/v1/tenants/t4/block', { reason: 'a\u0000b' });

		expect(status).toBe(422);
		expect(body['errors']).toMatchObject([{ pointer: '/reason' }]);
		expect(await state('t4')).toEqual({ state: 'closed' });
	});

	it.each(['1', 'an hour', '0m', '1w', '367d', '999999d'])(
		'422: a duration of %s',
		async (duration) => {
			const { status, body } = await api.post('/v1/tenants/t3/block', { duration });

			expect(status).toBe(422);
			expect(body['errors']).toMatchObject([{ pointer: '/duration' }]);
			expect(await state('t3')).toEqual({ state: 'closed' });
		},
	);

	it.each(['soon', '999999d'])('422: a spend window of %s', async (window) => {
		const { status, body } = await api.get(`/v1/tenants/t3/spend?window=${window}`);

		expect(status).toBe(422);
		expect(body['errors']).toMatchObject([{ pointer: '/window' }]);
	});
});

describe('webhook subscriptions', () => {
	const subscription = { url: 'http://127.0.0.1:9/hook', events: ['breaker.opened'] };

	it('tell their secret once and can be read and ended', async () => {
		const made = await api.post('/v1/webhooks', subscription);
		const path = `/v1/webhooks/${String(made.body['id'])}`;

		expect(made.status).toBe(201);
		expect(made.body['secret']).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
		const read = await api.get(path);
		expect(read.body).toMatchObject({ ...subscription, tenantId: null });
		expect(read.body).not.toHaveProperty('secret');

		expect((await api.send('DELETE', path)).status).toBe(204);
		expect((await api.get(path)).status).toBe(404);
		expect((await api.send('DELETE', path)).status).toBe(404);
	});

	it.each([
		['a URL that is none', { ...subscription, url: 'hook' }, '/url'],
		['a URL with a password', { ...subscription, url: 'http://a:b@127.0.0.1/' }, '/url'],
		['a metadata address', { ...subscription, url: 'http://169.254.169.254/' }, '/url'],
		['a URL of another scheme', { ...subscription, url: 'file:///etc/passwd' }, '/url'],
		['no events', { ...subscription, events: [] }, '/events'],
		['an unknown event', { ...subscription, events: ['breaker.melted'] }, '/events/0'],
	])('422: %s', async (_what, body, pointer) => {
		const answer = await api.post('/v1/webhooks', body);

		expect(answer.status).toBe(422);
		expect(answer.body['errors']).toMatchObject([{ pointer }]);
	});

	it('a key bound to a tenant subscribes to that tenant only, and sees its own only', async () => {
		const key = await api.makeKey('operate', 'bound');
		await api.post('/v1/webhooks', subscription);
		const made = await api.post('/v1/webhooks', subscription, { key });
		const { body } = await api.send('GET', '/v1/webhooks', undefined, { key });

		expect(made.body['tenantId']).toBe('bound');
		expect(body).toMatchObject([{ id: made.body['id'] }]);
	});
});

describe('service keys', () => {
	it('say who they are', async () => {
		const key = await api.makeKey('ask', 'acme');
		const { body } = await api.send('GET', '/v1/whoami', undefined, { key });

		expect(body).toMatchObject({ name: 'ask', role: 'ask', tenantId: 'acme' });
	});

	it('stop working when revoked', async () => {
		const key = await api.makeKey('read');
		const { body } = await api.send('GET', '/v1/whoami', undefined, { key });
		await api.send('DELETE', `/v1/service-keys/${String(body['keyId'])}`);

		expect((await api.send('GET', '/v1/whoami', undefined, { key })).status).toBe(401);
	});

	it('cannot be used up: the last admin key is not revoked', async () => {
		const { body } = await api.get('/v1/whoami');
		const refused = await api.send('DELETE', `/v1/service-keys/${String(body['keyId'])}`);

		expect(refused.status).toBe(409);
		expect((await api.get('/v1/whoami')).status).toBe(200);
	});

	it('keep one admin when two revoke each other at the same time', async () => {
		const lonely = await startTestService();
		const second = await lonely.makeKey('admin');
		const revoke = async (key?: string, by?: string) => {
			const options = (name?: string) => (name === undefined ? {} : { key: name });
			const { body } = await lonely.send('GET', '/v1/whoami', undefined, options(key));
			const path = `/v1/service-keys/${String(body['keyId'])}`;
			return (await lonely.send('DELETE', path, undefined, options(by))).status;
		};
		const statuses = await Promise.all([revoke(second), revoke(undefined, second)]);
		await lonely.service.close();

		expect(statuses.filter((status) => status === 204)).toHaveLength(1);
	});

	it('are made by an admin only, and an admin is bound to nobody', async () => {
		const key = await api.makeKey('operate');
		const wanted = { name: 'mine', role: 'admin' };

		expect((await api.post('/v1/service-keys', wanted, { key })).status).toBe(403);
		const bound = await api.post('/v1/service-keys', { ...wanted, tenantId: 'acme' });
		expect(bound.body['errors']).toMatchObject([{ pointer: '/tenantId' }]);
	});

	it('are listed without anything that would let somebody in', async () => {
		const key = await api.makeKey('read');
		const { body } = await api.get('/v1/service-keys');

		expect(JSON.stringify(body)).not.toContain(key);
		expect(JSON.stringify(body)).not.toContain('keyHash');
	});
});

describe('an answer', () => {
	it('has one form of instants, whatever the database writes', async () => {
		const costMicroCents = 1_100_000_000;
		await api.post('/v1/usage', usageEvent({ subject: 'late', data: { costMicroCents } }));
		const [incident] = (await api.get('/v1/incidents?tenantId=late')).body as unknown as Row[];
		const path = `/v1/incidents/${String(incident?.['incidentId'])}`;
		const action = { action: 'notify', vendor: 'slack', targetId: 'c', outcome: 'applied' };
		await api.post(`${path}/actions`, { ...action, restore: { was: ['👍'] } });
		const { body } = await api.get(path);
		const [key] = (await api.get('/v1/service-keys')).body as unknown as Row[];

		const utc = expect.stringMatching(/^2.*\dZ$/);
		expect(incident).toMatchObject({ openedAt: utc, closedAt: null });
		expect(body).toMatchObject({
			openedAt: utc,
			actions: [
				{ action: 'block', appliedAt: utc },
				{ reportedAt: utc, restore: { was: ['👍'] } },
			],
		});
		expect(key).toMatchObject({ createdAt: utc });
	});
});

describe('what is not there', () => {
	it('404: an address, an incident, a baseline', async () => {
		for (const path of ['/v1/nothing', '/v1/incidents/inc_none', '/v1/baselines/nobody']) {
			const { status, headers, body } = await api.get(path);
			expect(status).toBe(404);
			expect(headers.get('content-type')).toContain('application/problem+json');
			expect(body).toMatchObject({
				status: 404,
				title: expect.any(String),
				detail: expect.any(String),
			});
		}
	});

	it('404: a report for an incident nobody opened', async () => {
		const action = { action: 'revokeKey', vendor: 'postgres', targetId: 'k', outcome: 'applied' };

		expect((await api.post('/v1/incidents/inc_none/actions', action)).status).toBe(404);
	});

	it('422: a report with an unknown action', async () => {
		const action = { action: 'explode', vendor: 'postgres', targetId: 'k', outcome: 'applied' };
		const { status, body } = await api.post('/v1/incidents/inc_none/actions', action);

		expect(status).toBe(422);
		expect(body['errors']).toMatchObject([{ pointer: '/action' }]);
	});

	it('422: a query that the endpoint does not know', async () => {
		for (const path of ['/v1/incidents?foo=a', '/v1/alerts?tenant=a']) {
			expect((await api.get(path)).status).toBe(422);
		}
	});

	it('405: says which method the address takes', async () => {
		const { status, headers } = await api.get('/v1/usage');

		expect(status).toBe(405);
		expect(headers.get('allow')).toBe('POST');
	});

	it('409: a baseline for a tenant without a day of usage', async () => {
		const { status, body } = await api.post('/v1/baselines/nobody/refresh');

		expect(status).toBe(409);
		expect(body['detail']).toContain('less than 24 hours');
	});
});

describe('the service about itself', () => {
	it('is healthy, ready, and counts its decisions', async () => {
		await api.post('/v1/reservations', { tenantId: 'counted' });
		const metrics = await api.get('/metrics');

		expect((await api.get('/healthz')).body).toEqual({ status: 'ok' });
		expect((await api.get('/readyz')).body).toEqual({ status: 'ready', faults: {} });
		expect(metrics.body['text']).toMatch(/llm_fuse_decisions_total\{decision="allow"\} [1-9]/);
	});

	it('measures refused requests with the others', async () => {
		await api.get('/v1/incidents/inc_unmeasured');
		const { body } = await api.get('/metrics');

		expect(body['text']).toMatch(
			/llm_fuse_http_request_seconds_count\{method="get",path="\/v1\/incidents\/\{incidentId\}",status="404"\} [1-9]/,
		);
	});

	it('describes every endpoint in its OpenAPI document, with the schemas it checks by', async () => {
		const { body } = await api.get('/openapi.json');
		const paths = body['paths'] as Record<string, Record<string, unknown>>;

		expect(body['openapi']).toBe('3.1.0');
		expect(Object.keys(paths)).toEqual(
			expect.arrayContaining([
				'/v1/usage',
				'/v1/reservations',
				'/v1/tenants/{tenantId}/block',
				'/v1/webhooks',
			]),
		);
		expect(JSON.stringify(paths['/v1/reservations'])).toContain('ttlSeconds');
	});

	it('serves its page without asking for a key, and nothing from elsewhere', async () => {
		const { status, headers, body } = await api.get('/');

		expect(status).toBe(200);
		expect(headers.get('content-security-policy')).toContain("default-src 'self'");
		expect(body['text']).toContain('<title>LLM Fuse</title>');
	});

	it('serves every file its page asks for by itself, under the same rules', async () => {
		const { body } = await api.get('/');
		const asked = [...String(body['text']).matchAll(/(?:href|src)="([\w./]+\.(?:js|css|svg))"/g)];

		for (const file of [...asked.map(([, name]) => name), 'charts/uPlot.esm.js']) {
			const { status, headers } = await api.get(`/${file}`);
			expect([file, status]).toEqual([file, 200]);
			expect(headers.get('content-security-policy')).toContain("default-src 'self'");
		}
		expect(asked.length).toBeGreaterThan(3);
	});
});
