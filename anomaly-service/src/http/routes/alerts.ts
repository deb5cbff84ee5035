import { z } from 'zod';
import { alertText } from '../../../../core/alert.ts';
import type { Database } from '../../ports/database.ts';
import type { AlertStates } from '../../stages/alertStates.ts';
import type { Caller } from '../../stages/serviceKeys.ts';
import { withUtcInstants } from '../instants.ts';
import { onBehalf } from '../onBehalf.ts';
import { ProblemError } from '../problemError.ts';
import { route, type Route } from '../route.ts';
import { alertAnswer, acknowledgedAnswer, acknowledgeBody } from '../schemas/alerts.ts';
import { anyId, instant, microCents, tenantId, text } from '../schemas/common.ts';
import { arrayPage } from '../schemas/page.ts';
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

const listQuery = z.strictObject({
	tenantId: tenantId.optional(),
	state: z.enum(['firing', 'acknowledged', 'resolved']).optional(),
	...arrayPage,
});

export function alertRoutes(parts: { alertStates: AlertStates; database: Database }): Route[] {
	return [
		listAlerts(parts.database),
		previewAlert(),
		acknowledgeAlert(parts.alertStates),
		acknowledgeIncident(parts.alertStates),
	];
}

function listAlerts(database: Database): Route {
	return route({
		method: 'get',
		path: '/v1/alerts',
		summary: 'The newest alerts that did not open a breaker',
		roles: ['read'],
		query: listQuery,
		responses: { 200: { description: 'The alerts', schema: z.array(alertAnswer) } },
		async handle({ query, caller }) {
			const visible = visibleTenant(caller, { tenantId: query.tenantId, pointer: '/tenantId' });
			const { state = null, after = null, limit = LIST_LIMIT } = query;
			const filter = { tenantId: visible, state, after, limit };
			const alerts = await database.call('list_alerts', filter);
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

function acknowledgeAlert(states: AlertStates): Route {
	return route({
		method: 'post',
		path: '/v1/alerts/{alertId}/acknowledge',
		summary: 'Take care of an alert: it is not told again until it gets more severe',
		roles: ['operate'],
		params: z.object({ alertId: anyId }),
		body: acknowledgeBody,
		bodyOptional: true,
		responses: { 200: { description: 'Somebody takes care of it', schema: acknowledgedAnswer } },
		async handle({ params: { alertId }, body, caller, now }) {
			const by = { ...body, caller, now };
			return { status: 200, body: { alertId, ...(await acknowledge(states, alertId, by)) } };
		},
	});
}

function acknowledgeIncident(states: AlertStates): Route {
	return route({
		method: 'post',
		path: '/v1/incidents/{incidentId}/acknowledge',
		summary: 'Take care of an incident: people are not told of it again',
		roles: ['operate'],
		params: z.object({ incidentId: anyId }),
		body: acknowledgeBody,
		bodyOptional: true,
		responses: { 200: { description: 'Somebody takes care of it', schema: acknowledgedAnswer } },
		async handle({ params: { incidentId }, body, caller, now }) {
			const by = { ...body, caller, now };
			return { status: 200, body: { incidentId, ...(await acknowledge(states, incidentId, by)) } };
		},
	});
}

async function acknowledge(
	states: AlertStates,
	subjectId: string,
	by: z.infer<typeof acknowledgeBody> & { caller: Caller; now: number },
): Promise<object> {
	const { caller, now } = by;
	const done = await states.acknowledge(subjectId, {
		...{ actor: onBehalf(caller, by.actor), name: by.name ?? by.actor ?? caller.keyId },
		...{ now, tenantId: caller.tenantId },
	});
	if (done.outcome === 'unknown') {
		throw new ProblemError('not-found', `There is no alert or incident ${subjectId}.`);
	}
	if (done.outcome === 'resolved') {
		throw new ProblemError('conflict', `${subjectId} is over; there is nothing to take care of.`);
	}
	const { outcome, acknowledgedBy, acknowledgedAt } = done;

	return withUtcInstants({ outcome, acknowledgedBy, acknowledgedAt });
}
