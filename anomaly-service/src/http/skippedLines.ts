import { textAt, type JsonRecord } from '../../../core/readers/reading.ts';

type Rules = {
	/** Lower case. */
	skip: readonly string[];
	isModel: boolean;
	broader: ReadonlySet<string>;
};

/** Why a line is not booked though it can be read: something else books the same money. Undefined: it is booked. */
export function skipReason(
	line: JsonRecord,
	{ skip, isModel, broader }: Rules,
): string | undefined {
	if (isModel) return 'recorded call by call; reconcile it instead';
	const name = textAt(line, 'line_item_product_code') ?? textAt(line, 'category');
	if (name === undefined) return undefined;
	if (skip.includes(name.toLowerCase())) return 'named in the query as recorded another way';
	if (!isUsageRecord(line)) return undefined;
	if (name === 'totalprice') return 'the sum of the other categories';

	const whole = wholesOf(name).find((category) => broader.has(keyOf(line, category)));
	return whole === undefined ? undefined : `part of the category ${whole}, which is recorded`;
}

/** Categories of Twilio that a batch has; those within another one count in it: `sms-outbound` in `sms`. */
export function broaderCategories(lines: readonly JsonRecord[]): ReadonlySet<string> {
	return new Set(
		lines.filter(isUsageRecord).map((line) => keyOf(line, textAt(line, 'category') ?? '')),
	);
}

function isUsageRecord(line: JsonRecord): boolean {
	return 'category' in line && 'usage_unit' in line;
}

function keyOf(line: JsonRecord, category: string): string {
	return [line['account_sid'], line['start_date'], line['end_date'], category].join('/');
}

/** `calls-inbound-local`: `calls`, `calls-inbound`. */
function wholesOf(category: string): string[] {
	const parts = category.split('-');

	return parts.slice(1).map((_, at) => parts.slice(0, at + 1).join('-'));
}
