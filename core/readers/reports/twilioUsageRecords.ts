import type { FieldError } from '../../problems.ts';
import { shown } from '../counts.ts';
import { isRecord, listAt, textAt, type JsonRecord } from '../reading.ts';
import { readUsd } from './reportMoney.ts';
import { dayIn, reading, type Place, type ReportLine, type ReportReader } from './reportReading.ts';

/** What Twilio calls the sum of all categories. */
const TOTAL = 'totalprice';

/**
 * `GET …/Usage/Records/Daily.json` of Twilio: one record per category and day. Categories lie within one another
 * (`sms` has `sms-inbound` in it): `outermost` leaves what counts everything once.
 */
export const twilioUsageRecords: ReportReader = {
	name: 'twilioUsageRecords',

	matches: (body) =>
		listAt(body, 'usage_records').some((record) => isRecord(record) && 'category' in record),

	read(body) {
		const errors: FieldError[] = [];
		const lines = listAt(body, 'usage_records').flatMap((record, index) => {
			const place = { pointer: `/usage_records/${index}`, errors };
			return isRecord(record) ? (readRecord(record, place) ?? []) : [];
		});
		const days = lines.map(({ provider, day }) => ({ provider, day }));

		return reading('twilioUsageRecords', { errors, lines, days });
	},
};

function readRecord(record: JsonRecord, place: Place): ReportLine | undefined {
	const day = dayIn(record['start_date']);
	if (day === undefined || dayIn(record['end_date']) !== day) {
		const span = `${shown(record['start_date'])} to ${shown(record['end_date'])}`;
		place.errors.push({
			pointer: `${place.pointer}/end_date`,
			detail: `Expected the record of one day, as Usage/Records/Daily has them, got ${span}`,
		});
		return undefined;
	}
	const costMicroCents = readUsd(
		{
			...{ amount: record['price'], field: 'price' },
			currency: { value: record['price_unit'], field: 'price_unit' },
		},
		place,
	);
	if (costMicroCents === undefined) return undefined;
	const category = textAt(record, 'category') ?? 'usage';

	return { provider: 'twilio', day, keyId: null, model: category, costMicroCents, category };
}

/** The lines that count everything once: the total where a page has it, else no category within another one. */
export function outermost(lines: readonly ReportLine[]): ReportLine[] {
	const categories = new Map<string, string[]>();
	for (const { day, category } of lines) {
		if (category !== undefined) categories.set(day, [...(categories.get(day) ?? []), category]);
	}

	return lines.filter(({ day, category }) => {
		if (category === undefined) return true;
		const others = categories.get(day) ?? [];

		return others.includes(TOTAL)
			? category === TOTAL
			: !others.some((other) => category.startsWith(`${other}-`));
	});
}
