import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { PGlite } from '@electric-sql/pglite';
import { closeServer, listenOnLoopback } from '../loopbackServer.ts';
import { invalidBody, invalidPath, notExposed, PostgrestError } from './postgrestErrors.ts';
import { RpcFunctions } from './postgrestFunctions.ts';
import { claimsOf } from './postgrestKeys.ts';

type Answer = { status: number; body: string };

type DoubleOptions = {
	/** What "Exposed schemas" of the project says; `public` and `fuse` when not given. */
	exposedSchemas?: readonly string[];
	/** Asked before every call: what it gives is the answer. It may keep it for ever. */
	instead?: (name: string) => Answer | Promise<Answer> | undefined;
};

export type PostgrestDouble = {
	/** `http://127.0.0.1:54321`, in place of `https://<project>.supabase.co` */
	url: string;
	stop(): Promise<void>;
};

/**
 * A double of a Supabase project's REST API over PGlite: the RPC endpoint of PostgREST 14, and of the gateway before it what
 * makes a role of a key. Functions are called as PostgREST calls them: found by the names of their arguments, which are
 * read from JSON by their types; under the role of the key or token; in a transaction of their own that is read-only
 * for `stable` functions. It is not PostgREST: no tables, filters, GET, or other media types.
 */
export async function startPostgrestDouble(
	db: PGlite,
	options: DoubleOptions = {},
): Promise<PostgrestDouble> {
	const { exposedSchemas = ['public', 'fuse'], instead } = options;
	const functions = new RpcFunctions(db);
	const answer = async (request: IncomingMessage): Promise<Answer> => {
		const name = /^\/rest\/v1\/rpc\/(\w+)$/.exec(request.url ?? '')?.[1];
		if (request.method !== 'POST' || name === undefined) throw invalidPath();
		const other = await instead?.(name);
		if (other) return other;
		const claims = claimsOf(request.headers);
		const schema = String(request.headers['content-profile'] ?? exposedSchemas[0]);
		if (!exposedSchemas.includes(schema)) throw notExposed(schema, exposedSchemas);
		const body = argumentsIn(await text(request));

		return { status: 200, body: await functions.call({ schema, name, body, claims }) };
	};
	const server = createServer((request, response) => {
		answer(request).then(
			(given) => send(response, given),
			(error: unknown) => send(response, answerOf(error)),
		);
	});

	return { url: await listenOnLoopback(server), stop: () => closeServer(server) };
}

function argumentsIn(json: string): Record<string, unknown> {
	try {
		return JSON.parse(json) as Record<string, unknown>;
	} catch {
		throw invalidBody();
	}
}

function answerOf(error: unknown): Answer {
	const told = error instanceof PostgrestError ? error : PostgrestError.ofPostgres(error);

	return { status: told.status, body: JSON.stringify(told.body()) };
}

function send(response: ServerResponse, { status, body }: Answer): void {
	response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(body);
}
