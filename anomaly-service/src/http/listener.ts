import { once } from 'node:events';
import {
	createServer,
	type IncomingMessage,
	type RequestListener,
	type Server,
	type ServerResponse,
} from 'node:http';
import { ConfigError } from '../config.ts';
import { ProblemError } from './problemError.ts';

export type Listener = {
	/** `http://127.0.0.1:8787` */
	url: string;
	/** From now on the handler answers; until then every caller is told to come back. */
	serve(handler: RequestListener): void;
	/** Takes no new requests; those under way may end within `graceMs`, then they are cut. */
	close(graceMs: number): Promise<void>;
};

/** How soon a connection is closed after its last answer, while the server closes. */
const SWEEP_MS = 25;

/** Takes the port. Whoever runs a second service on it learns that before anything else happens. */
export async function openListener({
	host,
	port,
}: {
	host: string;
	port: number;
}): Promise<Listener> {
	let handler: RequestListener = answerStarting;
	const server = createServer((request, response) => handler(request, response));
	server.listen(port, host);
	try {
		await once(server, 'listening');
	} catch (error) {
		throw isTaken(error) ? new ConfigError([`FUSE_PORT: ${port} on ${host} is in use`]) : error;
	}

	return {
		url: addressOf(server, host),
		serve(ready) {
			handler = ready;
		},
		close: (graceMs) => closeServer(server, graceMs),
	};
}

function answerStarting(request: IncomingMessage, response: ServerResponse): void {
	if (request.url?.split('?', 1)[0] === '/healthz') {
		response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"ok"}');
		return;
	}
	const { problem, headers } = new ProblemError(
		'store-unavailable',
		'The service is starting; nothing was recorded.',
		{ headers: { 'retry-after': '1' } },
	);
	response
		.writeHead(problem.status, { ...headers, 'content-type': 'application/problem+json' })
		.end(JSON.stringify(problem));
}

async function closeServer(server: Server, graceMs: number): Promise<void> {
	const closed = once(server, 'close');
	server.close();
	// A connection kept open by its client becomes idle when its answer is sent: it would hold up the close.
	const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
	const cut = setTimeout(() => server.closeAllConnections(), graceMs);
	await closed;
	clearInterval(sweep);
	clearTimeout(cut);
}

function addressOf(server: Server, host: string): string {
	const address = server.address();
	const port = typeof address === 'object' && address !== null ? address.port : 0;

	return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function isTaken(error: unknown): boolean {
	return (
		typeof error === 'object' && error !== null && 'code' in error && error.code === 'EADDRINUSE'
	);
}
