import type { z } from 'zod';
import { DAY_MS } from '../../../../core/durations.ts';
import { canonicalProvider } from '../../../../core/priceBook.ts';
import type { FieldError } from '../../../../core/problems.ts';
import { readReports } from '../../../../core/readers/reports/index.ts';
import type { ReportDay } from '../../../../core/readers/reports/reportReading.ts';
import type { Database } from '../../ports/database.ts';
import type { Reconciled, Reconciliation, Reports } from '../../stages/reconciliation.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import { withUtcInstants } from '../instants.ts';
import { invalidRequest } from '../invalidRequest.ts';
import { route, type Route } from '../route.ts';
import {
	reconciliationAnswer,
	reconciliationBody,
	reconciliationPlace,
	reconciliationQuery,
	reconciliationsAnswer,
} from '../schemas/reconciliation.ts';
import { requireUnbound } from '../tenantScope.ts';

export type ReconciliationRouteDependencies = {
	database: Database;
	reconciliation: Reconciliation;
};

/** Bills are of all tenants together. */
const SEE_BILLS = 'does not see the bills of all of them';
const TOO_LARGE: FieldError = {
	pointer: '/reports',
	detail: 'add up to more than 2^53 µ¢; send fewer',
};
/** Enough to mend a report by. */
const MAX_ERRORS = 20;
/** The ledger is summed up over all of it at once. */
const MAX_SPAN_DAYS = 366;

export function reconciliationRoutes(deps: ReconciliationRouteDependencies): Route[] {
	return [reconcile(deps), listReconciliations(deps)];
}

function reconcile({ reconciliation }: ReconciliationRouteDependencies): Route {
	return route({
		method: 'post',
		path: '/v1/reconciliations',
		summary: 'Compare usage and cost reports of vendors with what was recorded, by day and key',
		roles: ['operate'],
		body: reconciliationBody,
		responses: {
			200: { description: 'The comparison, which is kept', schema: reconciliationAnswer },
		},
		async handle({ body, caller, now }) {
			requireUnbound(caller, SEE_BILLS);
			const reconciled = await reconciliation.reconcile(reportsOf(body, now), now);
			if (!reconciled) throw invalidRequest('body', [TOO_LARGE]);
			return { status: 200, body: answerBody(reconciled) };
		},
	});
}

function listReconciliations({ database }: ReconciliationRouteDependencies): Route {
	return route({
		method: 'get',
		path: '/v1/reconciliations',
		summary: 'What was compared last of each day and key, newest day first',
		roles: ['read'],
		query: reconciliationQuery,
		responses: { 200: { description: 'One page', schema: reconciliationsAnswer } },
		async handle({ query, caller }) {
			requireUnbound(caller, SEE_BILLS);
			const { provider = null, from = null, to = null, onlyFindings, limit, cursor } = query;
			requireOrder(query);
			const rows = await database.call('list_reconciliations', {
				...{ provider: provider && canonicalProvider(provider), from, to },
				onlyFindings: onlyFindings === 'true',
				after: readCursor(cursor, reconciliationPlace),
				// One more than the page has: whether there is another page.
				limit: limit + 1,
			});
			const lines = rows.slice(0, limit);
			const last = rows.length > limit ? lines.at(-1) : undefined;
			const place = last && { day: last.day, provider: last.provider, keyId: last.keyId };
			return {
				status: 200,
				body: {
					lines: lines.map(withUtcInstants),
					nextCursor: place ? writeCursor(place) : null,
				},
			};
		},
	});
}

function reportsOf(body: z.infer<typeof reconciliationBody>, now: number): Reports {
	const { keyMap, thresholdPercent, thresholdMicroCents, settleHours } = body;
	const { days, lines, errors } = readReports(body.reports, now);
	if (errors.length > 0) {
		throw invalidRequest(
			'body',
			errors.slice(0, MAX_ERRORS).map(({ pointer, detail }) => ({
				pointer: `/reports${pointer}`,
				detail,
			})),
		);
	}
	const provider = body.provider === undefined ? undefined : canonicalProvider(body.provider);
	const isAsked = (line: ReportDay) => provider === undefined || line.provider === provider;
	const asked = days.filter(isAsked);
	requireSpan(asked);

	return {
		...{ days: asked, lines: lines.filter(isAsked), keyMap },
		thresholds: {
			...{ percent: thresholdPercent, microCents: thresholdMicroCents, settleHours },
		},
	};
}

/** Both days are within, so the first may be the last. */
function requireOrder({ from, to }: z.infer<typeof reconciliationQuery>): void {
	if (from === undefined || to === undefined || from <= to) return;

	throw invalidRequest('query', [{ pointer: '/from', detail: 'is after the end' }]);
}

function requireSpan(days: readonly ReportDay[]): void {
	const instants = days.map(({ day }) => Date.parse(day));
	let [first = 0] = instants;
	let last = first;
	for (const at of instants) {
		first = Math.min(first, at);
		last = Math.max(last, at);
	}
	if (last - first < MAX_SPAN_DAYS * DAY_MS) return;

	const detail = `Expected days within ${MAX_SPAN_DAYS} of one another; send older ones apart`;
	throw invalidRequest('body', [{ pointer: '/reports', detail }]);
}

function answerBody({ lines, ...rest }: Reconciled): object {
	return { ...rest, lines, findings: lines.filter(({ finding }) => finding !== null) };
}
