import { DAY_MS, HOUR_MS, MINUTE_MS } from '../durations.ts';

/** No limit of a vendor resets later than this; a value beyond it is junk. */
const LONGEST_RESET_MS = 31 * DAY_MS;

/** A count of 0 or more; undefined for anything else. Azure has sent -1 for "not known" since November 2025. */
export function countOf(value: string | undefined): number | undefined {
	return value !== undefined && /^\d{1,15}$/.test(value.trim()) ? Number(value) : undefined;
}

const PART = /^(\d{1,12}(?:\.\d{1,9})?)(ms|d|h|m|s)/;
const PART_MS: Record<string, number> = { d: DAY_MS, h: HOUR_MS, m: MINUTE_MS, s: 1000, ms: 1 };

/** "120ms", "1s", "6m0s", "1h4m48.5s" in ms; a bare number is seconds. Undefined when it is anything else. */
export function durationMsOf(value: string | undefined): number | undefined {
	const text = value?.trim() ?? '';
	if (/^\d{1,12}(?:\.\d{1,9})?$/.test(text)) return plausible(Number(text) * 1000);
	let rest = text;
	let sum = 0;
	for (let part = PART.exec(rest); part; part = PART.exec(rest)) {
		const [written, amount = '', unit = ''] = part;
		sum += Number(amount) * (PART_MS[unit] ?? 0);
		rest = rest.slice(written.length);
	}
	return text !== '' && rest === '' ? plausible(sum) : undefined;
}

/** RFC 3339 as epoch ms; undefined when it is anything else, or no date. */
export function instantOf(value: string | undefined): number | undefined {
	const text = value?.trim() ?? '';
	const at = /^20\d\d-\d\d-\d\dT[\d:.]{5,20}(?:Z|[+-]\d\d:\d\d)$/i.test(text)
		? Date.parse(text)
		: NaN;

	return Number.isNaN(at) ? undefined : at;
}

/** `retry-after-ms`, else `retry-after` in seconds or as an HTTP date; in ms from now. */
export function retryAfterMsOf(
	headers: Readonly<Record<string, string>>,
	now: number,
): number | undefined {
	const ms = headers['retry-after-ms'];
	const exact = ms === undefined ? undefined : durationMsOf(`${ms.trim()}ms`);
	if (exact !== undefined) return exact;
	const given = headers['retry-after'];
	const seconds = durationMsOf(given);
	if (seconds !== undefined || given === undefined || !/[a-z]{3}, \d/i.test(given)) return seconds;
	const at = Date.parse(given);

	return Number.isNaN(at) ? undefined : plausible(Math.max(0, at - now));
}

function plausible(ms: number): number | undefined {
	return ms <= LONGEST_RESET_MS ? Math.ceil(ms) : undefined;
}
