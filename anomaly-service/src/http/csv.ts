import { setImmediate } from 'node:timers/promises';
import { stringify } from 'csv-stringify/sync';

/** With the header row that RFC 4180 asks to be announced. */
export const CSV_TYPE = 'text/csv; charset=utf-8; header=present';

/** With 38 cells each they take 5 ms: no ask waits longer for a file. */
const ROWS_AT_A_TIME = 100;

export type CsvTable<Row> = {
	columns: readonly string[];
	/** Columns whose text is a number: "-0.5" stays one. */
	numbers: ReadonlySet<string>;
	rows: readonly Row[];
	cellsOf: (row: Row) => Readonly<Record<string, string | number | null>>;
};

/**
 * RFC 4180: a header, CRLF, quotes where they are needed; null is an empty cell. Text that a spreadsheet would take for
 * a formula, because it begins with = + - @ or a tab, gets a ' in front: ids and names come from callers.
 */
export async function csvText<Row>({
	columns,
	numbers,
	rows,
	cellsOf,
}: CsvTable<Row>): Promise<string> {
	const parts = [csvHeader({ columns, numbers })];
	for (let from = 0; from < rows.length; from += ROWS_AT_A_TIME) {
		const cells = rows.slice(from, from + ROWS_AT_A_TIME).map(cellsOf);
		parts.push(csvRows(cells, { columns, numbers }));
		await setImmediate();
	}
	return parts.join('');
}

type CsvForm = Pick<CsvTable<unknown>, 'columns' | 'numbers'>;

export function csvHeader(form: CsvForm): string {
	return written([], { ...form, header: true });
}

/** Rows of a file that is written part by part. */
export function csvRows(cells: readonly object[], form: CsvForm): string {
	return written(cells, { ...form, header: false });
}

function written(
	cells: readonly object[],
	{
		columns,
		numbers,
		header,
	}: { columns: readonly string[]; numbers: ReadonlySet<string>; header: boolean },
): string {
	return stringify([...cells], {
		header,
		columns: [...columns],
		record_delimiter: 'windows',
		// A line break of any kind within text is quoted, also one that ends no row here.
		quote_record_delimiter: true,
		escape_formulas: true,
		cast: {
			string: (value, { column }) =>
				value.startsWith('-') && typeof column === 'string' && numbers.has(column)
					? { value, escape_formulas: false }
					: value,
		},
	});
}
