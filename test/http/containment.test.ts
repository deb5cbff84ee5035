import { usageEvent } from '../support/rows.ts';
import { startTestService, type Api } from '../support/service.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhookReceiver.ts';

type Row = Record<string, unknown>;

let api: Api;
let receiver: WebhookReceiver;
beforeAll(async () => {
	api = await startTestService();
	receiver = await startWebhookReceiver();
	await api.post('/v1/webhooks', { url: receiver.url, events: ['action.requested'] });
});
afterAll(async () => {
	await api.service.close();
	await receiver.close();
});

const ELEVEN_DOLLARS = 1_100_000_000;
const SEVERITIES = ['warning', 'high', 'critical'];
const step = (action: string, vendor: string, more: Row = {}) => ({
	...{ action, vendor, targetId: '{tenantId}', severities: SEVERITIES },
	...more,
});
const BLOCK = step('block', 'llm-fuse');
const PAUSE = step('pauseCollection', 'stripe', { targetId: '{stripeCustomer}' });
const DELETE_KEY = step('revokeKey', 'openai', { targetId: '{openaiKey}', mode: 'approval' });

const setPolicy = async (tenantId: string, steps: Row[], more: Row = {}) => {
	const targets = { stripeCustomer: `cus_${tenantId}`, openaiKey: `key_${tenantId}` };
	await api.send('PUT', `/v1/tenants/${tenantId}/targets`, targets);
	const path = `/v1/tenants/${tenantId}/containment-policy`;
	expect((await api.send('PUT', path, { steps, ...more })).status).toBe(201);
};
const runAway = (subject: string) =>
	api.post('/v1/usage', usageEvent({ subject, data: { costMicroCents: ELEVEN_DOLLARS } }));
const decision = async (tenantId: string) =>
	(await api.post('/v1/reservations', { tenantId })).body['decision'];
const breaker = async (tenantId: string) =>
	(await api.get(`/v1/tenants/${tenantId}/state`)).body['breaker'] as Row;
const incident = async (tenantId: string) => {
	const { body } = await api.get(`/v1/incidents?tenantId=${tenantId}`);
	const [newest] = body as unknown as (Row & { incidentId: string; actions: Row[] })[];
	if (!newest) throw new Error(`no incident of ${tenantId}`);
	return newest;
};
const actions = async (tenantId: string) =>
	(await api.get(`/v1/actions?tenantId=${tenantId}`)).body['actions'] as (Row & {
		actionId: string;
	})[];
const actionAt = async (tenantId: string, vendor: string) => {
	const found = (await actions(tenantId)).find((action) => action['vendor'] === vendor);
	if (!found) throw new Error(`no action at ${vendor}`);
	return found;
};
const ordersFor = (tenantId: string) =>
	receiver.received
		.map(({ body }) => (JSON.parse(body) as { data: Row }).data)
		.filter((data) => data['tenantId'] === tenantId);
const orderFor = async (tenantId: string, count = 1) => {
	await until(() => ordersFor(tenantId).length >= count);
	return ordersFor(tenantId)[count - 1] ?? {};
};
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
	while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
}
const doAs = (action: Row, outcome = 'applied', more: Row = {}) =>
	api.post(`/v1/actions/${String(action['actionId'])}/report`, {
		...{ attempt: action['attempt'], outcome },
		...more,
	});

describe('a policy', () => {
	it('does nothing but open the breaker where nobody set one', async () => {
		const { body } = await api.get('/v1/containment-policy');
		expect(body).toMatchObject({ isDefault: true, dryRun: false, steps: [{ action: 'block' }] });

		await runAway('plain');
		expect(await actions('plain')).toMatchObject([
			{ action: 'block', vendor: 'llm-fuse', state: 'done', outcome: 'applied' },
		]);
	});

	it('of a tenant replaces everybody’s wholly', async () => {
		await api.send('PUT', '/v1/containment-policy', { steps: [BLOCK, PAUSE] });
		await setPolicy('own-policy', [BLOCK]);
		const planOf = async (tenantId: string) =>
			(await api.get(`/v1/tenants/${tenantId}/containment-plan`)).body;

		expect(await planOf('own-policy')).toMatchObject({ steps: [{ action: 'block' }], leftOut: [] });
		expect(await planOf('anybody')).toMatchObject({
			steps: [{ action: 'block', targetId: 'anybody' }],
			leftOut: [{ action: 'pauseCollection', vendor: 'stripe', missing: ['stripeCustomer'] }],
		});
		expect((await api.send('DELETE', '/v1/containment-policy')).status).toBe(204);
		expect((await api.send('DELETE', '/v1/containment-policy')).status).toBe(404);
	});

	it.each([
		['cannot be undone', step('revokeKey', 'openai'), '/steps/0/mode'],
		['nobody knows', step('revokeKey', 'acme-vault'), '/steps/0/mode'],
		['the service does not have', step('pauseCollection', 'llm-fuse'), '/steps/0/action'],
		[
			'is not about the tenant',
			step('throttle', 'llm-fuse', { targetId: 'x' }),
			'/steps/0/targetId',
		],
		[
			'lasts no time',
			step('block', 'llm-fuse', { settings: { duration: 'long' } }),
			'/steps/0/settings/duration',
		],
	])('422: an automatic step that %s', async (_what, faulty, pointer) => {
		const { status, body } = await api.send('PUT', '/v1/containment-policy', { steps: [faulty] });

		expect(status).toBe(422);
		expect(body['errors']).toMatchObject([{ pointer }]);
	});

	it('403: of everybody, by a key that is bound to a tenant', async () => {
		const key = await api.makeKey('operate', 'bound');
		const put = (path: string) => api.send('PUT', path, { steps: [BLOCK] }, { key });

		expect((await put('/v1/containment-policy')).status).toBe(403);
		expect((await put('/v1/tenants/other/containment-policy')).status).toBe(403);
		expect((await put('/v1/tenants/bound/containment-policy')).status).toBe(201);
	});
});

describe('a step at a vendor', () => {
	it('is handed out, claimed once, reported and told with its incident', async () => {
		await setPolicy('ladder', [PAUSE, BLOCK]);
		await runAway('ladder');
		const order = await orderFor('ladder');
		const path = `/v1/actions/${String(order['actionId'])}`;
		const claim = () => api.post(`${path}/claim`, { attempt: order['attempt'] });

		expect(order).toMatchObject({
			...{ action: 'pauseCollection', vendor: 'stripe', targetId: 'cus_ladder' },
			...{ direction: 'apply', sequence: 1, attempt: 1, severity: 'critical', rule: 'spendCap' },
		});
		expect((await claim()).body).toMatchObject({ granted: true, targetId: 'cus_ladder' });
		expect((await claim()).body).toEqual({ granted: false, reason: 'claimed' });
		const restore = { subscriptions: { sub_1: null } };
		expect((await doAs(order, 'applied', { restore })).body).toMatchObject({
			...{ state: 'done', accepted: true },
		});
		expect((await doAs(order, 'applied', { restore })).body).toMatchObject({
			...{ state: 'done', accepted: false },
		});
		expect((await incident('ladder')).actions).toMatchObject([
			{ action: 'block', state: 'done' },
			{ action: 'pauseCollection', state: 'done', outcome: 'applied', restore },
		]);
	});

	it('keeps what was read before it was changed, the first time it was told', async () => {
		await setPolicy('found', [PAUSE]);
		await runAway('found');
		const { actionId } = await orderFor('found');
		const tell = (restore: Row) =>
			api.post(`/v1/actions/${String(actionId)}/found`, { attempt: 1, restore });

		expect((await tell({ threshold: 5000 })).body).toEqual({ kept: true });
		expect((await tell({ threshold: 1 })).body).toEqual({ kept: false });
		await doAs({ actionId, attempt: 1 }, 'already', { restore: { threshold: 1 } });
		expect(await actionAt('found', 'stripe')).toMatchObject({ restore: { threshold: 5000 } });
	});

	it('that a refused credential stops is a dead letter at once, is told, and can be tried anew', async () => {
		await setPolicy('dead', [PAUSE]);
		await runAway('dead');
		const order = await orderFor('dead');
		const failed = await doAs(order, 'failed', { http: { status: 401 }, detail: 'bad key' });

		expect(failed.body).toMatchObject({ state: 'failed' });
		expect(await actionAt('dead', 'stripe')).toMatchObject({ error: 'HTTP 401: bad key' });
		const { body: alerts } = await api.get('/v1/alerts');
		expect(JSON.stringify(alerts)).toContain('action.failed');
		const retried = await api.post(`/v1/actions/${String(order['actionId'])}/retry`);
		expect(retried.body).toMatchObject({ state: 'requested' });
		expect(await orderFor('dead', 2)).toMatchObject({ attempt: 2, sequence: 1 });
	});

	it('that cannot be undone waits for a person, and then for every step that can', async () => {
		await setPolicy('final', [PAUSE, DELETE_KEY]);
		await runAway('final');
		const pause = await orderFor('final');
		const { actionId } = await actionAt('final', 'openai');
		expect(await actionAt('final', 'openai')).toMatchObject({ state: 'awaitingApproval' });
		const approved = await api.post(`/v1/actions/${actionId}/approve`, {
			actor: 'telegram:12345 Ada',
		});

		expect(approved.body).toMatchObject({ state: 'requested', attempt: 0 });
		expect(approved.body['decidedBy']).toMatch(/ for telegram:12345 Ada$/);
		await doAs(pause);
		expect(await orderFor('final', 2)).toMatchObject({ vendor: 'openai', attempt: 1 });
		expect((await api.post(`/v1/actions/${actionId}/approve`)).status).toBe(409);
		const { body } = await api.get('/v1/audit?tenantId=final&action=action.approved');
		expect(JSON.stringify(body)).toContain('telegram:12345 Ada');
	});

	it('that a person declines is not done', async () => {
		await setPolicy('declined', [BLOCK, DELETE_KEY]);
		await runAway('declined');
		const { actionId } = await actionAt('declined', 'openai');

		expect((await api.post(`/v1/actions/${actionId}/decline`)).body).toMatchObject({
			state: 'declined',
		});
		expect((await api.post(`/v1/actions/${actionId}/approve`)).status).toBe(409);
	});

	it('is only told in a dry run, and the breaker opens all the same', async () => {
		await setPolicy('dry', [BLOCK, PAUSE], { dryRun: true });
		await runAway('dry');

		expect(await decision('dry')).toBe('reject');
		expect(await actionAt('dry', 'stripe')).toMatchObject({ state: 'dryRun', attempt: 0 });
	});

	it('409: a claim or report of an attempt that was never handed out', async () => {
		const { actionId } = await actionAt('dry', 'stripe');

		expect((await api.post(`/v1/actions/${actionId}/claim`, { attempt: 1 })).status).toBe(409);
		expect((await doAs({ actionId, attempt: 1 })).status).toBe(409);
	});

	it('404: of another tenant than the key is bound to', async () => {
		const key = await api.makeKey('operate', 'stranger');
		const { actionId } = await actionAt('dry', 'stripe');

		expect((await api.send('GET', `/v1/actions/${actionId}`, undefined, { key })).status).toBe(404);
		expect((await api.post(`/v1/actions/${actionId}/retry`, undefined, { key })).status).toBe(404);
		const { status } = await api.post(
			`/v1/incidents/${(await incident('dry')).incidentId}/undo`,
			undefined,
			{ key },
		);
		expect(status).toBe(404);
	});
});

describe('a step of the service itself', () => {
	it('throttles a tenant without opening its breaker, until its incident ends', async () => {
		await setPolicy('slow', [step('throttle', 'llm-fuse', { settings: { requestsPerMinute: 1 } })]);
		await runAway('slow');
		await until(async () => (await actionAt('slow', 'llm-fuse'))['state'] === 'done');

		expect(await breaker('slow')).toEqual({ state: 'closed' });
		expect(await incident('slow')).toMatchObject({ breakerOpened: false, closedAt: null });
		expect(await decision('slow')).toBe('reject');
		await api.post('/v1/tenants/slow/unblock');
		await until(async () => (await actionAt('slow', 'llm-fuse'))['state'] === 'undone');
		expect(await decision('slow')).toBe('allow');
		expect(await incident('slow')).toMatchObject({ closedAt: expect.any(String) });
	});

	it('ends by itself when it was for a while', async () => {
		await setPolicy('while', [step('throttle', 'llm-fuse', { settings: { duration: '1s' } })]);
		await runAway('while');
		await until(async () => (await actionAt('while', 'llm-fuse'))['state'] === 'undone');

		expect(await actionAt('while', 'llm-fuse')).toMatchObject({
			...{ direction: 'undo', sequence: 2, decidedBy: 'service' },
		});
		expect((await api.get('/v1/limits?tenantId=while')).body).toEqual([]);
	});

	it('lets no call go out while it queues them, and narrows the operator’s own limit for as long', async () => {
		const own = { scope: 'tenant', unit: 'concurrency', capacity: 7, tenantId: 'queued' };
		const made = await api.send('PUT', '/v1/limits/mine', own);
		expect(made.status).toBe(201);
		await setPolicy('queued', [step('queueOnly', 'llm-fuse')]);
		await runAway('queued');
		await until(async () => (await actionAt('queued', 'llm-fuse'))['state'] === 'done');

		expect(await decision('queued')).toBe('reject');
		expect((await api.get('/v1/limits/mine')).body).toMatchObject({ capacity: 0 });
		await api.post(`/v1/incidents/${(await incident('queued')).incidentId}/undo`);
		await until(async () => (await actionAt('queued', 'llm-fuse'))['state'] === 'undone');
		expect((await api.get('/v1/limits/mine')).body).toMatchObject({ capacity: 7 });
		expect(await decision('queued')).toBe('allow');
	});

	it('revokes the keys it issued and gives them back on undo', async () => {
		expect((await api.post('/v1/tenants/keyed/keys', { name: 'a' })).status).toBe(201);
		await setPolicy('keyed', [BLOCK, step('revokeKey', 'llm-fuse')]);
		await runAway('keyed');
		const works = async () => {
			const { body } = await api.get('/v1/tenants/keyed/keys');
			return JSON.stringify(body).includes('"revokedAt":null');
		};
		await until(async () => !(await works()));

		await api.post(`/v1/incidents/${(await incident('keyed')).incidentId}/undo`);
		await until(works);
		expect(await breaker('keyed')).toMatchObject({ state: 'halfOpen' });
	});
});

describe('letting go', () => {
	it('puts a tenant on trial: few calls pass, and the first breach is the same incident again', async () => {
		await setPolicy('trial', [BLOCK]);
		await runAway('trial');
		const { incidentId } = await incident('trial');
		const { body } = await api.post('/v1/tenants/trial/unblock');

		expect(body['breaker']).toMatchObject({ state: 'halfOpen', incidentId });
		const decisions: unknown[] = [];
		for (let asked = 0; asked < 7; asked++) decisions.push(await decision('trial'));
		expect(decisions.filter((made) => made === 'allow').length).toBeLessThanOrEqual(6);
		expect(decisions.at(-1)).toBe('reject');
		await runAway('trial');
		expect(await breaker('trial')).toMatchObject({ state: 'open', incidentId });
		expect(await incident('trial')).toMatchObject({ incidentId, closedAt: null, openings: 2 });
	});

	it('closes at once what a person says is fine, and what a person had blocked', async () => {
		await runAway('full');
		expect((await api.post('/v1/tenants/full/unblock', { full: true })).body['breaker']).toEqual({
			state: 'closed',
		});
		await api.post('/v1/tenants/full/block');
		expect((await api.post('/v1/tenants/full/unblock')).body['breaker']).toEqual({
			state: 'closed',
		});
	});

	it('leaves at vendors what was done there, unless it is asked to undo it too', async () => {
		await setPolicy('vendors', [BLOCK, PAUSE]);
		await runAway('vendors');
		await doAs(await orderFor('vendors'), 'applied', { restore: { was: 'null' } });
		await api.post('/v1/tenants/vendors/unblock');
		expect(await actionAt('vendors', 'stripe')).toMatchObject({ state: 'done' });

		await runAway('vendors');
		// A person's hold is no other incident.
		await api.post('/v1/tenants/vendors/block');
		await api.post('/v1/tenants/vendors/unblock', { undo: true });
		const order = await orderFor('vendors', 2);
		expect(order).toMatchObject({ direction: 'undo', sequence: 2, restore: { was: 'null' } });
		await doAs(order);
		expect(await actionAt('vendors', 'stripe')).toMatchObject({ state: 'undone' });
	});
});
