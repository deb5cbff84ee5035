import type { ZodType } from 'zod';
import type { Caller, Role } from '../stages/serviceKeys.ts';

/**
 * One endpoint, described once: the router, the validation and the OpenAPI document are all made of it.
 * `roles`: a key needs one of them, or a role that includes one.
 */
export type Route<Params = unknown, Query = unknown, Body = unknown> = {
	method: 'get' | 'post' | 'put' | 'delete';
	/** OpenAPI form: `/v1/tenants/{tenantId}/state`. */
	path: string;
	summary: string;
	roles: readonly [Role, ...Role[]];
	params?: ZodType<Params>;
	query?: ZodType<Query>;
	body?: ZodType<Body>;
	/** A body may be left out altogether. */
	bodyOptional?: boolean;
	/**
	 * By status: what the answer is and its schema; no schema means no JSON. `textTypes`: media types it may have instead.
	 */
	responses: Record<
		number,
		{ description: string; schema?: ZodType; textTypes?: readonly string[] }
	>;
	handle(request: {
		params: Params;
		query: Query;
		body: Body;
		caller: Caller;
		now: number;
		/** Which of these media types the caller likes best by its `Accept`; undefined: none of them. */
		prefers: (types: string[]) => string | undefined;
	}): Promise<Reply>;
};

export type Reply = {
	status: number;
	/** JSON, or `text` and its media type, whole or as it is read. */
	body?: unknown;
	text?: { type: string; text: string };
	stream?: { type: string; chunks: AsyncIterable<string> };
	headers?: Record<string, string>;
};

/** Keeps the types of the three schemas together while a list of routes forgets them. */
export function route<Params, Query, Body>(definition: Route<Params, Query, Body>): Route {
	return {
		...definition,
		// The router hands over what the schemas parsed, which is exactly these types.
		handle: (request) =>
			definition.handle({
				...request,
				params: request.params as Params,
				query: request.query as Query,
				body: request.body as Body,
			}),
	};
}
