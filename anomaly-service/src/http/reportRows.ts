import type { ReportGroup } from '../ports/reportFunctions.ts';
import { ProblemError } from './problemError.ts';
import { GROUP_FIELDS } from './schemas/spendReport.ts';

/** The groups of a row by the names they have in a usage event. */
export function groupFields(
	groupBy: readonly ReportGroup[],
	key: readonly (string | null)[],
): Record<string, string | null> {
	return Object.fromEntries(
		groupBy.map((group, index) => [GROUP_FIELDS[group], key[index] ?? null]),
	);
}

/** Refuses sums that JSON cannot hold. */
export function exactSums(rows: readonly object[]): void {
	const numbers = rows.flatMap((row): unknown[] =>
		Object.values(row).filter((value) => typeof value === 'number'),
	);
	if (numbers.every((sum) => Number.isSafeInteger(sum))) return;

	throw new ProblemError('invalid-request', 'The sums are too large to be exact in JSON.', {
		errors: [
			{ pointer: '/from', detail: 'begins a span of more than 2^53; ask for a shorter one' },
		],
	});
}
