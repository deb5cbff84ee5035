import { Webhook } from 'standardwebhooks';
import { startTestService, type Api } from '../support/service.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhookReceiver.ts';

let api: Api;
let receiver: WebhookReceiver;
beforeAll(async () => {
	api = await startTestService();
	receiver = await startWebhookReceiver();
});
afterAll(async () => {
	await api.service.close();
	await receiver.close();
});
beforeEach(() => {
	receiver.received.length = 0;
});

const oneAtATime = (tenantId: string, given: object = {}) =>
	api.post('/v1/limits', { tenantId, scope: 'tenant', unit: 'concurrency', capacity: 1, ...given });
const ask = async (tenantId: string, given: object = {}) =>
	(await api.post('/v1/reservations', { tenantId, microCents: 10, ...given })).body;
const park = (tenantId: string, given: object = {}) =>
	ask(tenantId, { resumeUrl: `${receiver.url}/secret-of-this-execution`, ...given });
const release = ({ reservationId }: Record<string, unknown>) =>
	api.post(`/v1/reservations/${String(reservationId)}/release`);

describe('a call over its limit', () => {
	it('waits with a resume URL, and is told when there is room, signed, with its hold', async () => {
		await oneAtATime('patient');
		const first = await ask('patient');
		const queued = await park('patient', { lane: 'interactive' });
		expect(queued).toMatchObject({
			decision: 'queue',
			lane: 'interactive',
			reasons: [{ code: 'limitExceeded', unit: 'concurrency' }],
		});

		await release(first);
		const [message] = await receiver.waitFor(1);
		const { body: secret } = await api.get('/v1/queue/signing-secret');
		const told = new Webhook(String(secret['secret'])).verify(message?.body ?? '', {
			'webhook-id': String(message?.headers['webhook-id']),
			'webhook-timestamp': String(message?.headers['webhook-timestamp']),
			'webhook-signature': String(message?.headers['webhook-signature']),
		}) as { data: Record<string, unknown> };
		expect(told.data).toMatchObject({
			decision: 'allow',
			queueId: queued['queueId'],
			heldMicroCents: 10,
		});
		expect(await ask('patient')).toMatchObject({ decision: 'reject' });
		expect((await release(told.data)).body).toMatchObject({ outcome: 'released' });
	});

	it('is told a rejection at its deadline', async () => {
		await oneAtATime('late');
		await ask('late');
		await park('late', { deadlineSeconds: 1 });
		const [message] = await receiver.waitFor(1);

		expect(JSON.parse(message?.body ?? '{}')).toMatchObject({
			data: { decision: 'reject', reasons: [{ code: 'deadlineExceeded' }] },
		});
	});

	it('is refused without one, and when its limit does not let it wait', async () => {
		await oneAtATime('strict', { whenOver: 'reject' });
		await ask('strict');

		expect(await ask('strict')).toMatchObject({ decision: 'reject' });
		expect(await park('strict')).toMatchObject({ decision: 'reject' });
	});

	it('is refused when it would never fit', async () => {
		const budget = { scope: 'tenant', unit: 'microCents', window: 'day', capacity: 5 };
		await api.post('/v1/limits', { tenantId: 'small', ...budget });

		expect(await park('small')).toMatchObject({ decision: 'reject', retryAfterMs: null });
	});

	it('does not wait behind a breaker', async () => {
		await api.post('/v1/tenants/blocked/block', { reason: 'by hand' });

		expect(await park('blocked')).toMatchObject({
			decision: 'reject',
			reasons: [{ code: 'breakerOpen' }],
		});
	});
});
