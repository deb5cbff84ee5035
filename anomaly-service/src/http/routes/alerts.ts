import { z } from 'zod';
import { alertText } from '../../../../core/alert.ts';
import type { Database } from '../../ports/database.ts';
import { withUtcInstants } from '../instants.ts';
import { route, type Route } from '../route.ts';
import { instant, microCents, tenantId, tenantQuery, text } from '../schemas/common.ts';
import { requireTenant, visibleTenant } from '../tenantScope.ts';

const LIST_LIMIT = 100;

const facts = z.strictObject({
	tenantId,
	severity: z.enum(['warning', 'high', 'critical']).default('critical'),
	microCentsPerMinute: microCents.meta({ description: 'Spend of the last minute, micro-cents' }),
	endpoint: text(500)
		.min(1)
		.meta({ examples: ['api.openai.com/v1/chat/completions'] }),
	breakerFired: z.boolean().optional().meta({ description: 'Left out: when it is critical' }),
	time: instant.optional().meta({ description: 'Left out: now' }),
});

export function alertRoutes({ database }: { database: Database }): Route[] {
	return [listAlerts(database), previewAlert()];
}

function listAlerts(database: Database): Route {
	return route({
		method: 'get',
		path: '/v1/alerts',
		summary: 'The newest alerts that did not open a breaker',
		roles: ['read'],
		query: tenantQuery,
		responses: { 200: { description: 'The alerts', schema: z.array(z.looseObject({})) } },
		async handle({ query, caller }) {
			const visible = visibleTenant(caller, { tenantId: query.tenantId, pointer: '/tenantId' });
			const alerts = await database.call('list_alerts', { tenantId: visible, limit: LIST_LIMIT });
			return { status: 200, body: alerts.map(withUtcInstants) };
		},
	});
}

function previewAlert(): Route {
	return route({
		method: 'post',
		path: '/v1/alerts/preview',
		summary: 'The alert as every channel would get it; nothing is sent or kept',
		roles: ['read'],
		body: facts,
		responses: {
			200: {
				description: 'The alert, as text and parsed',
				schema: z.object({ alertText: z.string(), alert: z.looseObject({}) }),
			},
		},
		async handle({ body, caller, now }) {
			requireTenant(caller, body.tenantId, '/tenantId');
			const written = alertText({
				severity: body.severity,
				tenantId: body.tenantId,
				spendPerMinute: body.microCentsPerMinute,
				faultyEndpoint: body.endpoint,
				breakerFired: body.breakerFired ?? body.severity === 'critical',
				at: body.time === undefined ? now : Date.parse(body.time),
			});
			return { status: 200, body: { alertText: written, alert: JSON.parse(written) as object } };
		},
	});
}
