import type { FieldError } from '../../problems.ts';
import { utcDay } from '../../utc.ts';
import { shown } from '../counts.ts';
import { isRecord, listAt, type JsonRecord } from '../reading.ts';
import { reading, type Place, type ReportLine, type ReportReading } from './reportReading.ts';

export type PageLine = Omit<ReportLine, 'provider' | 'day'>;

/** A report that comes as a page of buckets of time, each with results. */
export type PageForm = {
	report: string;
	provider: string;
	/** The field of a bucket with its first instant, and how it is written. */
	start: 'start_time' | 'starting_at';
	/** Undefined when the result is not as documented; what is wrong is then in `errors`. */
	lineOf(result: JsonRecord, place: Place): PageLine | undefined;
};

/** Every result of every bucket; the day is the one that the bucket begins in. */
export function readPage(body: JsonRecord, form: PageForm): ReportReading {
	const errors: FieldError[] = [];
	const buckets = listAt(body, 'data').map((bucket, index) => {
		const place = { pointer: `/data/${index}`, errors };
		const day = dayOf(bucket, form, place);
		if (day === undefined || !isRecord(bucket)) return { days: [], lines: [] };
		const at = { provider: form.provider, day };
		const lines = linesOf(bucket, form, place).map((line): ReportLine => ({ ...at, ...line }));

		return { days: [at], lines };
	});

	return reading(form.report, {
		errors,
		days: buckets.flatMap(({ days }) => days),
		lines: buckets.flatMap(({ lines }) => lines),
	});
}

/** The results of all buckets: what they have in them tells one report from another. */
export function resultsOf(body: JsonRecord): JsonRecord[] {
	return listAt(body, 'data')
		.filter(isRecord)
		.flatMap((bucket) => listAt(bucket, 'results').filter(isRecord));
}

/** True when every entry of `data` is a bucket that begins with this field. */
export function hasBuckets(body: JsonRecord, start: PageForm['start']): boolean {
	const buckets = listAt(body, 'data');

	return buckets.length > 0 && buckets.every((bucket) => isRecord(bucket) && start in bucket);
}

function linesOf(bucket: JsonRecord, { lineOf }: PageForm, { pointer, errors }: Place) {
	return listAt(bucket, 'results').flatMap((result, index) => {
		const place = { pointer: `${pointer}/results/${index}`, errors };
		if (isRecord(result)) return lineOf(result, place) ?? [];

		errors.push({ pointer: place.pointer, detail: `Expected a result, got ${shown(result)}` });
		return [];
	});
}

/** OpenAI writes Unix seconds, Anthropic RFC 3339. */
function dayOf(bucket: unknown, { start }: PageForm, { pointer, errors }: Place) {
	const value = isRecord(bucket) ? bucket[start] : undefined;
	const at =
		start === 'start_time'
			? Number.isSafeInteger(value) && Number(value) * 1000
			: typeof value === 'string' && Date.parse(value);
	if (at !== false && at >= EARLIEST_MS && at < LATEST_MS) return utcDay(at);

	const expected = start === 'start_time' ? 'Unix seconds' : 'an RFC 3339 date and time';
	errors.push({
		pointer: `${pointer}/${start}`,
		detail: `Expected ${expected} of a year from 2000 to 2999, got ${shown(value)}`,
	});
	return undefined;
}

const EARLIEST_MS = Date.UTC(2000, 0);
const LATEST_MS = Date.UTC(3000, 0);
