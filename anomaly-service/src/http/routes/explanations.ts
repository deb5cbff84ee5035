import { z } from 'zod';
import type { Explainer, Explanation } from '../../stages/explanation.ts';
import { ProblemError } from '../problemError.ts';
import { route, type Route } from '../route.ts';
import { instant, tenantParams } from '../schemas/common.ts';
import { explanationAnswer } from '../schemas/scoring.ts';
import { requireTenant } from '../tenantScope.ts';
import { feedbackFields } from './feedback.ts';

const query = z.strictObject({
	at: instant.optional().meta({
		description: 'The snapshot kept nearest to it is explained; left out: the tenant as it is now',
	}),
});

export function explanationRoutes({ explainer }: { explainer: Explainer }): Route[] {
	return [
		route({
			method: 'get',
			path: '/v1/tenants/{tenantId}/explanation',
			summary: 'How far a tenant is from its normal, what moved, and when it was like this before',
			roles: ['read'],
			params: tenantParams,
			query,
			responses: { 200: { description: 'The explanation', schema: explanationAnswer } },
			async handle({ params: { tenantId }, query: { at }, caller, now }) {
				requireTenant(caller, tenantId, '/tenantId');
				const explanation =
					at === undefined
						? await explainer.now(tenantId, now)
						: await explainer.at(tenantId, Date.parse(at), now);
				if (!explanation) throw notFound(tenantId, at);
				return { status: 200, body: { tenantId, ...explanationFields(explanation, now) } };
			},
		}),
	];
}

function notFound(tenantId: string, at: string | undefined): ProblemError {
	return at === undefined
		? new ProblemError(
				'not-found',
				`Tenant ${tenantId} has no baseline yet: nothing to compare with.`,
			)
		: new ProblemError(
				'not-found',
				`No snapshot of tenant ${tenantId} was kept within five minutes of ${at}. Kept are every fifth minute of the last 35 days with usage, and flagged ones.`,
			);
}

function explanationFields(explanation: Explanation, now: number) {
	const { at, strength, nearest, suppressedBy, ...rest } = explanation;
	const { feedback, maintenance } = suppressedBy;

	return {
		...rest,
		at: new Date(at).toISOString(),
		timesTheLimit: strength,
		flagged: strength > 1,
		nearest: nearest.map(({ at: then, distance, strength: timesTheLimit, version }) => ({
			...{ at: new Date(then).toISOString(), distance, timesTheLimit, baselineVersion: version },
		})),
		suppressedBy: { feedback: feedback ? feedbackFields(feedback, now) : null, maintenance },
	};
}
