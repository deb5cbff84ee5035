import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { closeServer, listenOnLoopback } from '../../support/loopbackServer.ts';
import { anthropicAnswer, openAiChatAnswer, openAiResponsesAnswer, type Wire } from './wire.ts';

export type VendorRequest = { path: string; body: Record<string, unknown> };

/** Instead of an answer: an error status, a connection that breaks, or a stream that stays open after some parts. */
export type Trouble =
	| { status: number; headers?: Record<string, string>; body?: object }
	| { hangUp: true }
	| { partsThenSilence: number }
	| { partsThenHangUp: number };

/** OpenAI's Chat Completions and Responses and Anthropic's Messages on a loopback port, with known token counts. */
export class FakeVendor {
	readonly requests: VendorRequest[] = [];
	/** What the next requests meet, one each; then all is well again. */
	readonly troubles: Trouble[] = [];
	/** Many OpenAI-compatible servers know no usage. */
	reportsUsage = true;
	url = '';
	private readonly server: Server;

	constructor() {
		this.server = createServer((request, response) => {
			void read(request).then((body) => this.serve(request.url ?? '', body, response));
		});
	}

	async listen(): Promise<void> {
		this.url = await listenOnLoopback(this.server);
	}

	async close(): Promise<void> {
		await closeServer(this.server);
	}

	reset(): void {
		this.requests.length = 0;
		this.troubles.length = 0;
		this.reportsUsage = true;
	}

	private serve(path: string, body: Record<string, unknown>, response: ServerResponse): void {
		this.requests.push({ path, body });
		const trouble = this.troubles.shift();
		if (trouble && 'hangUp' in trouble) {
			response.destroy();
			return;
		}
		if (trouble && 'status' in trouble) {
			response.writeHead(trouble.status, {
				'content-type': 'application/json',
				...trouble.headers,
			});
			response.end(JSON.stringify(trouble.body ?? { error: { message: 'no', type: 'no' } }));
			return;
		}
		const wire = answerFor(path, body, this.reportsUsage);
		if (body['stream'] === true) void stream(response, wire, trouble);
		else {
			response.writeHead(200, { 'content-type': 'application/json' });
			response.end(JSON.stringify(wire.whole));
		}
	}
}

function answerFor(path: string, body: Record<string, unknown>, reportsUsage: boolean): Wire {
	if (path.endsWith('/messages')) return anthropicAnswer(body);
	if (path.endsWith('/responses')) return openAiResponsesAnswer();

	return openAiChatAnswer(body, reportsUsage);
}

async function stream(
	response: ServerResponse,
	{ parts }: Wire,
	trouble: Exclude<Trouble, { status: number } | { hangUp: true }> | undefined,
): Promise<void> {
	response.writeHead(200, { 'content-type': 'text/event-stream' });
	const silentAfter =
		trouble && 'partsThenSilence' in trouble ? trouble.partsThenSilence : Infinity;
	const brokenAfter = trouble && 'partsThenHangUp' in trouble ? trouble.partsThenHangUp : Infinity;

	for (const [index, part] of parts.entries()) {
		if (index >= silentAfter) return;
		if (index >= brokenAfter) {
			response.destroy();
			return;
		}
		await new Promise((resolve) => response.write(part, resolve));
	}
	response.end();
}

async function read(request: IncomingMessage): Promise<Record<string, unknown>> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));

	return JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, unknown>;
}
