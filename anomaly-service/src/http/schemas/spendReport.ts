import { z } from 'zod';
import { REPORT_GROUPS, type ReportGroup } from '../../ports/reportFunctions.ts';
import { anyId, dayOrInstant, instant, microCents, tenantId, text, tokens } from './common.ts';
import { page, PAGE_DEFAULT } from './page.ts';
import { timeZone } from './timeZone.ts';

/** Costly enough to tell a loop from a report: ids and names of eleven fields fit in. */
const CURSOR_MAX = 8000;

/** The last one of a year with four digits, which is what an instant may be asked with. */
const LATEST_MS = Date.UTC(10_000, 0) - 1;

const isGroup = (name: string): name is ReportGroup =>
	REPORT_GROUPS.some((group) => group === name);
const groupsOf = (given: string) => given.split(',').map((name) => name.trim());

export const spendReportQuery = z.strictObject({
	from: dayOrInstant.optional().meta({ description: 'Left out: 30 days before the end' }),
	to: dayOrInstant.optional().meta({ description: 'The end, itself not within; left out: now' }),
	groupBy: z
		.string()
		.refine((given) => groupsOf(given).every(isGroup), {
			message: `expected a comma-separated list of ${REPORT_GROUPS.join(', ')}`,
		})
		.refine((given) => new Set(groupsOf(given)).size === groupsOf(given).length, {
			message: 'names a field twice',
		})
		.default('tenant')
		.transform((given) => groupsOf(given).filter(isGroup))
		.meta({ description: `Comma-separated: ${REPORT_GROUPS.join(', ')}` }),
	tenantId: tenantId.optional(),
	provider: anyId.optional().meta({ description: 'Of the calls' }),
	model: anyId.optional().meta({ description: 'Of the calls, as it was recorded' }),
	source: text(500).min(1).optional().meta({ description: 'Of the events' }),
	workflowId: text(200).optional().meta({ description: 'Of the calls' }),
	timeZone,
	format: z.enum(['json', 'csv', 'focus']).optional().meta({
		description:
			'A page of JSON, or a file with all rows: CSV of the same columns, or FOCUS 1.3 as CSV. Left out: as Accept says',
	}),
	limit: page.limit
		.unwrap()
		.optional()
		.meta({ description: `Rows of a page of JSON; left out: ${PAGE_DEFAULT}` }),
	cursor: text(CURSOR_MAX).optional().meta({ description: 'nextCursor of the page before' }),
});

/** Where a page begins: the end of the span, so that all pages are of the same, then the row before. */
export const spendReportPlace = z.tuple([
	z.int().min(0).max(LATEST_MS),
	// What a vendor gave back is less than nothing.
	z.int(),
	z.array(text(500).nullable()).max(REPORT_GROUPS.length),
]);

export const sums = {
	calls: z.int(),
	failedCalls: z.int().meta({ description: 'Answered with a status of 400 or more' }),
	inputTokens: tokens.meta({ description: 'With what was cached' }),
	cachedInputTokens: tokens,
	outputTokens: tokens,
	costMicroCents: microCents,
	estimatedCostMicroCents: microCents.meta({
		description: 'The part of it that calls cost whose use the vendor did not say',
	}),
};

/** The name a group has in a row: the one it has in a usage event. */
export const GROUP_FIELDS: Record<ReportGroup, string> = {
	tenant: 'tenantId',
	source: 'source',
	provider: 'provider',
	model: 'model',
	workflow: 'workflowId',
	node: 'nodeName',
	execution: 'executionId',
	trigger: 'trigger',
	key: 'keyId',
	serviceTier: 'serviceTier',
	costSource: 'costSource',
	day: 'day',
	month: 'month',
};

const groupFields = Object.fromEntries(
	Object.values(GROUP_FIELDS).map((name) => [name, z.string().nullable().optional()]),
);

export const spendReportAnswer = z
	.object({
		from: instant,
		to: instant,
		rows: z.array(z.object({ ...groupFields, ...sums })),
		totals: z.object(sums),
		nextCursor: z.string().nullable(),
	})
	.meta({ id: 'SpendReport' });
