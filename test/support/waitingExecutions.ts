import { createServer, type IncomingHttpHeaders } from 'node:http';
import { closeServer, listenOnLoopback } from './loopbackServer.ts';

export type Resume = { executionId: string; body: string; headers: IncomingHttpHeaders };

export type WaitingExecutions = {
	/** `http://127.0.0.1:1234/webhook-waiting/<id>?signature=…` of an execution that has come to its Wait node. */
	wait(executionId: string): string;
	/** What happens to the next request for an execution instead of a normal answer. */
	next(executionId: string, what: 'hang' | 'breakOff' | 'runAndBreakOff' | number): void;
	/** Executions that went on, in order, with what they were told. Each is in it once, as with n8n. */
	resumed: Resume[];
	/** Every request, also those that were refused. */
	requests: string[];
	close(): Promise<void>;
};

/** Resume URLs that answer as n8n's do: 200 once, then 409; 404 for what does not exist, 401 without the token. */
export async function startWaitingExecutions(): Promise<WaitingExecutions> {
	const tokens = new Map<string, string>();
	const running = new Set<string>();
	const tricks = new Map<string, 'hang' | 'breakOff' | 'runAndBreakOff' | number>();
	const resumed: Resume[] = [];
	const requests: string[] = [];

	const answer = (executionId: string, token: string | null): number => {
		if (!tokens.has(executionId)) return 404;
		if (tokens.get(executionId) !== token) return 401;
		return running.has(executionId) ? 409 : 200;
	};
	const server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			const url = new URL(request.url ?? '', 'http://localhost');
			const executionId = url.pathname.split('/').at(-1) ?? '';
			requests.push(executionId);
			const trick = tricks.get(executionId);
			tricks.delete(executionId);
			if (trick === 'hang') return;
			if (trick === 'breakOff') return void request.socket.destroy();
			if (typeof trick === 'number') return void response.writeHead(trick).end();
			const status = answer(executionId, url.searchParams.get('signature'));
			if (status === 200) {
				running.add(executionId);
				const body = Buffer.concat(chunks).toString();
				resumed.push({ executionId, body, headers: request.headers });
			}
			if (trick === 'runAndBreakOff') return void request.socket.destroy();
			response.writeHead(status).end();
		});
	});
	const origin = await listenOnLoopback(server);

	return {
		wait(executionId) {
			const token = `token-of-${executionId}`;
			tokens.set(executionId, token);
			running.delete(executionId);
			return `${origin}/webhook-waiting/${executionId}?signature=${token}`;
		},
		next: (executionId, what) => tricks.set(executionId, what),
		resumed,
		requests,
		close: () => closeServer(server),
	};
}
