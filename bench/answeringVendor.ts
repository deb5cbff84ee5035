import { once } from 'node:events';
import { createServer } from 'node:http';

/** OpenAI's Chat Completions on a loopback port: the same answer at once, whatever is asked. */
export async function startAnsweringVendor(): Promise<{ url: string; close(): Promise<void> }> {
	const answer = JSON.stringify({
		...{ id: 'chatcmpl-1', object: 'chat.completion', created: 1, model: 'gpt-4o-mini-2024-07-18' },
		choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
		usage: { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 },
	});
	const server = createServer((request, response) => {
		request.resume();
		request.on('end', () => {
			response.writeHead(200, { 'content-type': 'application/json' }).end(answer);
		});
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const address = server.address();
	const port = typeof address === 'object' && address !== null ? address.port : 0;

	return {
		url: `http://127.0.0.1:${port}/v1`,
		async close() {
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		},
	};
}
