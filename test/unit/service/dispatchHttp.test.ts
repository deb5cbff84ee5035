import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createHttpWebhookSender } from '../../../anomaly-service/src/adapters/webhook/httpWebhookSender.ts';
import { closeServer, listenOnLoopback } from '../../support/loopbackServer.ts';

let server: Server;
let url: string;
let answer: RequestListener;
let connections = 0;
beforeAll(async () => {
	server = createServer((request, response) => {
		request.resume();
		request.on('end', () => answer(request, response));
	});
	server.on('connection', () => (connections += 1));
	url = `${await listenOnLoopback(server)}/`;
});
afterAll(async () => await closeServer(server));

const send = (signal = new AbortController().signal, timeoutMs?: number) =>
	createHttpWebhookSender(timeoutMs).send({ url, headers: {}, body: '{}', signal });

describe('a webhook over HTTP', () => {
	it.each([
		[204, { outcome: 'delivered' }],
		[410, { outcome: 'gone', error: 'HTTP 410', status: 410 }],
		[500, { outcome: 'failed', error: 'HTTP 500', status: 500 }],
	])('counts by its status: %i', async (status, result) => {
		answer = (_request, response) => response.writeHead(status).end('whatever');

		expect(await send()).toEqual(result);
	});

	it('is delivered when a 200 has come, though its body never ends', async () => {
		let closed: Promise<unknown> | undefined;
		answer = (_request, response) => {
			closed = once(response, 'close');
			response.writeHead(200).write('x');
		};

		expect(await send(undefined, 2000)).toEqual({ outcome: 'delivered' });
		await closed;
	});

	it('reads none of an endless body', async () => {
		let written = 0;
		let closed: Promise<unknown> | undefined;
		answer = (_request, response) => {
			const chunk = Buffer.alloc(1 << 16);
			const push = () => {
				do written += chunk.length;
				while (!response.destroyed && response.write(chunk));
			};
			closed = once(response, 'close');
			response.on('drain', push);
			push();
		};

		expect(await send()).toEqual({ outcome: 'delivered' });
		await closed;
		expect(written).toBeLessThan(50_000_000);
	});

	it('uses its connection again after a short answer', async () => {
		answer = (_request, response) => response.end('{"message":"Workflow was started"}');
		await send();
		const before = connections;
		for (let count = 0; count < 5; count++) await send();

		expect(connections).toBe(before);
	});

	it('fails when nothing comes in time, when it is cut off, and on a redirect', async () => {
		answer = () => undefined;
		expect(await send(undefined, 50)).toMatchObject({ outcome: 'failed' });

		const cut = new AbortController();
		const attempt = send(cut.signal);
		cut.abort();
		expect(await attempt).toMatchObject({ outcome: 'failed' });

		answer = (_request, response) => response.writeHead(302, { location: url }).end();
		expect(await send()).toMatchObject({ outcome: 'failed' });
	});
});
