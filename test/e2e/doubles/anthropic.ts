import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { closeServer, listenOnLoopback } from '../../support/loopbackServer.ts';

/** What one call bills, as Anthropic tells it: `input_tokens` has no cached ones in it. */
export interface AnthropicUsage {
	input_tokens: number;
	cache_creation_input_tokens: number;
	cache_read_input_tokens: number;
	output_tokens: number;
}

interface MessagesCall {
	model: string;
	stream?: boolean;
}

export interface AnthropicDouble {
	baseUrl: string;
	calls: MessagesCall[];
	close: () => Promise<void>;
}

const WORDS = ['Two ', 'plus ', 'two ', 'is ', 'four.'];

/**
 * Anthropic's Messages API: one answer, whole or streamed. aimock speaks it too, but bills no cached tokens and tells the
 * final output in `message_start` already; the vendor starts with 1 there, and `message_delta` is the sum so far.
 */
export async function startAnthropic(usage: AnthropicUsage): Promise<AnthropicDouble> {
	const calls: MessagesCall[] = [];

	const handle = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
		const refusal = refusalOf(incoming);
		if (refusal !== undefined) {
			sendJson(outgoing, refusal);
			return;
		}
		const call = await read(incoming);
		calls.push(call);
		if (call.stream === true) stream(outgoing, call, usage);
		else sendJson(outgoing, { status: 200, body: wholeMessage(call, usage) });
	};

	const server = createServer((incoming, outgoing) => void handle(incoming, outgoing));
	const baseUrl = await listenOnLoopback(server);

	return {
		baseUrl,
		calls,
		close: () => closeServer(server),
	};
}

function refusalOf({
	url,
	headers,
}: IncomingMessage): { status: number; body: object } | undefined {
	const refusal = (status: number, type: string, message: string) => ({
		status,
		body: { type: 'error', error: { type, message } },
	});
	if (url?.split('?')[0] !== '/v1/messages') return refusal(404, 'not_found_error', 'Not found');
	if (headers['x-api-key'] === undefined) {
		return refusal(401, 'authentication_error', 'x-api-key header is required');
	}
	if (headers['anthropic-version'] === undefined) {
		return refusal(400, 'invalid_request_error', 'anthropic-version: header is required');
	}
	return undefined;
}

async function read(incoming: IncomingMessage): Promise<MessagesCall> {
	const chunks: Buffer[] = [];
	incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
	await once(incoming, 'end');
	const call: MessagesCall = JSON.parse(Buffer.concat(chunks).toString('utf8'));
	return call;
}

function sendJson(outgoing: ServerResponse, { status, body }: { status: number; body: object }) {
	outgoing.writeHead(status, { 'content-type': 'application/json' });
	outgoing.end(JSON.stringify(body));
}

function message({ model }: MessagesCall, usage: AnthropicUsage) {
	const head = { id: 'msg_01', type: 'message', role: 'assistant', model, stop_sequence: null };
	return { ...head, content: [], stop_reason: null, usage };
}

function wholeMessage(call: MessagesCall, usage: AnthropicUsage) {
	const content = [{ type: 'text', text: WORDS.join('') }];
	return { ...message(call, usage), content, stop_reason: 'end_turn' };
}

function stream(outgoing: ServerResponse, call: MessagesCall, usage: AnthropicUsage): void {
	const { output_tokens: outputTokens } = usage;
	const events = [
		{ type: 'message_start', message: message(call, { ...usage, output_tokens: 1 }) },
		{ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
		{ type: 'ping' },
		...WORDS.map((text) => ({
			type: 'content_block_delta',
			index: 0,
			delta: { type: 'text_delta', text },
		})),
		{ type: 'content_block_stop', index: 0 },
		{
			type: 'message_delta',
			delta: { stop_reason: 'end_turn', stop_sequence: null },
			usage: { output_tokens: outputTokens },
		},
		{ type: 'message_stop' },
	];
	outgoing.writeHead(200, { 'content-type': 'text/event-stream' });
	for (const event of events) {
		outgoing.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
	}
	outgoing.end();
}
