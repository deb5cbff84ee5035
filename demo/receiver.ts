import { once } from 'node:events';
import { createServer } from 'node:http';

export type Message = {
	type: string;
	/** When the last byte arrived, on the same clock as performance.now(). */
	arrivedAt: number;
	data: { tenantId: string; rule: string; evidence: Record<string, unknown>; alertText: string };
};

/** Where the replay's webhooks go: a plain HTTP server on loopback, as n8n's trigger would be. */
export async function startReceiver(
	onMessage: (message: Message) => void,
): Promise<{ url: string; close(): void }> {
	const server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			const arrivedAt = performance.now();
			response.writeHead(204).end();
			const body = JSON.parse(Buffer.concat(chunks).toString()) as Omit<Message, 'arrivedAt'>;
			onMessage({ ...body, arrivedAt });
		});
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const address = server.address();
	const port = typeof address === 'object' && address !== null ? address.port : 0;

	return {
		url: `http://127.0.0.1:${port}/webhook`,
		close() {
			server.closeAllConnections();
			server.close();
		},
	};
}
