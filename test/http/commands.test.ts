import { createHmac } from 'node:crypto';
import { startTestService, type Api } from '../support/service.ts';
import { usageEvent } from '../support/rows.ts';

const SECRET = '8f742231b10e8888abcd99yyyzzz85a5';
const USD = 100_000_000;
const ADA = { id: '5550123', name: 'Ada' };

let now = Date.UTC(2026, 9, 14, 12);
let api: Api;
let lastCommand = 0;
beforeAll(async () => {
	api = await startTestService(
		{
			FUSE_SLACK_SIGNING_SECRET: SECRET,
			FUSE_SLACK_USERS: 'U1, W2',
			FUSE_TENANT_USD_PER_DAY: '100',
		},
		{ now: () => now },
	);
	await spend('acme', 2);
});
afterAll(() => api.service.close());
beforeEach(() => {
	now += 1000;
});

async function spend(tenantId: string, usd: number) {
	const { data, ...event } = usageEvent({ subject: tenantId, time: new Date(now).toISOString() });
	const costMicroCents = usd * USD;
	const sent = await api.post('/v1/usage', {
		...{ ...event, id: `e${now}${tenantId}` },
		data: { ...data, costMicroCents },
	});
	expect(sent.status).toBe(202);
}

type Said = { text: string } | { button: string };

async function order(said: Said, more: { commandId?: string; key?: string } = {}) {
	const { commandId = `telegram:${++lastCommand}`, key } = more;
	const body = { channel: 'telegram', commandId, actor: ADA, ...said };
	return api.post('/v1/commands', body, key ? { key } : {});
}

async function say(text: string, more: { commandId?: string; key?: string } = {}) {
	const { status, body } = await order({ text }, more);
	expect(status).toBe(200);
	return (body['reply'] as { text: string }).text;
}

const audited = async (action: string) => {
	const { body } = await api.get(`/v1/audit?action=${action}`);
	return body['entries'] as { actor: string; tenantId: string; detail: Record<string, unknown> }[];
};

const newIncident = async (tenantId: string) => {
	await spend(tenantId, 12);
	const { body } = await api.get(`/v1/incidents?tenantId=${tenantId}`);
	return (body as unknown as { incidentId: string }[])[0]?.incidentId ?? '';
};

describe('POST /v1/commands', () => {
	it('200: what a tenant spent', async () => {
		expect(await say('/spend acme')).toMatch(
			/^acme spent 2\.00 USD in the last 1h\.\n1 call, .* tokens/,
		);
		expect(await say('/spend acme 1m')).toMatch(/^acme spent/);
		expect(await say('/spend acmee')).toBe('Nothing was ever recorded of acmee. Known: acme.');
	});

	it('200: who spent most', async () => {
		expect(await say('/top')).toMatch(
			/^2\.00 USD in the last 1h, most by:\n1\. acme: 2\.00 USD, 1 call$/,
		);
	});

	it('200: what is left of the limits', async () => {
		expect(await say('/limits acme')).toMatch(
			/^acme has 1 limit\.\n\S+: 2\.00 USD of 100\.00 USD per day, 2 %$/,
		);
	});

	it('200: blocks for a while and lets go, as who sent it', async () => {
		const blocked = await say('/block@FuseBot acme 1h');
		const state = await api.get('/v1/tenants/acme/state');

		expect(blocked).toMatch(
			/^acme is blocked until 13:\d\d UTC, by Ada\.\nEvery call of it is refused\./,
		);
		expect(state.body['breaker']).toMatchObject({ state: 'isolated', reason: 'by Ada' });
		expect(await audited('breaker.isolated')).toMatchObject([{ actor: 'telegram:5550123' }]);
		expect(await say('/unblock acme')).toBe('acme may call again, by Ada.');
		expect(await say('/unblock acme')).toBe('acme is not blocked; nothing was changed.');
	});

	it('200: blocks also who never called, and says that nobody knows them', async () => {
		expect(await say('/block acne 1m')).toContain(
			'Nothing was ever recorded of acne. Known: acme.',
		);
		expect(await say('/unblock acne')).toBe('acne may call again, by Ada.');
	});

	it('200: shows an incident by the beginning of its id, and half-opens its tenant', async () => {
		const id = await newIncident('runaway');
		const { body } = await order({ text: `/incident ${id.slice(4, 12)}` });
		const { text, entities, buttons, html } = body['reply'] as {
			text: string;
			html: string;
			entities: { offset: number; length: number }[];
			buttons: { data: string }[][];
		};
		const [{ offset, length } = { offset: 0, length: 0 }] = entities;

		expect(text).toMatch(
			new RegExp(`^Incident ${id.slice(0, 12)} of runaway: open\\.\nspendCap, critical`),
		);
		expect(JSON.parse(text.slice(offset, offset + length))).toMatchObject({ tenant_id: 'runaway' });
		expect(html).toContain('<pre>{"alert_level":');
		expect(buttons.flat().map(({ data }) => data)).toContain(`ack:${id}`);
		expect(await say('/status')).toContain('runaway is blocked since');
		expect(await say('/unblock runaway')).toMatch(
			/^runaway is half-open, by Ada\.\nIts calls pass again/,
		);
		expect(await say('/status')).toContain('runaway is half-open until');
	});

	it('200: acknowledges once, and says who did before', async () => {
		const id = await newIncident('noisy');

		expect(await say(`/ack ${id}`)).toBe(`Incident ${id.slice(0, 12)} is acknowledged by Ada.`);
		expect(await say(`/ack ${id}`)).toBe(
			`Incident ${id.slice(0, 12)} was acknowledged before, by Ada.`,
		);
		expect(await say('/ack inc_000000')).toBe('There is nothing with the id inc_000000.\n/ack ID');
	});

	it('200: mutes a rule there is', async () => {
		expect(await say('/mute spikeratio 1h')).toMatch(
			/^No messages of spikeRatio until 13:\d\d UTC, by Ada\./,
		);
		expect(await say('/mute spikes 1h')).toMatch(/^There is no rule spikes\. Rules: spendCap, /);
	});

	it('200: undoes what the service did about an incident', async () => {
		const id = await newIncident('undone');

		expect(await say(`/undo ${id.slice(4, 16)}`)).toMatch(
			/^Undone by Ada: what inc_\w{8} changed is put back\./,
		);
		expect((await api.get('/v1/tenants/undone/state')).body['breaker']).not.toMatchObject({
			state: 'open',
		});
	});

	it('200: what is wrong is answered with the usage, and audited', async () => {
		expect(await say('/block')).toBe('Say which tenant.\n/block TENANT [1h]');
		expect(await say('/nonsense')).toMatch(/^There is no command “\/nonsense”\.\n\/status – /);
		expect(await say('/help')).toContain('/approve ID – ');
		expect(await audited('command.block')).toContainEqual(
			expect.objectContaining({
				actor: 'telegram:5550123',
				detail: expect.objectContaining({
					...{ said: '/block', outcome: 'notUnderstood', actorName: 'Ada', channel: 'telegram' },
				}),
			}),
		);
	});

	it('200: the same command again is answered the same, and nothing is done', async () => {
		const commandId = 'telegram:again';
		const first = await order({ text: '/block acme 1h' }, { commandId });
		await say('/unblock acme');
		const again = await order({ text: '/block acme 1h' }, { commandId });

		expect(again.body).toEqual({ ...first.body, duplicate: true });
		expect(first.body['duplicate']).toBe(false);
		expect((await api.get('/v1/tenants/acme/state')).body['breaker']).toMatchObject({
			state: 'closed',
		});
	});

	it('200: a button orders what it carries', async () => {
		const id = await newIncident('pressed');
		const { body } = await order({ button: `ack:${id}` });

		expect(body).toMatchObject({ notice: `Incident ${id.slice(0, 12)} is acknowledged by Ada.` });
		expect((await order({ button: 'launch' })).body['notice']).toMatch(/^No button says/);
	});

	it('200: a key bound to a tenant sees and touches its own only', async () => {
		const key = await api.makeKey('operate', 'acme');
		const id = await newIncident('other');

		expect(await say('/block other', { key })).toBe('This chat acts for another tenant.');
		expect(await say(`/ack ${id}`, { key })).toContain('There is nothing with the id');
		expect(await say('/top', { key })).toMatch(/^2\.00 USD in the last 1h, most by:\n1\. acme: /);
		expect(await say('/status', { key })).not.toContain('other');
		expect(await say('/block acme 1m', { key, commandId: 'telegram:1' })).toContain(
			'acme is blocked',
		);
		expect((await api.get('/v1/tenants/other/state')).body['breaker']).toMatchObject({
			state: 'open',
		});
	});

	it.each([
		['neither text nor button', { text: undefined }],
		['both', { button: 'ack:inc_1' }],
		['another channel', { channel: 'sms' }],
		['no id', { commandId: '' }],
		['nobody', { actor: undefined }],
	])('422: %s', async (_what, wrong) => {
		const body = { channel: 'telegram', commandId: 'c', actor: ADA, text: '/help', ...wrong };

		expect((await api.post('/v1/commands', body)).status).toBe(422);
	});

	it('403: not with a key that may only read', async () => {
		expect((await order({ text: '/help' }, { key: await api.makeKey('read') })).status).toBe(403);
	});
});

describe('POST /v1/slack/interactions', () => {
	const bodyOf = (userId: string, value: string) => {
		const payload = {
			...{ type: 'block_actions', user: { id: userId, username: 'ada' }, channel: { id: 'C1' } },
			message: { ts: '1.2', text: 'alert', blocks: [] },
			actions: [{ value }],
		};
		return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
	};
	const send = (body: string, secret = SECRET) => {
		const timestamp = String(Math.floor(now / 1000));
		const mac = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
		return api.post('/v1/slack/interactions', { body, timestamp, signature: `v0=${mac}` });
	};

	it('200: carries out what was pressed by who may, once', async () => {
		const id = await newIncident('slack');
		const pressed = bodyOf('W2', `ack:${id}`);
		const first = await send(pressed);

		expect(first).toMatchObject({
			status: 200,
			body: {
				...{ method: 'chat.update', duplicate: false },
				message: { channel: 'C1', ts: '1.2', text: 'alert' },
			},
		});
		expect(JSON.stringify(first.body)).toContain('is acknowledged by ada.');
		expect(await send(pressed)).toMatchObject({ status: 200, body: { duplicate: true } });
		expect(await audited('command.ack')).toContainEqual(
			expect.objectContaining({ actor: 'slack:W2' }),
		);
	});

	it('200: a word to who may not, audited', async () => {
		const id = await newIncident('stranger');
		const { body } = await send(bodyOf('U9', `ack:${id}`));

		expect(body).toMatchObject({ method: 'chat.postEphemeral', message: { user: 'U9' } });
		expect(await audited('command.refused')).toMatchObject([
			{ actor: 'slack:U9', detail: { outcome: 'notAllowed', said: `ack:${id}` } },
		]);
		expect(await say(`/ack ${id}`)).toContain('is acknowledged by Ada');
	});

	it('401: what Slack did not sign, audited once a minute', async () => {
		const before = (await audited('command.refused')).length;
		const pressed = bodyOf('U1', 'ack:inc_1');

		expect(await send(pressed, 'a guess')).toMatchObject({
			status: 401,
			body: {
				detail: 'Slack did not sign this: the signature is not of these bytes and our secret.',
			},
		});
		await send(pressed, 'a guess');
		expect(await audited('command.refused')).toHaveLength(before + 1);
		now += 60_000;
		await send(pressed, 'a guess');
		expect((await audited('command.refused'))[0]?.detail).toMatchObject({ times: 2 });
	});

	it('422: what is signed and no press', async () => {
		expect((await send('payload=%7B%7D')).status).toBe(422);
	});

	it('409: a service that was given no secret', async () => {
		const other = await startTestService();
		const body = { body: '', timestamp: '1', signature: 'v0=' };
		const { status } = await other.post('/v1/slack/interactions', body);
		await other.service.close();

		expect(status).toBe(409);
	});
});
