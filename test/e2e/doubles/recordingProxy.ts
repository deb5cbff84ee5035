import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { closeServer, listenOnLoopback } from '../../support/loopbackServer.ts';

export interface RecordedRequest {
	/** Milliseconds since the epoch, when the last byte of the request had arrived. */
	receivedAt: number;
	method: string;
	path: string;
	headers: Record<string, string>;
	body: string;
}

export interface Answer {
	status: number;
	body: string;
	contentType?: string;
	/** Beside the type of the content: `retry-after`, ids of requests. */
	headers?: Record<string, string>;
}

export interface RecordingProxy {
	baseUrl: string;
	requests: RecordedRequest[];
	close: () => Promise<void>;
}

/** Decides over one request; `forward` asks the double behind. */
export type Responder = (
	request: RecordedRequest,
	forward: () => Promise<Answer>,
) => Promise<Answer>;

const passOn: Responder = (_request, forward) => forward();

/** Notes every request with its time of arrival, in front of a double that keeps no journal or no state of its own. */
export async function startRecordingProxy(
	target: string,
	respond: Responder = passOn,
): Promise<RecordingProxy> {
	const requests: RecordedRequest[] = [];

	const handle = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
		const request = await read(incoming);
		requests.push(request);
		const answer = await respond(request, () => ask(target, request)).catch(unreachable);
		const contentType = answer.contentType ?? 'application/json';
		outgoing.writeHead(answer.status, { ...answer.headers, 'content-type': contentType });
		outgoing.end(answer.body);
	};

	const server = createServer((incoming, outgoing) => void handle(incoming, outgoing));
	const baseUrl = await listenOnLoopback(server);

	return {
		baseUrl,
		requests,
		close: () => closeServer(server),
	};
}

async function read(incoming: IncomingMessage): Promise<RecordedRequest> {
	const chunks: Buffer[] = [];
	for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
	const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]);
	return {
		receivedAt: performance.timeOrigin + performance.now(),
		method: incoming.method ?? 'GET',
		path: incoming.url ?? '/',
		headers: Object.fromEntries(headers),
		body: Buffer.concat(chunks).toString('utf8'),
	};
}

/** What the server at `target` answers to a request that was received somewhere else. */
export async function ask(
	target: string,
	request: Omit<RecordedRequest, 'receivedAt'>,
): Promise<Answer> {
	const {
		host: _host,
		connection: _connection,
		'content-length': _length,
		...headers
	} = request.headers;
	const answer = await fetch(target + request.path, {
		method: request.method,
		headers,
		...(request.body === '' ? {} : { body: request.body }),
	});
	return {
		status: answer.status,
		body: await answer.text(),
		contentType: answer.headers.get('content-type') ?? 'application/json',
	};
}

function unreachable(error: unknown): Answer {
	return { status: 502, body: JSON.stringify({ error: String(error) }) };
}
