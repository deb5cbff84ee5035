import type { BaselineRound, RoundOutcome } from '../../stages/baselineRound.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import { route, type Route } from '../route.ts';
import { refreshAllAnswer, refreshAllBody } from '../schemas/baseline.ts';
import { tenantId } from '../schemas/common.ts';
import { requireUnbound } from '../tenantScope.ts';

/** A node waits half a minute for an answer; a tenant that was begun is finished. */
const SPEND_MS = 15_000;

export function refreshAll({ baselineRound }: { baselineRound: BaselineRound }): Route {
	return route({
		method: 'post',
		path: '/v1/baselines/refresh',
		summary:
			'Refresh every baseline that is not fresh, as many as fit into 15 s: go on with nextCursor until it is null',
		roles: ['operate'],
		body: refreshAllBody.optional(),
		bodyOptional: true,
		responses: { 200: { description: 'What became of each tenant', schema: refreshAllAnswer } },
		async handle({ body, caller, now }) {
			requireUnbound(caller, 'cannot refresh those of all of them');
			const { olderThan, limit, cursor } = body ?? refreshAllBody.parse({});
			const round = await baselineRound.runPage(
				{
					...{ after: readCursor(cursor, tenantId), limit, spendMs: SPEND_MS },
					...{ freshMs: olderThan, actor: caller.keyId },
				},
				now,
			);
			const { tenants, after } = round;
			const nextCursor = after === null ? null : writeCursor(after);
			return { status: 200, body: { ...countsOf(tenants), tenants, nextCursor } };
		},
	});
}

function countsOf(tenants: readonly RoundOutcome[]): Record<RoundOutcome['outcome'], number> {
	const counts = { refreshed: 0, fresh: 0, skipped: 0, failed: 0 };
	for (const { outcome } of tenants) counts[outcome] += 1;

	return counts;
}
