import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request, RequestHandler, Response } from 'express';
import type { ZodType } from 'zod';
import type { Clock } from '../ports/clock.ts';
import type { Metrics } from '../ports/metrics.ts';
import { mayAct, type Caller } from '../stages/serviceKeys.ts';
import { callerOf, type Keys } from './callerOf.ts';
import { asProblem } from './errorHandler.ts';
import { fieldErrors } from './fieldErrors.ts';
import { invalidRequest } from './invalidRequest.ts';
import { ProblemError } from './problemError.ts';
import type { Reply, Route } from './route.ts';

export type HandlerDependencies = Keys & { clock: Clock; metrics: Metrics };

/** Body types every endpoint reads. */
export const JSON_TYPES = [
	'application/json',
	'application/cloudevents+json',
	'application/cloudevents-batch+json',
];

/** One route as Express runs it: who calls, then is the question well formed, then the answer. */
export function requestHandler(
	route: Route,
	{ clock, metrics, ...keys }: HandlerDependencies,
): RequestHandler {
	async function answer(request: Request): Promise<Reply> {
		const now = clock.now();
		const caller = await callerOf(request.headers.authorization, keys, now);
		refuseUnlessMayAct(caller, route);

		return route.handle({
			params: parse(route.params, request.params, 'address'),
			query: parse(route.query, request.query, 'query'),
			body: readBody(request, route),
			caller,
			now,
			prefers: (types) => request.accepts(types) || undefined,
		});
	}

	return async (request, response) => {
		const started = performance.now();
		const observe = (status: number) =>
			metrics.requestSeconds.observe(
				{ method: route.method, path: route.path, status: String(status) },
				(performance.now() - started) / 1000,
			);
		let reply;
		try {
			reply = await answer(request);
		} catch (error) {
			observe(asProblem(error).problem.status);
			throw error;
		}
		observe(reply.status);
		await send(response, reply);
	};
}

async function send(response: Response, reply: Reply): Promise<void> {
	const { status, headers = {}, body, text, stream } = reply;
	response.status(status).set(headers);
	if (stream) {
		response.type(stream.type);
		// No longer than its reader reads: a chunk is made when the one before is on its way.
		await pipeline(Readable.from(stream.chunks), response).catch(unlessReaderLeft);
	} else if (text) response.type(text.type).send(text.text);
	else if (body === undefined) response.end();
	else response.json(body);
}

function unlessReaderLeft(error: unknown): void {
	const { code } = error instanceof Error && 'code' in error ? error : { code: undefined };
	if (code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
}

function refuseUnlessMayAct(caller: Caller, route: Route): void {
	if (!mayAct(caller, route.roles)) {
		throw new ProblemError(
			'forbidden',
			`This needs the role ${route.roles.join(' or ')}; the key "${caller.name}" has the role ${caller.role}.`,
		);
	}
}

function readBody(request: Request, route: Route): unknown {
	if (!route.body) return undefined;
	// Express leaves the body undefined when there was none, or none of a type it was told to read.
	const given: unknown = request.body;
	if (given === undefined && hasBody(request)) {
		throw new ProblemError('unsupported-media-type', `Expected one of ${JSON_TYPES.join(', ')}.`);
	}
	if (given === undefined && !route.bodyOptional) {
		throw new ProblemError('invalid-request', 'The body is empty.', {
			errors: [{ pointer: '', detail: 'expected a JSON body, got nothing' }],
		});
	}
	return parse(route.body, given ?? {}, 'body');
}

/** HTTP/1.1: a request has a body when it says how long it is, or that it comes in chunks. */
function hasBody({ headers }: Request): boolean {
	return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function parse(
	schema: ZodType | undefined,
	input: unknown,
	part: 'address' | 'query' | 'body',
): unknown {
	if (!schema) return undefined;
	const parsed = schema.safeParse(input);
	if (parsed.success) return parsed.data;

	throw invalidRequest(part, fieldErrors(parsed.error, input));
}
