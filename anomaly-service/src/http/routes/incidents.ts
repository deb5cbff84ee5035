import { z } from 'zod';
import { ACTION_KINDS, OUTCOMES } from '../../../../core/containment/action.ts';
import type { Database } from '../../ports/database.ts';
import type { IncidentDocument } from '../../ports/records.ts';
import { alikeIncidents } from '../../stages/alikeIncidents.ts';
import type { ContainmentDesk } from '../../stages/containmentDesk.ts';
import type { Caller } from '../../stages/serviceKeys.ts';
import { onBehalf, onBehalfBody } from '../onBehalf.ts';
import { withUtcInstants } from '../instants.ts';
import { ProblemError } from '../problemError.ts';
import { route, type Route } from '../route.ts';
import { incidentAnswer, knownIncidentAnswer } from '../schemas/answers.ts';
import { anyId, tenantId, text } from '../schemas/common.ts';
import { actionAnswer } from '../schemas/containment.ts';
import { jsonDocument } from '../schemas/jsonDocument.ts';
import { arrayPage } from '../schemas/page.ts';
import { reaches, visibleTenant } from '../tenantScope.ts';
import { actionBody } from './actions.ts';

const params = z.object({ incidentId: anyId });

const reportBody = z.strictObject({
	action: z.enum([...ACTION_KINDS, 'notify']),
	vendor: text(100).min(1),
	targetId: text(500).min(1),
	outcome: z.enum(OUTCOMES),
	detail: text(2000).optional(),
	restore: jsonDocument
		.optional()
		.meta({ description: 'Previous values, enough to undo the step' }),
});

const LIST_LIMIT = 100;

const listQuery = z.strictObject({ tenantId: tenantId.optional(), ...arrayPage });

export type IncidentRouteDependencies = { containment: ContainmentDesk; database: Database };

export function incidentRoutes({ containment, database }: IncidentRouteDependencies): Route[] {
	return [
		listIncidents(database),
		getIncident(database),
		reportAction(database),
		undoIncident(containment),
	];
}

function listIncidents(database: Database): Route {
	return route({
		method: 'get',
		path: '/v1/incidents',
		summary: 'The newest incidents',
		roles: ['read'],
		query: listQuery,
		responses: { 200: { description: 'The incidents', schema: z.array(incidentAnswer) } },
		async handle({ query, caller }) {
			const visible = visibleTenant(caller, { tenantId: query.tenantId, pointer: '/tenantId' });
			const { after = null, limit = LIST_LIMIT } = query;
			if (after !== null) await requireIncident(database, caller, after);
			const filter = { tenantId: visible, after, limit };
			const incidents = await database.call('list_incidents', filter);
			return { status: 200, body: incidents.map(incidentBody) };
		},
	});
}

function getIncident(database: Database): Route {
	return route({
		method: 'get',
		path: '/v1/incidents/{incidentId}',
		summary:
			'One incident: its evidence, its alert, the actions taken, and past ones it looks like',
		roles: ['read'],
		params,
		responses: { 200: { description: 'The incident', schema: knownIncidentAnswer } },
		async handle({ params: { incidentId }, caller }) {
			const incident = await database.call('incident_document', { id: incidentId });
			if (!incident || !reaches(caller, incident.tenantId)) throw noIncident(incidentId);
			const looksLike = await alikeIncidents(database, {
				...{ of: { id: incidentId }, visibleTo: caller.tenantId },
			});
			return { status: 200, body: { ...incidentBody(incident), looksLike } };
		},
	});
}

function reportAction(database: Database): Route {
	return route({
		method: 'post',
		path: '/v1/incidents/{incidentId}/actions',
		summary: 'Report what a containment step did at a vendor that nobody had asked for',
		roles: ['operate'],
		params,
		body: reportBody,
		responses: {
			200: { description: 'Replaces an earlier report of the same step' },
			201: { description: 'Recorded' },
		},
		async handle({ params: { incidentId }, body, caller, now }) {
			const { found, created } = await database.call('report_action', {
				incidentId,
				tenantId: visibleTenant(caller),
				action: body,
				actor: caller.keyId,
				now: new Date(now).toISOString(),
			});
			if (!found) throw noIncident(incidentId);
			return { status: created ? 201 : 200, body: { incidentId, ...body } };
		},
	});
}

function undoIncident(containment: ContainmentDesk): Route {
	return route({
		method: 'post',
		path: '/v1/incidents/{incidentId}/undo',
		summary: 'Put back what was done because of an incident, and let its tenant go on trial',
		roles: ['operate'],
		params,
		body: onBehalfBody,
		bodyOptional: true,
		responses: {
			200: {
				description: 'The steps that are undone or on their way to it',
				schema: z.object({
					incidentId: z.string(),
					outcome: z.enum(['undone', 'nothingToUndo']),
					actions: z.array(actionAnswer),
				}),
			},
		},
		async handle({ params: { incidentId }, body, caller, now }) {
			const tenantId = visibleTenant(caller);
			const by = { actor: onBehalf(caller, body.actor), now, tenantId };
			const { outcome, actions } = await containment.undo(incidentId, by);
			if (outcome === 'unknown') throw noIncident(incidentId);
			return { status: 200, body: { incidentId, outcome, actions: actions.map(actionBody) } };
		},
	});
}

function incidentBody(incident: IncidentDocument): object {
	return { ...withUtcInstants(incident), actions: incident.actions.map(withUtcInstants) };
}

/** Behind one that does not exist there is nothing either; the caller had better know that it is a mistake. */
async function requireIncident(database: Database, caller: Caller, after: string): Promise<void> {
	const incident = await database.call('incident_document', { id: after });
	if (incident && reaches(caller, incident.tenantId)) return;

	throw new ProblemError('invalid-request', `There is no incident ${after} to go on after.`, {
		errors: [{ pointer: '/after', detail: 'is no incident' }],
	});
}

function noIncident(incidentId: string): ProblemError {
	return new ProblemError('not-found', `There is no incident ${incidentId}.`);
}
