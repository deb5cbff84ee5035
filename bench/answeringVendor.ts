import { createServer } from 'node:http';
import { closeServer, listenOnLoopback } from '../test/support/loopbackServer.ts';

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
	const origin = await listenOnLoopback(server);

	return {
		url: `${origin}/v1`,
		close: () => closeServer(server),
	};
}
