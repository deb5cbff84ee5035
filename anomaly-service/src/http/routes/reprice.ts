import { DAY_MS } from '../../../../core/durations.ts';
import type { Database } from '../../ports/database.ts';
import type { Pricer } from '../../stages/price.ts';
import { reprice } from '../../stages/reprice.ts';
import type { UsageCounter } from '../../stages/usageCounter.ts';
import { ProblemError } from '../problemError.ts';
import { route, type Route } from '../route.ts';
import { repriceAnswer, repriceBody } from '../schemas/reprice.ts';
import { requireUnbound } from '../tenantScope.ts';

export type RepriceRouteDependencies = {
	database: Database;
	pricer: Pricer;
	usageCounter: UsageCounter;
};

/** A year and a day, as reports have. */
const MAX_SPAN_MS = 366 * DAY_MS;

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
			const { from, to, dryRun, tenantId = null, provider = null, model = null } = body;
			refuseUnlessSpan(from, to);
			const repriced = await reprice(
				{ database, pricer, countAnew: (changed) => usageCounter.countAnew(changed) },
				{
					span: { from: iso(from), to: iso(to), tenantId, provider, model },
					...{ dryRun, actor: caller.keyId, now },
				},
			);
			return { status: 200, body: repriced };
		},
	});
}

function refuseUnlessSpan(from: number, to: number): void {
	if (from < to && to - from <= MAX_SPAN_MS) return;

	const detail = from < to ? 'is more than 366 days before the end' : 'is not before the end';
	throw new ProblemError('invalid-request', `The body is not as expected at /from: ${detail}.`, {
		errors: [{ pointer: '/from', detail }],
	});
}

function iso(at: number): string {
	return new Date(at).toISOString();
}
