import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { usageEvent } from '../support/rows.ts';
import { startTestService, type Api } from '../support/service.ts';
import { startWebhookReceiver } from '../support/webhookReceiver.ts';

let dataDir: string;
beforeEach(async () => {
	dataDir = await mkdtemp(join(tmpdir(), 'llm-fuse-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

const start = () => startTestService({ FUSE_DATA_DIR: dataDir, FUSE_TENANT_USD_PER_DAY: '1' });
const decision = async (api: Api, tenantId: string, microCents = 0) =>
	(await api.post('/v1/reservations', { tenantId, microCents })).body['decision'];

describe('after a restart', () => {
	it('an open breaker is open, a manual block holds, and spend counts against its budget', async () => {
		const first = await start();
		await first.post(
			'/v1/usage',
			usageEvent({ subject: 'runner', data: { costMicroCents: 1_100_000_000 } }),
		);
		await first.post('/v1/tenants/held/block');
		await first.post(
			'/v1/usage',
			usageEvent({ subject: 'spender', data: { costMicroCents: 60_000_000 } }),
		);
		await first.service.close();

		const second = await start();
		expect(await decision(second, 'runner')).toBe('reject');
		expect(await decision(second, 'held')).toBe('reject');
		expect(await decision(second, 'spender', 50_000_000)).toBe('reject');
		expect(await decision(second, 'spender', 30_000_000)).toBe('allow');
		await second.service.close();
	}, 30_000);

	it('a message that was not delivered is delivered', async () => {
		const receiver = await startWebhookReceiver();
		const first = await start();
		await first.post('/v1/webhooks', { url: receiver.url, events: ['breaker.opened'] });
		receiver.answers.push(503);
		await first.post('/v1/usage', usageEvent({ data: { costMicroCents: 1_100_000_000 } }));
		await receiver.waitFor(1);
		await first.service.close();

		const second = await start();
		const messages = await receiver.waitFor(2);
		expect(messages[1]?.body).toBe(messages[0]?.body);
		await second.service.close();
		await receiver.close();
	}, 30_000);

	it('every event answered 202 is there once, also those under way when the service was told to stop', async () => {
		const first = await start();
		const answers = Array.from({ length: 100 }, (_, index) =>
			first.post('/v1/usage', usageEvent({ subject: 'busy', id: `busy-${index}` })).then(
				({ status }) => status === 202,
				() => false,
			),
		);
		await Promise.race(answers);
		await first.service.close();
		const accepted = (await Promise.all(answers)).filter(Boolean).length;

		const second = await start();
		const { body } = await second.get('/v1/tenants/busy/spend');
		expect(accepted).toBeGreaterThan(0);
		expect(body['requests']).toBe(accepted);
		await second.service.close();
	}, 30_000);
});
