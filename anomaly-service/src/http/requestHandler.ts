import type { Request, RequestHandler, Response } from 'express';
import type { ZodType } from 'zod';
import type { Clock } from '../ports/clock.ts';
import type { Metrics } from '../ports/metrics.ts';
import { mayAct, type Caller, type ServiceKeys } from '../stages/serviceKeys.ts';
import { asProblem } from './errorHandler.ts';
import { fieldErrors } from './fieldErrors.ts';
import { invalidRequest } from './invalidRequest.ts';
import { ProblemError } from './problemError.ts';
import type { Reply, Route } from './route.ts';

export type HandlerDependencies = { keys: ServiceKeys; clock: Clock; metrics: Metrics };

/** Body types every endpoint reads. */
export const JSON_TYPES = [
	'application/json',
	'application/cloudevents+json',
	'application/cloudevents-batch+json',
];

/** One route as Express runs it: who calls, then is the question well formed, then the answer. */
export function requestHandler(
	route: Route,
	{ keys, clock, metrics }: HandlerDependencies,
): RequestHandler {
	async function answer(request: Request): Promise<Reply> {
		const caller = authorise(request, route, keys);

		return route.handle({
			params: parse(route.params, request.params, 'address'),
			query: parse(route.query, request.query, 'query'),
			body: readBody(request, route),
			caller,
			now: clock.now(),
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
		send(response, reply);
	};
}

function send(response: Response, { status, headers = {}, body, text }: Reply): void {
	response.status(status).set(headers);
	if (text) response.type(text.type).send(text.text);
	else if (body === undefined) response.end();
	else response.json(body);
}

function authorise(request: Request, route: Route, keys: ServiceKeys): Caller {
	const [, token] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
	const caller = token === undefined ? undefined : keys.identify(token);
	if (!caller) {
		const detail =
			token === undefined
				? 'Send the service key in the header "Authorization: Bearer …".'
				: 'The service key is unknown or was revoked.';
		throw new ProblemError('unauthenticated', detail, {
			headers: { 'www-authenticate': 'Bearer' },
		});
	}
	if (!mayAct(caller, route.roles)) {
		throw new ProblemError(
			'forbidden',
			`This needs the role ${route.roles.join(' or ')}; the key "${caller.name}" has the role ${caller.role}.`,
		);
	}
	return caller;
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
