import type { MicroCents } from '../../money.ts';
import type { OtherUnits } from '../../otherUnits.ts';
import type { FieldError } from '../../problems.ts';
import type { Usage } from '../../usage.ts';
import { utcDay } from '../../utc.ts';
import type { JsonRecord } from '../reading.ts';

/** A UTC day of a vendor, `YYYY-MM-DD`, that a report says everything about: a day without a line cost nothing. */
export type ReportDay = { provider: string; day: string };

/** What a vendor says about one day, as far as it splits it up. */
export type ReportLine = ReportDay & {
	/** The vendor's id of the key, never the key itself; null: the report does not say. */
	keyId: string | null;
	model: string | null;
	/** What was billed; undefined: the report tells the use only, and the price book has to say what it costs. */
	costMicroCents?: MicroCents | undefined;
	/** The part of it that the customer's own key at another vendor was billed. */
	byokMicroCents?: MicroCents | undefined;
	/** What all calls together used. */
	usage?: Usage | undefined;
	otherUnits?: OtherUnits | undefined;
	serviceTier?: string | undefined;
	/** True when each of the calls had so much input that the vendor takes its price for long prompts. */
	isLongContext?: boolean | undefined;
	/** Twilio's name for what was used. */
	category?: string | undefined;
};

/** A refusal names every field that is not as documented; `unknown` is a report no reader knows. */
export type ReportReading =
	| { outcome: 'read'; report: string; days: ReportDay[]; lines: ReportLine[] }
	| { outcome: 'refused'; report: string; errors: FieldError[] }
	| { outcome: 'unknown' };

/** One report of one vendor. `matches` looks at the form only. */
export type ReportReader = {
	name: string;
	matches(body: JsonRecord): boolean;
	/** `at`: when the report was fetched, epoch ms, for those that do not name their day. */
	read(body: JsonRecord, at: number): ReportReading;
};

/** Where in a report one looks, and what was found wrong there. */
export type Place = { pointer: string; errors: FieldError[] };

export function reading(
	report: string,
	{ errors, lines, days }: { errors: FieldError[]; lines: ReportLine[]; days: ReportDay[] },
): ReportReading {
	if (errors.length > 0) return { outcome: 'refused', report, errors };

	return { outcome: 'read', report, days: distinct(days), lines };
}

/** The day that begins a text such as `2026-11-20T00:00:00Z`; undefined when it is none. */
export function dayIn(text: unknown): string | undefined {
	const [day] = typeof text === 'string' ? (/^\d{4}-\d\d-\d\d(?=$|[T ])/.exec(text) ?? []) : [];
	if (day === undefined) return undefined;
	const at = Date.parse(day);

	return Number.isNaN(at) || utcDay(at) !== day ? undefined : day;
}

function distinct(days: readonly ReportDay[]): ReportDay[] {
	return [...new Map(days.map((one) => [`${one.provider}\n${one.day}`, one])).values()];
}
