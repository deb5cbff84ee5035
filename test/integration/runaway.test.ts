import { Webhook } from 'standardwebhooks';
import { usageEvent } from '../support/rows.ts';
import { startTestService, type Api } from '../support/service.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhookReceiver.ts';

let api: Api;
let receiver: WebhookReceiver;
let secret: string;
beforeAll(async () => {
	api = await startTestService();
	receiver = await startWebhookReceiver();
	const events = ['breaker.opened', 'breaker.closed', 'spend.anomaly.detected'];
	const { body } = await api.post('/v1/webhooks', { url: receiver.url, events });
	secret = String(body['secret']);
});
afterAll(async () => {
	await api.service.close();
	await receiver.close();
});
beforeEach(() => {
	receiver.received.length = 0;
});

const ELEVEN_DOLLARS = 1_100_000_000;
const runAway = (subject: string) =>
	api.post('/v1/usage', usageEvent({ subject, data: { costMicroCents: ELEVEN_DOLLARS } }));
const ask = async (tenantId: string) => (await api.post('/v1/reservations', { tenantId })).body;

describe('a runaway', () => {
	it('is refused from the answer to its breaching event on, and nobody else is', async () => {
		await runAway('runner');

		expect(await ask('runner')).toMatchObject({
			decision: 'reject',
			reasons: [{ code: 'breakerOpen' }],
		});
		expect(await ask('neighbour')).toMatchObject({ decision: 'allow' });
	});

	it('is told to subscribers once, signed, with the alert byte for byte', async () => {
		await runAway('org_98765_alpha');
		await runAway('org_98765_alpha');
		const [message] = await receiver.waitFor(1);
		const headers = Object.fromEntries(
			['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => [
				name,
				String(message?.headers[name]),
			]),
		);
		const verified = new Webhook(secret).verify(message?.body ?? '', headers) as {
			type: string;
			data: { incidentId: string; alertText: string; alert: object };
		};
		const incident = await api.get(`/v1/incidents/${verified.data.incidentId}`);

		expect(verified.type).toBe('breaker.opened');
		expect(verified.data.alertText).toMatch(
			/^\{"alert_level":"TIER_1_CRITICAL","tenant_id":"org_98765_alpha","spend_velocity_per_min":11\.00,"faulty_endpoint":"api\.openai\.com\/v1\/chat\/completions","circuit_breaker_fired":true,"timestamp":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"\}$/,
		);
		expect(incident.body['alertText']).toBe(verified.data.alertText);
		expect(verified.data.alert).toEqual(JSON.parse(verified.data.alertText));
		expect(receiver.received).toHaveLength(1);
	});

	it('is let go by an operator, which ends the incident and is told too', async () => {
		await runAway('let-go');
		await api.post('/v1/tenants/let-go/unblock', { full: true });
		const messages = await receiver.waitFor(2);

		expect(messages.map(({ body }) => (JSON.parse(body) as { type: string }).type).sort()).toEqual([
			'breaker.closed',
			'breaker.opened',
		]);
		const { body } = await api.get('/v1/incidents?tenantId=let-go');
		expect(body).toMatchObject([{ closedAt: expect.any(String) }]);
	});

	it('that was let go is not tripped again by what it had spent before', async () => {
		await runAway('forgiven');
		await api.post('/v1/tenants/forgiven/unblock');
		await api.post('/v1/usage', usageEvent({ subject: 'forgiven' }));

		expect(await ask('forgiven')).toMatchObject({ decision: 'allow' });
		await runAway('forgiven');
		expect(await ask('forgiven')).toMatchObject({ decision: 'reject' });
		await receiver.waitFor(2);
	});

	it('is caught as well when its calls are reported a few minutes late', async () => {
		const time = new Date(Date.now() - 5 * 60_000).toISOString();
		await api.post(
			'/v1/usage',
			usageEvent({ subject: 'late', time, data: { costMicroCents: ELEVEN_DOLLARS } }),
		);

		expect(await ask('late')).toMatchObject({ decision: 'reject' });
	});

	it('inside a batch is seen, also when the newest call of the batch is harmless', async () => {
		const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
		const burst = Array.from({ length: 12 }, () =>
			usageEvent({ subject: 'burst', time: minutesAgo(5), data: { costMicroCents: 100_000_000 } }),
		);
		await api.post('/v1/usage', [...burst, usageEvent({ subject: 'burst', time: minutesAgo(0) })]);

		expect(await ask('burst')).toMatchObject({ decision: 'reject' });
	});

	it('that is blocked for a while by hand stays blocked when the while is over', async () => {
		await runAway('short-block');
		await api.post('/v1/tenants/short-block/block', { duration: '1s' });
		await new Promise((resolve) => setTimeout(resolve, 1100));

		expect(await ask('short-block')).toMatchObject({ decision: 'reject' });
	});

	it('under way many times at once is one incident', async () => {
		await Promise.all(Array.from({ length: 20 }, () => runAway('many')));

		expect((await api.get('/v1/incidents?tenantId=many')).body).toHaveLength(1);
	});

	it('of last week is booked and not acted on', async () => {
		const time = new Date(Date.now() - 7 * 86_400_000).toISOString();
		await api.post(
			'/v1/usage',
			usageEvent({ subject: 'old', time, data: { costMicroCents: ELEVEN_DOLLARS } }),
		);

		expect(await ask('old')).toMatchObject({ decision: 'allow' });
		expect((await api.get('/v1/tenants/old/spend?window=8d')).body).toMatchObject({
			microCents: ELEVEN_DOLLARS,
		});
	});

	it('takes reports of what was done about it, each step once', async () => {
		await runAway('reported');
		const { body } = await api.get('/v1/incidents?tenantId=reported');
		const [incident] = body as unknown as { incidentId: string }[];
		const path = `/v1/incidents/${incident?.incidentId ?? ''}/actions`;
		const step = { action: 'revokeKey', vendor: 'postgres', targetId: 'key_1', outcome: 'applied' };

		expect((await api.post(path, step)).status).toBe(201);
		expect((await api.post(path, { ...step, outcome: 'already' })).status).toBe(200);
		expect(
			(await api.get(`/v1/incidents/${incident?.incidentId ?? ''}`)).body['actions'],
		).toMatchObject([{ vendor: 'llm-fuse' }, { vendor: 'postgres', outcome: 'already' }]);
	});
});

describe('delivery', () => {
	it('is tried again with the same id until the receiver takes it', async () => {
		receiver.answers.push(500, 503);
		await runAway('retried');
		const messages = await receiver.waitFor(3);

		expect(new Set(messages.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
		expect(new Set(messages.map(({ body }) => body)).size).toBe(1);
	}, 15_000);

	it('stops when the receiver is gone for good', async () => {
		receiver.answers.push(410);
		await runAway('gone');
		await receiver.waitFor(1);
		await new Promise((resolve) => setTimeout(resolve, 1500));

		expect(receiver.received).toHaveLength(1);
	});
});
