import type { Database } from '../../ports/database.ts';
import type { Pricer } from '../../stages/price.ts';
import { reprice } from '../../stages/reprice.ts';
import type { UsageCounter } from '../../stages/usageCounter.ts';
import { route, type Route } from '../route.ts';
import { repriceAnswer, repriceBody } from '../schemas/reprice.ts';
import { isoSpan } from '../span.ts';
import { requireUnbound } from '../tenantScope.ts';

export type RepriceRouteDependencies = {
	database: Database;
	pricer: Pricer;
	usageCounter: UsageCounter;
};

export function repriceRoutes(deps: RepriceRouteDependencies): Route[] {
	return [repriceUsage(deps)];
}

function repriceUsage({ database, pricer, usageCounter }: RepriceRouteDependencies): Route {
	return route({
		method: 'post',
		path: '/v1/prices/reprice',
		summary: 'Price recorded calls again by the prices of now; a dry run unless told otherwise',
		roles: ['operate'],
		body: repriceBody,
		responses: { 200: { description: 'What changed, or would', schema: repriceAnswer } },
		async handle({ body, caller, now }) {
			requireUnbound(caller);
			const { dryRun, tenantId = null, provider = null, model = null } = body;
			const repriced = await reprice(
				{ database, pricer, countChanged: (tenantIds) => usageCounter.countChanged(tenantIds) },
				{
					span: { ...isoSpan(body, 'body'), tenantId, provider, model },
					...{ dryRun, actor: caller.keyId, now },
				},
			);
			return { status: 200, body: repriced };
		},
	});
}
