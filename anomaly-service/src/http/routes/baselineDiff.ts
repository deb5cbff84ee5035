import type { Database } from '../../ports/database.ts';
import { compareVersions } from '../../stages/baselineCompare.ts';
import { ProblemError } from '../problemError.ts';
import { route, type Route } from '../route.ts';
import { diffAnswer, diffQuery } from '../schemas/baseline.ts';
import { tenantParams } from '../schemas/common.ts';
import { requireTenant } from '../tenantScope.ts';
import { noBaseline, noVersion } from './baselineProblems.ts';

export function compareBaselines({ database }: { database: Database }): Route {
	return route({
		method: 'get',
		path: '/v1/baselines/{tenantId}/diff',
		summary: 'What changed from one version of a baseline to another, in words and figures',
		roles: ['read'],
		params: tenantParams,
		query: diffQuery,
		responses: { 200: { description: 'What changed', schema: diffAnswer } },
		async handle({ params: { tenantId }, query, caller }) {
			requireTenant(caller, tenantId, '/tenantId');
			const compared = await compareVersions(database, tenantId, query);
			if (!compared)
				throw query.to === undefined ? noBaseline(tenantId) : noVersion(tenantId, query.to);
			const { from, to, diff } = compared;
			if (from && diff) {
				const body = { tenantId, from: from.version, to: to.version, ...diff };
				return { status: 200, body };
			}
			if (query.from !== undefined) throw noVersion(tenantId, query.from);
			const said = `Version ${to.version} of the baseline of tenant ${tenantId} has no version before it to compare with.`;
			throw new ProblemError('not-found', said);
		},
	});
}
