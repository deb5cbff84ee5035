import type { FieldError } from '../../problems.ts';
import { shown } from '../counts.ts';
import { awsLineId, awsProduct, isAwsLine } from '../billing/awsLine.ts';
import { isAwsModelLine } from '../billing/awsModelLine.ts';
import { isRecord, listAt, textAt, type JsonRecord } from '../reading.ts';
import { readUsd } from './reportMoney.ts';
import { dayIn, reading, type Place, type ReportLine, type ReportReader } from './reportReading.ts';

/** Taxes, fees, credits and refunds are of the account and not of a call. */
const USE: ReadonlySet<string> = new Set(['Usage', 'DiscountedUsage', 'SavingsPlanCoveredUsage']);

/**
 * Lines of an AWS Cost and Usage Report 2.0, from CSV, Parquet or Athena: a list, or `{lines: […]}`. `keyId` is the IAM
 * principal, where the export has that column. AWS writes a line anew until the month is closed: one that is in it twice
 * counts as it was written last.
 */
export const awsCur: ReportReader = {
	name: 'awsCur',

	matches: (body) => listAt(body, 'lines').some(isAwsLine),

	read(body) {
		const errors: FieldError[] = [];
		const byId = new Map<string, ReportLine[]>();
		for (const [index, line] of listAt(body, 'lines').entries()) {
			const pointer = `/lines/${index}`;
			if (!isRecord(line)) errors.push({ pointer, detail: `Expected a line, got ${shown(line)}` });
			else byId.set(awsLineId(line) ?? pointer, readLine(line, { pointer, errors }));
		}
		const lines = [...byId.values()].flat();
		const days = lines.map(({ provider, day }) => ({ provider, day }));

		return reading('awsCur', { errors, lines, days });
	},
};

function readLine(line: JsonRecord, place: Place): ReportLine[] {
	if (!USE.has(textAt(line, 'line_item_line_item_type') ?? 'Usage')) return [];
	const start = line['line_item_usage_start_date'];
	const day = dayIn(start);
	if (day === undefined) {
		place.errors.push({
			pointer: `${place.pointer}/line_item_usage_start_date`,
			detail: `Expected a date and time such as 2026-11-20T07:00:00Z, got ${shown(start)}`,
		});
	}
	const costMicroCents = readUsd(
		{
			...{ amount: line['line_item_unblended_cost'], field: 'line_item_unblended_cost' },
			currency: { value: line['line_item_currency_code'], field: 'line_item_currency_code' },
		},
		place,
	);
	if (day === undefined || costMicroCents === undefined) return [];
	const keyId = textAt(line, 'line_item_iam_principal') ?? null;

	return [{ ...offerOf(line), day, keyId, costMicroCents }];
}

/** As calls are recorded: those of models apart from what else AWS bills. */
function offerOf(line: JsonRecord): { provider: string; model: string | null } {
	if (isAwsModelLine(line)) return { provider: 'aws.bedrock', model: null };

	return { provider: 'aws', model: awsProduct(line) ?? null };
}
