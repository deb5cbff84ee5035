import type { z } from 'zod';
import type { Database } from '../../ports/database.ts';
import type { ReportFunctions } from '../../ports/reportFunctions.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import { CSV_TYPE } from '../csv.ts';
import { exactSums, groupFields } from '../reportRows.ts';
import { route, type Reply, type Route } from '../route.ts';
import { PAGE_DEFAULT } from '../schemas/page.ts';
import { spendReportAnswer, spendReportPlace, spendReportQuery } from '../schemas/spendReport.ts';
import { isoSpan } from '../span.ts';
import { focusFile, spendFile } from '../spendFiles.ts';
import { visibleTenant } from '../tenantScope.ts';
import { digestRoute } from './digest.ts';
import { whatIfRoute, type WhatIfDependencies } from './whatIf.ts';

type Query = z.infer<typeof spendReportQuery>;
type Report = ReportFunctions['spend_report']['result'];
type Asked = ReportFunctions['spend_report']['args'];
type Question = { database: Database; query: Query; tenantId: string | null; now: number };

export function reportRoutes(parts: WhatIfDependencies): Route[] {
	return [spendReport(parts.database), digestRoute(parts.database), whatIfRoute(parts)];
}

function spendReport(database: Database): Route {
	return route({
		method: 'get',
		path: '/v1/reports/spend',
		summary: 'What calls used and cost in a span, by tenant, model, workflow and more',
		roles: ['read'],
		query: spendReportQuery,
		responses: {
			200: {
				description: 'One page, costliest first; or a file with all rows',
				schema: spendReportAnswer,
				textTypes: ['text/csv'],
			},
		},
		handle({ query, caller, now, prefers }) {
			const tenantId = visibleTenant(caller, { tenantId: query.tenantId, pointer: '/tenantId' });
			const question = { database, query, tenantId, now };
			const wantsFile = () => prefers(['application/json', 'text/csv']) === 'text/csv';
			const format = query.format ?? (wantsFile() ? 'csv' : 'json');

			return format === 'json' ? page(question) : file(question, format);
		},
	});
}

async function page({ database, query, tenantId, now }: Question): Promise<Reply> {
	const { groupBy, limit = PAGE_DEFAULT, timeZone } = query;
	const [pagedTo, afterCost = null, afterKey = null] =
		readCursor(query.cursor, spendReportPlace) ?? [];
	const args = {
		...isoSpan({ from: query.from, to: query.to ?? pagedTo ?? now }),
		...{ groupBy, timeZone, tenantId, ...filtersOf(query), afterCost, afterKey },
		// One row more than the page has: whether there is another page.
		limit: limit + 1,
	};
	const report = await database.call('spend_report', args);
	exactSums([report.totals, ...report.rows]);

	return { status: 200, body: pageBody(report, args) };
}

/** The file says what day it is of; a browser saves it by that name. */
async function file(
	{ database, query, tenantId, now }: Question,
	format: 'csv' | 'focus',
): Promise<Reply> {
	const span = isoSpan({ from: query.from, to: query.to ?? now });
	const asked = { ...span, timeZone: query.timeZone, tenantId, ...filtersOf(query) };
	const text =
		format === 'csv'
			? await spendFile(database, { ...asked, groupBy: query.groupBy }, query)
			: await focusFile(database, asked, query);
	const name = `${format === 'csv' ? 'spend' : 'focus'}-${span.from.slice(0, 10)}.csv`;
	const headers = { 'content-disposition': `attachment; filename="${name}"` };

	return { status: 200, text: { type: CSV_TYPE, text }, headers };
}

function filtersOf({ provider, model, source, workflowId }: Query) {
	return {
		provider: provider ?? null,
		model: model ?? null,
		source: source ?? null,
		workflowId: workflowId ?? null,
	};
}

function pageBody({ rows, totals }: Report, { from, to, groupBy, limit }: Asked): object {
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
