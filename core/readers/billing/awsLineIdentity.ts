import { createHash } from 'node:crypto';
import type { FieldError } from '../../problems.ts';
import { shown } from '../counts.ts';
import { isRecord, textAt, type JsonRecord } from '../reading.ts';

/**
 * What a line of the AWS bill is about, in every export the same. AWS makes new ids of lines with each export: "The
 * LineItemId is consistent between the November 29 files, but doesn't match the LineItemId for the same resource in the
 * November 30 report."
 */
const COLUMNS = [
	'bill_payer_account_id',
	'bill_billing_entity',
	'bill_bill_type',
	'line_item_usage_account_id',
	'line_item_line_item_type',
	'line_item_product_code',
	'line_item_usage_type',
	'line_item_operation',
	'line_item_availability_zone',
	'line_item_resource_id',
	'line_item_line_item_description',
	'line_item_iam_principal',
	'line_item_tax_type',
	'pricing_rate_id',
	'pricing_term',
	'product_sku',
	'reservation_reservation_a_r_n',
	'savings_plan_savings_plan_a_r_n',
	'split_line_item_split_usage',
] as const;

/** `cur_` and 64 hexadecimal digits; undefined: the line does not say which time it is for. */
export function awsLineIdentity(line: JsonRecord): string | undefined {
	const interval =
		textAt(line, 'identity_time_interval') ?? textAt(line, 'line_item_usage_start_date');
	if (interval === undefined) return undefined;
	const columns = COLUMNS.map((column) => textOf(line[column]));
	const tags = Object.entries(awsTags(line)).sort(([a], [b]) => (a < b ? -1 : 1));
	const content = JSON.stringify([interval, columns, tags]);

	return `cur_${createHash('sha256').update(content).digest('hex')}`;
}

/** `resource_tags`: a map, or the JSON text of one, as the export writes it to CSV; {} when they cannot be read. */
export function awsTags(line: JsonRecord): JsonRecord {
	return readTags(line) ?? {};
}

/** Tags nobody can read may name the tenant: the line must not go to another one. */
export function awsTagFaults(line: JsonRecord): FieldError[] {
	if (readTags(line)) return [];
	const detail = `Expected a map or the JSON text of one, got ${shown(line['resource_tags'])}`;

	return [{ pointer: '/resource_tags', detail }];
}

function readTags(line: JsonRecord): JsonRecord | undefined {
	const tags = line['resource_tags'];
	if (isRecord(tags)) return tags;
	if (typeof tags !== 'string' || !tags.startsWith('{')) return {};
	try {
		const parsed: unknown = JSON.parse(tags);
		return isRecord(parsed) ? parsed : undefined;
	} catch {
		return undefined;
	}
}

/** Account ids come as numbers from some readers of Parquet. */
function textOf(value: unknown): string {
	return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
