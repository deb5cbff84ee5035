import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { openListener } from '../../anomaly-service/src/http/listener.ts';
import { usageEvent } from '../support/rows.ts';
import { startTestService } from '../support/service.ts';

let dataDir: string;
beforeEach(async () => {
	dataDir = await mkdtemp(join(tmpdir(), 'llm-fuse-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

const ELEVEN_DOLLARS = 1_100_000_000;
const breach = () => usageEvent({ data: { costMicroCents: ELEVEN_DOLLARS } });

describe('while the service starts', () => {
	it('it is healthy, and whoever asks for more is told to come back', async () => {
		const listener = await openListener({ host: '127.0.0.1', port: 0 });
		const health = await fetch(`${listener.url}/healthz`);
		const answer = await fetch(`${listener.url}/v1/usage`, { method: 'POST', body: '[]' });

		expect(health.status).toBe(200);
		expect(answer.status).toBe(503);
		expect(answer.headers.get('retry-after')).toBe('1');
		expect(answer.headers.get('content-type')).toBe('application/problem+json');
		expect(await answer.json()).toMatchObject({
			type: expect.stringContaining('store-unavailable'),
			status: 503,
			detail: expect.stringContaining('starting'),
		});

		listener.serve((_request, response) => response.end('ready'));
		expect(await (await fetch(listener.url)).text()).toBe('ready');
		await listener.close(0);
	});
});

describe('a second start', () => {
	it('on the same port ends before it touches its data folder', async () => {
		const first = await startTestService();
		const port = new URL(first.service.url).port;

		await expect(
			startTestService({ FUSE_PORT: port, FUSE_DATA_DIR: join(dataDir, 'new') }),
		).rejects.toThrow(`FUSE_PORT: ${port} on 127.0.0.1 is in use`);
		expect(await readdir(dataDir)).toEqual([]);
		await first.service.close();
	});

	it('on the same data folder ends, gives its port back and leaves the first one as it was', async () => {
		const first = await startTestService({ FUSE_DATA_DIR: dataDir });
		const free = await openListener({ host: '127.0.0.1', port: 0 });
		const port = Number(new URL(free.url).port);
		await free.close(0);
		const second = startTestService({ FUSE_DATA_DIR: dataDir, FUSE_PORT: String(port) });

		await expect(second).rejects.toMatchObject({ code: 'DATA_DIR_IN_USE' });
		await (await openListener({ host: '127.0.0.1', port })).close(0);
		expect((await first.post('/v1/usage', usageEvent({ subject: 'first' }))).status).toBe(202);
		await first.service.close();

		const third = await startTestService({ FUSE_DATA_DIR: dataDir });
		const { body } = await third.get('/v1/tenants/first/spend');
		expect(body['requests']).toBe(1);
		await third.service.close();
	});
});

describe('an admin key from the configuration', () => {
	it('that was revoked, or is that of another role, stops the start and says so', async () => {
		const first = await startTestService({ FUSE_DATA_DIR: dataDir });
		const reader = await first.makeKey('read');
		const next = await first.makeKey('admin');
		const { body } = await first.get('/v1/whoami');
		await first.send('DELETE', `/v1/service-keys/${String(body['keyId'])}`, undefined, {
			key: next,
		});
		await first.service.close();

		await expect(startTestService({ FUSE_DATA_DIR: dataDir })).rejects.toThrow(
			'FUSE_ADMIN_KEY: this key was revoked',
		);
		await expect(
			startTestService({ FUSE_DATA_DIR: dataDir, FUSE_ADMIN_KEY: reader }),
		).rejects.toThrow('FUSE_ADMIN_KEY: this key is a service key with the role read');

		const second = await startTestService({ FUSE_DATA_DIR: dataDir, FUSE_ADMIN_KEY: next });
		await second.service.close();
	});
});

describe('a shutdown', () => {
	it('takes less than 5 s with a receiver and a caller that hang, and the message arrives after the next start', async () => {
		const bodies: string[] = [];
		const hung = createServer((request, response) => {
			void text(request).then((body) => {
				bodies.push(body);
				if (bodies.length > 1) response.writeHead(204).end();
			});
		});
		hung.listen(0, '127.0.0.1');
		await once(hung, 'listening');
		const address = hung.address();
		const port = typeof address === 'object' && address !== null ? address.port : 0;
		const first = await startTestService({ FUSE_DATA_DIR: dataDir });
		const url = `http://127.0.0.1:${port}/hook`;
		await first.post('/v1/webhooks', { url, events: ['breaker.opened'] });
		const delivery = once(hung, 'request');
		await first.post('/v1/usage', breach());
		await delivery;
		const upload = new ReadableStream({ start: (body) => body.enqueue(Buffer.from('[')) });
		const caller = fetch(`${first.service.url}/v1/usage`, {
			method: 'POST',
			body: upload,
			duplex: 'half',
		}).catch((error: unknown) => error);

		const started = performance.now();
		await first.service.close();
		expect(performance.now() - started).toBeLessThan(5000);
		await caller;

		const again = once(hung, 'request');
		const second = await startTestService({ FUSE_DATA_DIR: dataDir });
		await again;
		await second.service.close();
		expect(bodies).toEqual([expect.stringContaining('breaker.opened'), bodies[0]]);
		hung.closeAllConnections();
		hung.close();
	});

	it('does not wait for connections that are only kept open', async () => {
		const api = await startTestService();
		await Promise.all(Array.from({ length: 5 }, () => api.get('/v1/whoami')));

		const started = performance.now();
		await api.service.close();
		expect(performance.now() - started).toBeLessThan(2000);
	});
});
