import { z } from 'zod';
import { DAY_MS } from '../../../../core/durations.ts';
import { behaviourOf, type BehaviourDependencies } from '../../stages/behaviourPicture.ts';
import { invalidRequest } from '../invalidRequest.ts';
import { ProblemError } from '../problemError.ts';
import { route, type Route } from '../route.ts';
import { behaviourAnswer } from '../schemas/behaviour.ts';
import { dayOrInstant, tenantParams } from '../schemas/common.ts';
import { requireTenant } from '../tenantScope.ts';

const MAX_DAYS = 35;

export function behaviourRoute(deps: BehaviourDependencies): Route {
	return route({
		method: 'get',
		path: '/v1/tenants/{tenantId}/behaviour',
		summary: 'A tenant’s snapshots and centroids on a plane, and their distances over time',
		roles: ['read'],
		params: tenantParams,
		query: z.strictObject({
			from: dayOrInstant.optional().meta({ description: 'Left out: a day before the end' }),
			to: dayOrInstant
				.optional()
				.meta({ description: 'The end, itself not within; left out: now' }),
		}),
		responses: { 200: { description: 'The picture', schema: behaviourAnswer } },
		async handle({ params: { tenantId }, query, caller, now }) {
			requireTenant(caller, tenantId, '/tenantId');
			const to = query.to ?? now;
			const from = query.from ?? to - DAY_MS;
			if (from >= to || to - from > MAX_DAYS * DAY_MS) {
				const detail =
					from >= to ? 'is not before the end' : `is more than ${MAX_DAYS} days before the end`;
				throw invalidRequest('query', [{ pointer: '/from', detail }]);
			}
			const picture = await behaviourOf(deps, { tenantId, from, to });
			if (picture) return { status: 200, body: picture };

			throw new ProblemError(
				'not-found',
				'This tenant has no baseline yet: it is learned within a day of its first calls.',
			);
		},
	});
}
