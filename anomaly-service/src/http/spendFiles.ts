import { usdDecimal } from '../../../core/usdDecimal.ts';
import type { Database } from '../ports/database.ts';
import type { ReportFunctions } from '../ports/reportFunctions.ts';
import { FOCUS_COLUMNS, FOCUS_NUMBERS, focusRowsIn } from '../stages/focusRow.ts';
import { csvText } from './csv.ts';
import { invalidRequest } from './invalidRequest.ts';
import { ProblemError } from './problemError.ts';
import { exactSums, groupFields } from './reportRows.ts';
import { GROUP_FIELDS, type sums } from './schemas/spendReport.ts';

/** A file is made in memory, of one answer of the database: 100,000 rows of FOCUS are 44 MB, made in 3 s. */
const FILE_ROWS_MAX = 100_000;

type Paged = { limit?: number | undefined; cursor?: string | undefined };
type SpendQuestion = Omit<
	ReportFunctions['spend_report']['args'],
	'afterCost' | 'afterKey' | 'limit'
>;
type FocusQuestion = Omit<ReportFunctions['focus_report']['args'], 'limit'>;
type SumColumn = keyof typeof sums | 'costUsd' | 'estimatedCostUsd';

/** As in JSON, each amount as dollars too. */
const SUM_COLUMNS: readonly SumColumn[] = [
	'calls',
	'failedCalls',
	'inputTokens',
	'cachedInputTokens',
	'outputTokens',
	'costMicroCents',
	'costUsd',
	'estimatedCostMicroCents',
	'estimatedCostUsd',
];

/** The rows of a spend report as CSV, costliest first. */
export async function spendFile(
	database: Database,
	question: SpendQuestion,
	paged: Paged,
): Promise<string> {
	refusePages(paged);
	const { groupBy } = question;
	const whole = { afterCost: null, afterKey: null, limit: FILE_ROWS_MAX + 1 };
	const { rows, totals } = await database.call('spend_report', { ...question, ...whole });
	refuseTooMany(rows);
	exactSums([totals]);

	return csvText({
		columns: [...groupBy.map((group) => GROUP_FIELDS[group]), ...SUM_COLUMNS],
		numbers: new Set<string>(SUM_COLUMNS),
		rows,
		cellsOf: ({ key, ...row }) => ({
			...groupFields(groupBy, key),
			...row,
			costUsd: usdDecimal(row.costMicroCents),
			estimatedCostUsd: usdDecimal(row.estimatedCostMicroCents),
		}),
	});
}

/** What was charged as CSV with the columns of FOCUS, by day. */
export async function focusFile(
	database: Database,
	question: FocusQuestion,
	paged: Paged,
): Promise<string> {
	refusePages(paged);
	const limit = FILE_ROWS_MAX + 1;
	const { rows } = await database.call('focus_report', { ...question, limit });
	refuseTooMany(rows);
	exactSums(rows);

	return csvText({
		columns: FOCUS_COLUMNS,
		numbers: FOCUS_NUMBERS,
		rows,
		cellsOf: focusRowsIn(question.timeZone),
	});
}

function refusePages(paged: Paged): void {
	const given = (['limit', 'cursor'] as const).find((name) => paged[name] !== undefined);
	if (given === undefined) return;

	const detail = 'is for pages of JSON; a file has all rows';
	throw invalidRequest('query', [{ pointer: `/${given}`, detail }]);
}

function refuseTooMany(rows: readonly unknown[]): void {
	if (rows.length <= FILE_ROWS_MAX) return;

	const most = `A file has at most ${FILE_ROWS_MAX.toLocaleString('en-US')} rows.`;
	throw new ProblemError('invalid-request', most, {
		errors: [
			{
				pointer: '/from',
				detail: 'begins a span with more rows; ask for a shorter one or a tenant',
			},
		],
	});
}
