import { CHANNELS } from '../../core/alerting/notification.ts';
import { poll } from '../e2e/harness/poll.ts';
import { startChannelWorkflow, type ChannelWorkflow } from '../support/channelWorkflow.ts';
import { usageEvent } from '../support/rows.ts';
import { startTestService, type Api } from '../support/service.ts';

type Row = Record<string, unknown>;

const MINUTE = 60_000;
const ELEVEN_DOLLARS = 1_100_000_000;
const EVENTS = CHANNELS.map((channel) => `notification.${channel}`);
let now = Date.UTC(2026, 9, 14, 12);
let api: Api;
let n8n: ChannelWorkflow;
beforeAll(async () => {
	api = await startTestService({}, { now: () => now });
	n8n = await startChannelWorkflow('n8n', async (path, body) => (await api.post(path, body)).body);
	await api.post('/v1/webhooks', { url: n8n.url, events: EVENTS });
});
afterAll(async () => {
	await n8n.close();
	await api.service.close();
});

const rows = async (path: string, key?: string) =>
	(await api.send('GET', path, undefined, key === undefined ? {} : { key }))
		.body as unknown as Row[];
/** Cuts a tenant off; its incident and the messages about it. */
async function runaway(tenantId: string): Promise<{ incidentId: string }> {
	const data = { costMicroCents: ELEVEN_DOLLARS };
	const time = new Date(now).toISOString();
	await api.post('/v1/usage', usageEvent({ id: tenantId, subject: tenantId, time, data }));
	const [incident] = await rows(`/v1/incidents?tenantId=${tenantId}`);

	return { incidentId: String(incident?.['incidentId']) };
}
const postsOf = (tenantId: string, count: number) =>
	poll({ what: `${count} posts of ${tenantId}`, timeoutMs: 15_000 }, async () => {
		const posts = n8n.posts.filter((post) => post.tenantId === tenantId);
		return posts.length >= count ? posts : undefined;
	});
/** A model without a price: an alert of warning about costs. */
const priceUnknown = (model: string) =>
	api.post('/v1/usage', usageEvent({ id: model, data: { provider: 'groq', model } }));

describe('an incident', () => {
	it('is told whoever is on call, with buttons, and the same bytes everywhere', async () => {
		const { incidentId } = await runaway('acme');
		const posts = await postsOf('acme', 2);

		expect(posts.map(({ channel }) => channel).sort()).toEqual(['slack', 'telegram']);
		expect(posts[0]?.alertText).toBe(posts[1]?.alertText);
		expect(posts[0]?.alertText).toMatch(
			/^\{"alert_level":"TIER_1_CRITICAL","tenant_id":"acme","spend_velocity_per_min":11.00,/,
		);
		const { buttons = [] } = posts[0] ?? {};
		expect(buttons.at(0)).toEqual({ label: 'Acknowledge', data: `ack:${incidentId}` });
		expect(buttons.at(-1)).toEqual({ label: 'Undo', data: `undo:${incidentId}` });
		for (const { data } of buttons) expect(Buffer.byteLength(data)).toBeLessThanOrEqual(64);
	});

	it('200: is acknowledged once; 404: not by a key of another tenant; 409: not when it is over', async () => {
		const { incidentId } = await runaway('taken');
		await postsOf('taken', 2);
		const path = `/v1/incidents/${incidentId}/acknowledge`;
		const other = await api.makeKey('operate', 'other');
		expect((await api.post(path, { name: 'Eve' }, { key: other })).status).toBe(404);

		expect(await api.post(path, { name: 'Ada', actor: 'telegram:1 Ada' })).toMatchObject({
			status: 200,
			body: { incidentId, outcome: 'acknowledged', acknowledgedBy: 'Ada' },
		});
		expect((await api.post(path)).body).toMatchObject({
			outcome: 'already',
			acknowledgedBy: 'Ada',
		});
		const posts = await postsOf('taken', 4);
		expect(posts.slice(2)).toMatchObject([
			{ kind: 'acknowledged', note: 'Acknowledged by Ada at 12:00 UTC' },
			{ kind: 'acknowledged', posted: expect.anything() },
		]);
		await api.post('/v1/tenants/taken/unblock', { full: true });
		expect((await postsOf('taken', 6)).slice(4)).toMatchObject([
			{ kind: 'resolved', buttons: [] },
			{ kind: 'resolved' },
		]);
		expect((await api.post(path)).status).toBe(409);
		const { body } = await api.get(`/v1/audit?incidentId=${incidentId}`);
		expect(JSON.stringify(body)).toContain('for telegram:1 Ada');
	});
});

describe('an alert', () => {
	it('goes where the routing says; 422 names what is never reached', async () => {
		const put = (routes: object[]) => api.send('PUT', '/v1/alert-routing', { routes });
		expect((await api.get('/v1/alert-routing')).body).toMatchObject({
			...{ routes: [], otherwise: { down: ['pagerduty', 'telegram', 'slack'] } },
		});
		expect(await put([{ channels: ['slack'] }, { rules: ['x'], channels: [] }])).toMatchObject({
			...{ status: 422, body: { errors: [{ pointer: '/routes/1' }] } },
		});
		expect((await put([{ channels: ['fax'] }])).status).toBe(422);
		const tenantKey = await api.makeKey('operate', 'acme');
		expect((await api.send('PUT', '/v1/alert-routing', { routes: [] }, { key: tenantKey })).status).toBe(403); // prettier-ignore

		await priceUnknown('routed by default');
		await put([{ rules: ['price.unknown'], channels: ['pagerduty'] }]);
		await priceUnknown('routed elsewhere');
		await api.send('DELETE', '/v1/alert-routing');
		const posts = await postsOf('llm-fuse', 3);
		expect(posts.map(({ channel, rule }) => [rule, channel]).sort()).toEqual([
			['price.unknown', 'email'],
			['price.unknown', 'pagerduty'],
			['price.unknown', 'slack'],
		]);
	});

	it('of a muted rule is kept and told to nobody; the opening of a breaker is never muted', async () => {
		const told = n8n.posts.length;
		const body = { rule: 'price.unknown', duration: '1h' };
		expect((await api.post('/v1/mutes', body)).body).toMatchObject({
			...{ rule: 'price.unknown', tenantId: null, until: '2026-10-14T13:00:00.000Z' },
		});
		await api.post('/v1/mutes', { rule: 'spendCap', duration: '1h' });
		await priceUnknown('muted');
		const untold = (await rows('/v1/alerts')).filter(({ notifiedAt }) => notifiedAt === null);
		expect(untold).toMatchObject([{ rule: 'price.unknown', evidence: { model: 'muted' } }]);
		expect((await api.get('/metrics')).body['text']).toMatch(
			/llm_fuse_alerts_muted_total\{rule="price.unknown"\} 1/,
		);
		await runaway('not muted');
		await postsOf('not muted', 2);

		expect(n8n.posts).toHaveLength(told + 2);
		expect(await rows('/v1/mutes')).toHaveLength(2);
		expect((await api.send('DELETE', '/v1/mutes/price.unknown')).status).toBe(204);
		expect((await api.send('DELETE', '/v1/mutes/price.unknown')).status).toBe(404);
		expect((await api.send('DELETE', '/v1/mutes/spendCap')).status).toBe(204);
	});

	it('is listed page by page with its state, and acknowledged by its id', async () => {
		const [first] = await rows('/v1/alerts?limit=1');
		const alertId = String(first?.['alertId']);
		const after = await rows(`/v1/alerts?limit=1&after=${alertId}`);
		expect(after[0]?.['alertId']).not.toBe(alertId);
		expect(alertId).toMatch(/^alr_[0-9a-f]{20}$/);

		expect((await api.post(`/v1/alerts/${alertId}/acknowledge`)).status).toBe(200);
		expect(await rows('/v1/alerts?state=acknowledged')).toMatchObject([
			{ alertId, acknowledgedBy: expect.stringMatching(/^key_/) },
		]);
	});
});

describe('/v1/notifications', () => {
	it('200: a claim is granted to one, a report is taken once; a tenant sees its own', async () => {
		const [sent] = await rows('/v1/notifications?state=sent&tenantId=acme');
		const id = String(sent?.['notificationId']);
		const claim = await api.post(`/v1/notifications/${id}/claim`, { attempt: 1 });
		expect(claim.body).toEqual({ granted: false, reason: 'notRequested' });
		const report = { attempt: 1, outcome: 'sent', external: { ts: 'again' } };
		expect((await api.post(`/v1/notifications/${id}/report`, report)).body).toEqual({
			...{ notificationId: id, state: 'sent', accepted: false },
		});
		expect((await api.post(`/v1/notifications/${id}/report`, { ...report, attempt: 2 })).status).toBe(409); // prettier-ignore
		expect((await api.post(`/v1/notifications/${id}/retry`)).status).toBe(409);

		const key = await api.makeKey('operate', 'other');
		const foreign = await api.post(`/v1/notifications/${id}/claim`, { attempt: 1 }, { key });
		expect(foreign.status).toBe(404);
		expect(await rows('/v1/notifications', key)).toEqual([]);
		expect((await api.send('GET', '/v1/notifications?tenantId=acme', undefined, { key })).status).toBe(403); // prettier-ignore
	});

	it('one that is refused for good is a dead letter, told through the other channels, once', async () => {
		n8n.refusals.push({ http: { status: 401 }, error: 'invalid_auth' });
		n8n.refusals.push({ http: { status: 403 } });
		const { incidentId } = await runaway('untold');
		const dead = await poll({ what: 'dead letters', timeoutMs: 10_000 }, async () => {
			const { body } = await api.get('/v1/dead-letters?kind=notification&tenantId=untold');
			const found = body['notifications'] as Row[];
			return found.length === 2 ? found : undefined;
		});
		expect(dead).toMatchObject([{ state: 'failed', subjectId: incidentId }, { attempt: 1 }]);
		const told = await poll({ what: 'word of it', timeoutMs: 15_000 }, async () => {
			const found = n8n.posts.filter(({ rule }) => rule === 'notification.failed');
			return found.length > 1 ? found : undefined;
		});
		// What Slack refused is told through Telegram, and the other way round.
		expect(told.map(({ channel }) => channel).sort()).toEqual(['slack', 'telegram']);

		const ids = dead.map((one) => String(one['notificationId']));
		const [first = '', second = ''] = ids;
		expect((await api.post(`/v1/dead-letters/${first}/retry`)).body).toEqual({
			...{ id: first, kind: 'notification', retried: true },
		});
		expect((await api.post(`/v1/notifications/${second}/retry`)).status).toBe(204);
		await postsOf('untold', 2);
		expect((await api.post(`/v1/dead-letters/${first}/retry`)).status).toBe(409);
	});
});

describe('/v1/dead-letters', () => {
	it('has deliveries that were given up: retried, deleted, and of one’s own tenant only', async () => {
		const gone = { url: 'http://127.0.0.1:9/', events: ['notification.email'], tenantId: 'gone' };
		await api.post('/v1/webhooks', gone);
		for (const kind of ['delivery', 'action', 'notification', 'call']) {
			const { status, body } = await api.get(`/v1/dead-letters?kind=${kind}&limit=1`);
			expect({ status, next: body['nextCursor'] }).toEqual({ status: 200, next: null });
		}
		expect((await api.get('/v1/dead-letters?kind=letter')).status).toBe(422);
		for (const id of ['msg_none', 'act_none', 'ntf_none', 'que_none']) {
			expect((await api.post(`/v1/dead-letters/${id}/retry`)).status).toBe(404);
			expect((await api.send('DELETE', `/v1/dead-letters/${id}`)).status).toBe(404);
		}
	});
});

it('an alert nobody sees any more ends by itself, and is over after 15 minutes', async () => {
	now += 20 * MINUTE;
	await poll({ what: 'all alerts to end', timeoutMs: 15_000 }, async () =>
		(await rows('/v1/alerts?state=firing')).length === 0 ? true : undefined,
	);
});
