import type { z } from 'zod';
import type { Database } from '../../ports/database.ts';
import type { Pricer } from '../../stages/price.ts';
import { isPriced, whatIf, WHAT_IF_CALLS_MAX, type WhatIf } from '../../stages/whatIf.ts';
import { invalidRequest } from '../invalidRequest.ts';
import type { ProblemError } from '../problemError.ts';
import { exactSums } from '../reportRows.ts';
import { route, type Route } from '../route.ts';
import { whatIfAnswer, whatIfQuery } from '../schemas/whatIf.ts';
import { isoSpan } from '../span.ts';
import { visibleTenant } from '../tenantScope.ts';

export type WhatIfDependencies = { database: Database; pricer: Pick<Pricer, 'priceUsage'> };
type Query = z.infer<typeof whatIfQuery>;

export function whatIfRoute(parts: WhatIfDependencies): Route {
	return route({
		method: 'get',
		path: '/v1/reports/what-if',
		summary: 'What the same calls would have cost on another model or tier, or with prompt caching',
		roles: ['read'],
		query: whatIfQuery,
		responses: { 200: { description: 'Both sums', schema: whatIfAnswer } },
		async handle({ query, caller, now }) {
			const tenantId = visibleTenant(caller, { tenantId: query.tenantId, pointer: '/tenantId' });
			const { workflowId = null, nodeName = null, provider = null, model = null } = query;
			const change = changeOf(query);
			refuseUnpriced(parts.pricer, change, now);
			const span = isoSpan({ from: query.from, to: query.to ?? now });
			const filter = { ...span, tenantId, workflowId, nodeName, provider, model };
			const answer = await whatIf(parts, filter, change);
			if (!answer) {
				const most = WHAT_IF_CALLS_MAX.toLocaleString('en-US');
				throw refusal('/from', `begins a span with more than ${most} calls`);
			}
			const { actualMicroCents, whatIfMicroCents } = answer;
			exactSums([{ actualMicroCents, whatIfMicroCents }]);

			return { status: 200, body: answer };
		},
	});
}

function changeOf(query: Query): WhatIf {
	const to = otherModel(query);
	const { serviceTier, prefixTokens } = query;
	const caches = query.promptCaching === 'true';
	if (prefixTokens !== undefined && !caches) {
		throw refusal('/prefixTokens', 'is for promptCaching=true');
	}
	if (!to && serviceTier === undefined && !caches) {
		throw refusal(
			'/toModel',
			'is missing, as are serviceTier and promptCaching=true: say what is changed',
		);
	}
	return { to, serviceTier, promptCaching: caches ? { prefixTokens } : undefined };
}

function otherModel({ toProvider, toModel }: Query): WhatIf['to'] {
	if (toProvider !== undefined && toModel !== undefined) {
		return { provider: toProvider, model: toModel };
	}
	if (toProvider !== undefined) throw refusal('/toModel', 'is missing beside toProvider');
	if (toModel !== undefined) throw refusal('/toProvider', 'is missing beside toModel');

	return undefined;
}

function refuseUnpriced(
	pricer: WhatIfDependencies['pricer'],
	{ to, serviceTier }: WhatIf,
	at: number,
): void {
	if (!to) return;
	if (!isPriced(pricer, { ...to, at })) {
		throw refusal('/toModel', `has no price: ${to.provider} ${to.model} is not in the price list`);
	}
	if (!isPriced(pricer, { ...to, serviceTier, at })) {
		throw refusal('/serviceTier', `has no price for ${to.model}`);
	}
}

function refusal(pointer: string, detail: string): ProblemError {
	return invalidRequest('query', [{ pointer, detail }]);
}
