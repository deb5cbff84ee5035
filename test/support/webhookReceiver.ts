import { createServer, type IncomingHttpHeaders } from 'node:http';
import { closeServer, listenOnLoopback } from './loopbackServer.ts';

export type Received = { headers: IncomingHttpHeaders; body: string; at: number };

export type WebhookReceiver = {
	url: string;
	received: Received[];
	/** Status of the next answers, in order; 204 when there is none left. */
	answers: number[];
	/** Resolves when `count` messages have come. */
	waitFor(count: number): Promise<Received[]>;
	close(): Promise<void>;
};

/** A real HTTP receiver on loopback that keeps what it gets. */
export async function startWebhookReceiver(): Promise<WebhookReceiver> {
	const received: Received[] = [];
	const answers: number[] = [];
	let notify: () => void = () => undefined;
	const server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			const body = Buffer.concat(chunks).toString();
			received.push({ headers: request.headers, body, at: performance.now() });
			response.statusCode = answers.shift() ?? 204;
			response.end();
			notify();
		});
	});
	const origin = await listenOnLoopback(server);

	return {
		url: `${origin}/hook`,
		received,
		answers,
		async waitFor(count) {
			while (received.length < count) {
				await new Promise<void>((resolve) => {
					notify = resolve;
				});
			}
			return received;
		},
		close: () => closeServer(server),
	};
}
