import { z } from 'zod';
import type { Database } from '../../ports/database.ts';
import type { BaselineBook } from '../../stages/baselineBook.ts';
import { withUtcInstants } from '../instants.ts';
import { ProblemError } from '../problemError.ts';
import { requireTenant } from '../tenantScope.ts';
import { route, type Route } from '../route.ts';
import { tenantParams } from '../schemas/common.ts';

const baselineAnswer = z
	.looseObject({
		tenantId: z.string(),
		version: z.int(),
		fittedAt: z.string(),
		snapshots: z.int(),
		centroids: z.int(),
	})
	.meta({ id: 'Baseline' });

export function baselineRoutes({
	baselines,
	database,
}: {
	baselines: BaselineBook;
	database: Database;
}): Route[] {
	return [
		route({
			method: 'get',
			path: '/v1/baselines/{tenantId}',
			summary: 'The baseline in use: levels, scales and how many snapshots stand behind it',
			roles: ['read'],
			params: tenantParams,
			responses: { 200: { description: 'The baseline', schema: baselineAnswer } },
			async handle({ params: { tenantId }, caller }) {
				requireTenant(caller, tenantId, '/tenantId');
				const baseline = await database.call('load_baseline', { tenantId });
				if (!baseline)
					throw new ProblemError('not-found', `Tenant ${tenantId} has no baseline yet.`);
				return { status: 200, body: { tenantId, ...withUtcInstants(baseline) } };
			},
		}),
		route({
			method: 'post',
			path: '/v1/baselines/{tenantId}/refresh',
			summary: 'Fit a new baseline on the last 14 days, incidents left out',
			roles: ['operate'],
			params: tenantParams,
			responses: { 200: { description: 'The new version', schema: baselineAnswer } },
			async handle({ params: { tenantId }, caller, now }) {
				requireTenant(caller, tenantId, '/tenantId');
				const refreshed = await baselines.refresh(tenantId, now);
				if (!refreshed) {
					throw new ProblemError(
						'conflict',
						`Tenant ${tenantId} has less than 24 hours of usage: there is no normal to learn yet.`,
					);
				}
				return { status: 200, body: withUtcInstants(refreshed) };
			},
		}),
	];
}
