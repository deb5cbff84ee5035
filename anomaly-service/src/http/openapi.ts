import { z } from 'zod';
import { createDocument, type ZodOpenApiPathsObject } from 'zod-openapi';
import { problemBody } from './schemas/answers.ts';
import type { Route } from './route.ts';

/** The OpenAPI 3.1 document of the routes: made of the same schemas that check the requests. */
export function openApiDocument(routes: readonly Route[]): object {
	const paths: ZodOpenApiPathsObject = {};
	for (const route of routes) {
		paths[route.path] = { ...paths[route.path], [route.method]: operation(route) };
	}
	return createDocument({
		openapi: '3.1.0',
		info: {
			title: 'LLM Fuse',
			version: '1.0.0',
			description:
				'Ask before every model call, record it after. Money is integer micro-cents (10⁻⁸ USD). Failures are RFC 9457 problems.',
		},
		components: { securitySchemes: { serviceKey: { type: 'http', scheme: 'bearer' } } },
		security: [{ serviceKey: [] }],
		paths,
	});
}

function operation(route: Route) {
	const { params, query, body } = route;
	const content = (schema: typeof body) => ({ 'application/json': { schema } });

	return {
		summary: route.summary,
		description: `Roles: ${route.roles.join(', ')}.`,
		...(params || query
			? { requestParams: { ...(params ? { path: params } : {}), ...(query ? { query } : {}) } }
			: {}),
		...(body ? { requestBody: { required: !route.bodyOptional, content: content(body) } } : {}),
		responses: {
			...Object.fromEntries(
				Object.entries(route.responses).map(([status, { description, schema, textTypes = [] }]) => [
					status,
					{
						description,
						...(schema || textTypes.length > 0
							? { content: { ...(schema ? content(schema) : {}), ...texts(textTypes) } }
							: {}),
					},
				]),
			),
			default: {
				description: 'A problem',
				content: { 'application/problem+json': { schema: problemBody } },
			},
		},
	};
}

function texts(types: readonly string[]) {
	return Object.fromEntries(types.map((type) => [type, { schema: z.string() }]));
}
