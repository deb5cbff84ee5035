import { dayBefore } from '../../../../core/spendDigest.ts';
import type { Database } from '../../ports/database.ts';
import { spendDigest } from '../../stages/spendDigest.ts';
import { invalidRequest } from '../invalidRequest.ts';
import { exactSums } from '../reportRows.ts';
import { route, type Route } from '../route.ts';
import { digestAnswer, digestQuery } from '../schemas/digest.ts';
import { visibleTenant } from '../tenantScope.ts';

export function digestRoute(database: Database): Route {
	return route({
		method: 'get',
		path: '/v1/reports/digest',
		summary: 'A day’s spend against expected activity',
		roles: ['read'],
		query: digestQuery,
		responses: { 200: { description: 'The day', schema: digestAnswer } },
		async handle({ query, caller, now }) {
			const tenantId = visibleTenant(caller, { tenantId: query.tenantId, pointer: '/tenantId' });
			const { timeZone } = query;
			const day = query.day ?? dayBefore(timeZone, now, 1);
			refuseFuture(day, dayBefore(timeZone, now, 0));
			const digest = await spendDigest(database, { day, timeZone, tenantId });
			exactSums([digest.totals]);

			return { status: 200, body: digest };
		},
	});
}

function refuseFuture(day: string, today: string): void {
	if (day <= today) return;

	throw invalidRequest('query', [{ pointer: '/day', detail: 'has not begun yet' }]);
}
