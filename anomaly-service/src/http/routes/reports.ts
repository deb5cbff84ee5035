import type { z } from 'zod';
import { DAY_MS } from '../../../../core/durations.ts';
import type { Database } from '../../ports/database.ts';
import type { ReportFunctions, ReportGroup, SpendSums } from '../../ports/reportFunctions.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import { ProblemError } from '../problemError.ts';
import { route, type Route } from '../route.ts';
import {
	GROUP_FIELDS,
	spendReportAnswer,
	spendReportPlace,
	spendReportQuery,
} from '../schemas/spendReport.ts';
import { visibleTenant } from '../tenantScope.ts';

type Report = ReportFunctions['spend_report']['result'];
type Asked = Omit<ReportFunctions['spend_report']['args'], 'tenantId'>;

const DEFAULT_SPAN_MS = 30 * DAY_MS;
/** A million calls take 1 to 3 s, and Postgres ends what takes 30: a report over more is made of several. */
const MAX_SPAN_MS = 366 * DAY_MS;

export function reportRoutes({ database }: { database: Database }): Route[] {
	return [spendReport(database)];
}

function spendReport(database: Database): Route {
	return route({
		method: 'get',
		path: '/v1/reports/spend',
		summary: 'What calls used and cost in a span, by tenant, model, workflow and more',
		roles: ['read'],
		query: spendReportQuery,
		responses: { 200: { description: 'One page, costliest first', schema: spendReportAnswer } },
		async handle({ query, caller, now }) {
			const tenantId = visibleTenant(caller, { tenantId: query.tenantId, pointer: 'tenantId' });
			const args = reportArgs(query, now);
			const report = await database.call('spend_report', { ...args, tenantId });
			refuseUnlessExact(report.totals);
			return { status: 200, body: reportBody(report, args) };
		},
	});
}

/** One row more than the page has: whether there is another page. */
function reportArgs(query: z.infer<typeof spendReportQuery>, now: number): Asked {
	const { groupBy, limit, provider = null, model = null, source = null, workflowId = null } = query;
	const [pagedTo, afterCost = null, afterKey = null] =
		readCursor(query.cursor, spendReportPlace) ?? [];
	const { from, to } = spanOf({ from: query.from, to: query.to ?? pagedTo ?? now });

	return {
		...{ from: iso(from), to: iso(to), groupBy, provider, model, source, workflowId },
		...{ afterCost, afterKey, limit: limit + 1 },
	};
}

function reportBody({ rows, totals }: Report, { from, to, groupBy, limit }: Asked): object {
	const shown = rows.slice(0, limit - 1);
	const last = rows.length === limit ? shown.at(-1) : undefined;

	return {
		from,
		to,
		rows: shown.map(({ key, ...sums }) => ({ ...groupFields(groupBy, key), ...sums })),
		totals,
		nextCursor: last ? writeCursor([Date.parse(to), last.costMicroCents, last.key]) : null,
	};
}

function spanOf({ from: asked, to }: { from: number | undefined; to: number }) {
	const from = asked ?? to - DEFAULT_SPAN_MS;
	if (from < to && to - from <= MAX_SPAN_MS) return { from, to };

	const detail = from < to ? 'is more than 366 days before the end' : 'is not before the end';
	throw new ProblemError('invalid-request', `The query is not as expected at /from: ${detail}.`, {
		errors: [{ pointer: '/from', detail }],
	});
}

/** No row is larger than the totals. */
function refuseUnlessExact(totals: SpendSums): void {
	if (Object.values(totals).every((sum) => Number.isSafeInteger(sum))) return;

	throw new ProblemError('invalid-request', 'The sums are too large to be exact in JSON.', {
		errors: [
			{ pointer: '/from', detail: 'begins a span of more than 2^53; ask for a shorter one' },
		],
	});
}

function groupFields(groupBy: readonly ReportGroup[], key: readonly (string | null)[]) {
	return Object.fromEntries(
		groupBy.map((group, index) => [GROUP_FIELDS[group], key[index] ?? null]),
	);
}

function iso(at: number): string {
	return new Date(at).toISOString();
}
