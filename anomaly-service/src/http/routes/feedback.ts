import { z } from 'zod';
import { DAY_MS } from '../../../../core/durations.ts';
import type { Database } from '../../ports/database.ts';
import type { Feedback, ScoringFunctions } from '../../ports/scoringFunctions.ts';
import { withUtcInstants } from '../instants.ts';
import { ProblemError } from '../problemError.ts';
import { route, type Route } from '../route.ts';
import { tenantParams } from '../schemas/common.ts';
import { feedbackAnswer, feedbackBody, feedbackParams } from '../schemas/scoring.ts';
import { requireTenant } from '../tenantScope.ts';

const LIST_LIMIT = 1000;

export function feedbackRoutes({ database }: { database: Database }): Route[] {
	return [giveFeedback(database), listFeedback(database), deleteFeedback(database)];
}

function giveFeedback(database: Database): Route {
	return route({
		method: 'post',
		path: '/v1/tenants/{tenantId}/feedback',
		summary: 'Say of an alert or a moment of a tenant that it was fine, or an incident',
		roles: ['operate'],
		params: tenantParams,
		body: feedbackBody,
		responses: { 201: { description: 'Kept', schema: feedbackAnswer } },
		async handle({ params: { tenantId }, body, caller, now }) {
			requireTenant(caller, tenantId, '/tenantId');
			const { at = null, openedAt = null, verdict, expiresInDays, note = null } = body;
			const given = await database.call('give_feedback', {
				...{ tenantId, at, openedAt, verdict, note, actor: caller.keyId },
				expiresAt: new Date(now + expiresInDays * DAY_MS).toISOString(),
				now: new Date(now).toISOString(),
			});
			if (given.outcome !== 'given') throw refusal(given, tenantId);
			return { status: 201, body: feedbackFields(given.feedback, now) };
		},
	});
}

type Refused = Exclude<ScoringFunctions['give_feedback']['result'], { outcome: 'given' }>;

function refusal({ outcome }: Refused, tenantId: string): ProblemError {
	switch (outcome) {
		case 'noAlert':
			return new ProblemError('not-found', `No alert of tenant ${tenantId} opened then.`, {
				errors: [{ pointer: '/openedAt', detail: 'is not the openedAt of one of its alerts' }],
			});
		case 'noSnapshot':
			return new ProblemError(
				'not-found',
				`No snapshot of tenant ${tenantId} was kept within five minutes of it: there is nothing to judge.`,
			);
		case 'tooMany':
			return new ProblemError(
				'conflict',
				`100 feedbacks on tenant ${tenantId} are in force, which is the most. Delete one first, or refresh the baseline: so many exceptions are a new normal.`,
			);
	}
}

function listFeedback(database: Database): Route {
	return route({
		method: 'get',
		path: '/v1/tenants/{tenantId}/feedback',
		summary: 'What was said of a tenant’s alerts and moments, newest first',
		roles: ['read'],
		params: tenantParams,
		responses: { 200: { description: 'The feedback', schema: z.array(feedbackAnswer) } },
		async handle({ params: { tenantId }, caller, now }) {
			requireTenant(caller, tenantId, '/tenantId');
			const listed = await database.call('list_feedback', {
				...{ tenantId, id: null, limit: LIST_LIMIT },
			});
			return { status: 200, body: listed.map((feedback) => feedbackFields(feedback, now)) };
		},
	});
}

function deleteFeedback(database: Database): Route {
	return route({
		method: 'delete',
		path: '/v1/tenants/{tenantId}/feedback/{feedbackId}',
		summary: 'Take feedback back; what it suppressed alerts again',
		roles: ['operate'],
		params: feedbackParams,
		responses: { 204: { description: 'Deleted' } },
		async handle({ params: { tenantId, feedbackId: id }, caller, now }) {
			requireTenant(caller, tenantId, '/tenantId');
			const { deleted } = await database.call('delete_feedback', {
				...{ tenantId, id, actor: caller.keyId, now: new Date(now).toISOString() },
			});
			if (!deleted) {
				throw new ProblemError('not-found', `There is no feedback ${id} on tenant ${tenantId}.`);
			}
			return { status: 204 };
		},
	});
}

/** Feedback as it is answered. */
export function feedbackFields({ strength, ...feedback }: Feedback, now: number) {
	return {
		...withUtcInstants(feedback),
		timesTheLimit: strength,
		inForce: Date.parse(feedback.expiresAt) > now,
	};
}
