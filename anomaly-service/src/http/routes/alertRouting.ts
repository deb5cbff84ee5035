import { z } from 'zod';
import { CHANNELS_OF, type AlertRoute } from '../../../../core/alerting/routing.ts';
import type { AlertRouting } from '../../stages/alertRouting.ts';
import { route, type Route } from '../route.ts';
import { anyId, tenantId } from '../schemas/common.ts';
import { channel } from '../schemas/notifications.ts';
import { requireUnbound } from '../tenantScope.ts';

/** Read at every alert, by people too. */
const ROUTES_MAX = 200;
const RULES_MAX = 50;

const alertRoute = z.strictObject({
	rules: z.array(anyId).min(1).max(RULES_MAX).optional(),
	severities: z
		.array(z.enum(['warning', 'high', 'critical']))
		.min(1)
		.max(3)
		.optional(),
	tenantId: tenantId.optional(),
	channels: z.array(channel).max(4).meta({ description: 'None: nobody is told' }),
});

const routesBody = z
	.strictObject({ routes: z.array(alertRoute).max(ROUTES_MAX) })
	.superRefine(({ routes }, context) => {
		const everything = routes.findIndex(fitsAll);
		if (everything === -1 || everything === routes.length - 1) return;
		context.addIssue({
			code: 'custom',
			path: ['routes', everything + 1],
			message: `is never reached: the one before it, number ${everything + 1}, fits every alert`,
		});
	});

const routingAnswer = z
	.object({
		routes: z.array(alertRoute).meta({ description: 'The first that fits an alert counts' }),
		otherwise: z
			.record(z.string(), z.array(channel))
			.meta({ description: 'By urgency, where none fits' }),
	})
	.meta({ id: 'AlertRouting' });

export function alertRoutingRoutes({ alertRouting }: { alertRouting: AlertRouting }): Route[] {
	return [getRouting(alertRouting), putRouting(alertRouting), deleteRouting(alertRouting)];
}

function getRouting(routing: AlertRouting): Route {
	return route({
		method: 'get',
		path: '/v1/alert-routing',
		summary: 'Where people are told of which alerts',
		roles: ['read'],
		responses: { 200: { description: 'The routes', schema: routingAnswer } },
		async handle({ caller }) {
			requireUnbound(caller, 'cannot see where operators are told');
			return { status: 200, body: routingBody(routing) };
		},
	});
}

function putRouting(routing: AlertRouting): Route {
	return route({
		method: 'put',
		path: '/v1/alert-routing',
		summary: 'Say where people are told of which alerts; the first route that fits counts',
		roles: ['operate'],
		body: routesBody,
		responses: { 200: { description: 'It holds now', schema: routingAnswer } },
		async handle({ body, caller, now }) {
			requireUnbound(caller);
			const routes: AlertRoute[] = body.routes.map(routeOf);
			await routing.put(routes, { actor: caller.keyId, now });
			return { status: 200, body: routingBody(routing) };
		},
	});
}

function deleteRouting(routing: AlertRouting): Route {
	return route({
		method: 'delete',
		path: '/v1/alert-routing',
		summary: 'Tell people where the service would by itself',
		roles: ['operate'],
		responses: { 204: { description: 'It holds now' } },
		async handle({ caller, now }) {
			requireUnbound(caller);
			await routing.put(null, { actor: caller.keyId, now });
			return { status: 204 };
		},
	});
}

function routingBody({ routes }: AlertRouting) {
	return { routes: routes ?? [], otherwise: CHANNELS_OF };
}

/** Members that were left out stay out. */
function routeOf({ rules, severities, tenantId: of, channels }: z.infer<typeof alertRoute>) {
	return {
		...(rules === undefined ? {} : { rules }),
		...(severities === undefined ? {} : { severities }),
		...(of === undefined ? {} : { tenantId: of }),
		channels: [...new Set(channels)],
	};
}

function fitsAll({ rules, severities, tenantId: of }: z.infer<typeof alertRoute>): boolean {
	return rules === undefined && severities === undefined && of === undefined;
}
