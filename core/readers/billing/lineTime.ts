import type { FieldError } from '../../problems.ts';
import { shown } from '../counts.ts';
import { textAt, type JsonRecord } from '../reading.ts';

/** Epoch ms; undefined: the line does not say. */
type Said = { at: number | undefined; errors: FieldError[] };

/** The first that a line has says when it happened. A call in a queue and a message before it is sent have been made. */
const TIME_FIELDS = [
	'line_item_usage_start_date',
	'date_sent',
	'start_time',
	'end_time',
	'date_created',
	'start_date',
	'time',
	'timestamp',
] as const;

/** What the vendor says of which of two versions of a line is the newer one. */
const VERSION_FIELDS = ['date_updated', 'as_of'] as const;

/** When what the line bills happened. */
export function lineTime(line: JsonRecord): Said {
	const said = firstOf(line, TIME_FIELDS);
	if (said.at !== undefined || said.errors.length > 0) return said;

	const [begin] = textAt(line, 'identity_time_interval')?.split('/') ?? [];
	if (begin !== undefined) return read(begin, 'identity_time_interval');
	const [, logged] = LOGGED.exec(String(line['message'] ?? '').slice(0, MAX_HEAD)) ?? [];
	return logged === undefined ? said : read(logged.replace(':', ' '), 'message');
}

/** When the vendor last changed the line. */
export function lineVersion(line: JsonRecord): Said {
	return firstOf(line, VERSION_FIELDS);
}

/** An access log of S3: two names, then `[06/Feb/2026:00:00:38 +0000]`. */
const LOGGED = /^\S+ \S+ \[(\d{2}\/\w{3}\/\d{4}:\d{2}:\d{2}:\d{2} [+-]\d{4})\] /;
const MAX_HEAD = 300;

function firstOf(line: JsonRecord, fields: readonly string[]): Said {
	for (const field of fields) {
		const value = line[field];
		if (value !== undefined && value !== null && value !== '') return read(value, field);
	}
	return { at: undefined, errors: [] };
}

/** `2026-11-20`, `2026-11-20T10:00:00.000Z`, and as Athena writes it, without T or Z. */
const ISO =
	/^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?)(?: ?(Z|UTC|[+-]\d{2}:?\d{2}))?)?$/;
/** `Fri, 20 Nov 2026 10:00:00 +0000`; the log of S3 has slashes. */
const RFC_2822 =
	/^(?:\w{3}, )?(\d{1,2})[ /](\w{3})[ /](\d{4}) (\d{2}:\d{2}:\d{2}) ([+-]\d{4}|GMT|UTC|Z)$/;
const EARLIEST = Date.UTC(2000, 0);
const END = Date.UTC(3000, 0);

function read(value: unknown, field: string): Said {
	const at = typeof value === 'number' ? value : epochOf(String(value));
	if (at >= EARLIEST && at < END) return { at: Math.trunc(at), errors: [] };

	const detail = `Expected a date and time from 2000 to 2999, got ${shown(value)}`;
	return { at: undefined, errors: [{ pointer: `/${field}`, detail }] };
}

function epochOf(text: string): number {
	const iso = ISO.exec(text.trim());
	if (iso) {
		const [, day = '', time = '00:00:00', zone = 'Z'] = iso;
		// Date.parse takes the 31st of any month.
		const isDay = new Date(`${day}T00:00:00Z`).getUTCDate() === Number(day.slice(-2));
		return isDay ? Date.parse(`${day}T${time}${zone === 'UTC' ? 'Z' : colon(zone)}`) : NaN;
	}
	const rfc = RFC_2822.exec(text.trim());
	if (!rfc) return NaN;

	const [, day = '', month = '', year = '', time = '', zone = ''] = rfc;
	const at = Date.parse(`${day} ${month} ${year} ${time} ${zone}`);
	const isDay = new Date(`${day} ${month} ${year} 00:00:00 Z`).getUTCDate() === Number(day);
	return isDay ? at : NaN;
}

/** `+0000` is `+00:00`. */
function colon(zone: string): string {
	return zone.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2');
}
