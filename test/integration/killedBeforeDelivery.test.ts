import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startChild, type ChildProcess } from '../../bench/childProcess.ts';
import { usageEvent } from '../support/rows.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhookReceiver.ts';

type Row = Record<string, unknown>;

const MAIN = join(import.meta.dirname, '../../anomaly-service/src/main.ts');
const KEY = 'fuse_test-admin-key-of-at-least-32-characters';
const ELEVEN_DOLLARS = 1_100_000_000;
const CUSTOMER = { stripeCustomer: 'cus_1' };
const EVENTS = ['breaker.opened', 'action.requested'];
const STEPS = [
	{
		...{ action: 'block', vendor: 'llm-fuse', targetId: '{tenantId}' },
		severities: ['critical'],
	},
	{
		...{ action: 'pauseCollection', vendor: 'stripe', targetId: '{stripeCustomer}' },
		severities: ['critical'],
	},
];

describe('a service that is killed between a block and its delivery', () => {
	let dataDir: string;
	let receiver: WebhookReceiver;
	let service: ChildProcess;
	const start = async () => {
		service = await startChild(MAIN, {
			env: {
				...{ FUSE_PORT: '0', FUSE_LOG_LEVEL: 'silent', FUSE_ADMIN_KEY: KEY },
				FUSE_SIGNING_KEY: 'test-signing-key-of-at-least-32-characters',
				FUSE_DATA_DIR: dataDir,
			},
		});
	};
	const ask = async (method: string, path: string, body?: unknown): Promise<Row> => {
		const response = await fetch(service.url + path, {
			method,
			headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
		});
		if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
		return (await response.json()) as Row;
	};
	beforeEach(async () => {
		dataDir = await mkdtemp(join(tmpdir(), 'llm-fuse-killed-'));
		receiver = await startWebhookReceiver();
		await start();
	});
	afterEach(async () => {
		await service.stop();
		await receiver.close();
		await rm(dataDir, { recursive: true });
	});

	it('tells of the incident and hands its step out once, when it is back', async () => {
		// Nothing arrives until it is killed.
		receiver.answers.push(...Array.from({ length: 50 }, () => 503));
		await ask('POST', '/v1/webhooks', { url: receiver.url, events: EVENTS });
		await ask('PUT', '/v1/tenants/acme/targets', CUSTOMER);
		await ask('PUT', '/v1/tenants/acme/containment-policy', { steps: STEPS });
		const breach = usageEvent({ subject: 'acme', data: { costMicroCents: ELEVEN_DOLLARS } });
		await ask('POST', '/v1/usage', breach);
		await service.kill();
		receiver.received.length = 0;
		receiver.answers.length = 0;
		await start();

		expect(await ask('POST', '/v1/reservations', { tenantId: 'acme' })).toMatchObject({
			decision: 'reject',
			reasons: [{ code: 'breakerOpen' }],
		});
		const messages = await receiver.waitFor(2);
		const told = messages.map(({ body }) => JSON.parse(body) as { type: string; data: Row });
		expect(told.map(({ type }) => type).sort()).toEqual(['action.requested', 'breaker.opened']);
		const [order] = told.filter(({ type }) => type === 'action.requested');
		expect(order?.data).toMatchObject({ targetId: 'cus_1', attempt: 1, sequence: 1 });
		// Reported again, the breach is neither a new call nor a new incident.
		await ask('POST', '/v1/usage', breach);
		expect(await ask('GET', '/v1/incidents?tenantId=acme')).toHaveLength(1);
		expect(receiver.received).toHaveLength(2);
	});
});
