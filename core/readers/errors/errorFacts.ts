import { isRecord, listAt, type JsonRecord } from '../reading.ts';
import { tellingHeaders } from './errorHeaders.ts';

/** What could be read out of a thrown value, however deep the vendor's answer lies in it. */
export type ErrorFacts = {
	/** Status of the HTTP answer; undefined when there was none, or when it broke off after a 200. */
	status: number | undefined;
	/** The status a body names as its code: all there is when a stream that began with a 200 ends with an error. */
	bodyStatus: number | undefined;
	headers: Readonly<Record<string, string>>;
	/** Codes, types and class names in lower case. */
	codes: ReadonlySet<string>;
	/** All messages, to look for known sentences in. They may quote the prompt: never pass them on. */
	text: string;
	/** Google's ids of the quotas that are used up, `GenerateRequestsPerDayPerProjectPerModel`. */
	quotaIds: readonly string[];
	/** Google's `retryDelay`, "46s". */
	retryDelay: string | undefined;
	/** OpenRouter's RFC 3339 instant at which a budget starts anew. */
	resetsAt: string | undefined;
};

/** An SDK's error within LangChain's within n8n's, with a body of three levels, is 12 of them. */
const MAX_RECORDS = 50;
const MAX_TEXT = 20_000;

/** Where SDKs, HTTP clients and n8n keep an answer or what happened before. Requests are left alone: they hold prompts. */
const INNER = [
	...['cause', 'errorResponse', 'reason', 'error', 'response', 'rawResponse', '$response'],
	...['$metadata', 'body', 'data', 'context', 'metadata', 'details', 'errorDetails', 'violations'],
];
const STATUS_KEYS = ['status', 'statusCode', 'httpCode', 'status_code', 'httpStatusCode'];
const CODE_KEYS = [
	...['code', 'type', 'status', 'reason', 'error_code', 'limit_source', '__type', 'httpCode'],
	...['name', 'lc_error_code'],
];
const TEXT_KEYS = ['message', 'error', 'description', 'detail'];

export function errorFacts(error: unknown): ErrorFacts {
	const records = recordsWithin(error);
	const text = records.flatMap(textsOf).join('\n').slice(0, MAX_TEXT);

	return {
		status: firstOf(records, STATUS_KEYS, statusOf),
		bodyStatus: firstOf(records, ['code'], statusOf),
		headers: headersOf(records),
		codes: new Set(records.flatMap(codesOf)),
		text: typeof error === 'string' ? error.slice(0, MAX_TEXT) : text,
		quotaIds: ['quotaId', 'quota_limit'].flatMap((key) => textsAt(records, key)),
		retryDelay: textsAt(records, 'retryDelay')[0],
		resetsAt: textsAt(records, 'resets_at')[0],
	};
}

/** The thrown value and everything of interest in it, outermost first. */
function recordsWithin(error: unknown): JsonRecord[] {
	const found = new Set<JsonRecord>();
	let layer: unknown[] = [error];
	while (layer.length > 0 && found.size < MAX_RECORDS) {
		const fresh = layer
			.filter(isRecord)
			.filter((record) => !found.has(record))
			.slice(0, MAX_RECORDS - found.size);
		for (const record of fresh) found.add(record);
		layer = fresh.flatMap(valuesWithin);
	}
	return [...found];
}

function valuesWithin(record: JsonRecord): unknown[] {
	const inner = INNER.flatMap((key) => {
		const value = record[key];
		const parsed = typeof value === 'string' ? jsonWithin(value) : value;
		const list: unknown[] = Array.isArray(parsed) ? parsed : [parsed];
		return list;
	});
	const message = record['message'];

	return typeof message === 'string' ? [...inner, ...[jsonWithin(message)].flat()] : inner;
}

/** Mistral and Google put the body as JSON into a text, LangChain adds a link behind it. */
function jsonWithin(text: string): unknown {
	const start = text.search(/\[?\s*\{\s*"/);
	const end = text.lastIndexOf(text[start] === '[' ? ']' : '}');
	if (start < 0 || end < start || text.length > MAX_TEXT) return undefined;
	try {
		return JSON.parse(text.slice(start, end + 1));
	} catch {
		return undefined;
	}
}

/** An outer record's header counts more: n8n may have added to what the vendor sent, never changed it. */
function headersOf(records: readonly JsonRecord[]): Record<string, string> {
	const inwards = records.map(({ headers }) => Object.entries(tellingHeaders(headers)));

	return Object.fromEntries(inwards.reverse().flat());
}

function firstOf(
	records: readonly JsonRecord[],
	keys: readonly string[],
	read: (value: unknown) => number | undefined,
): number | undefined {
	return records
		.flatMap((record) => keys.map((key) => read(record[key])))
		.find((value) => value !== undefined);
}

/** n8n keeps it as text. */
function statusOf(value: unknown): number | undefined {
	const status = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value;

	return typeof status === 'number' && Number.isInteger(status) && status >= 100 && status <= 599
		? status
		: undefined;
}

function codesOf(record: JsonRecord): string[] {
	const className = isRecord(record.constructor) ? '' : record.constructor?.name;

	return [className, ...CODE_KEYS.map((key) => record[key])].flatMap((value) =>
		typeof value === 'string' && value.length <= 200 ? [codeOf(value)] : [],
	);
}

/** AWS writes `com.amazon.coral.service#ThrottlingException:http://…`. */
function codeOf(value: string): string {
	return value.replace(/^.*#/, '').replace(/:.*$/, '').toLowerCase();
}

/** n8n replaces the message by one of its own and keeps the vendor's in `messages`. */
function textsOf(record: JsonRecord): string[] {
	const texts = [...TEXT_KEYS.map((key) => record[key]), ...listAt(record, 'messages')];

	return texts.filter((value) => typeof value === 'string');
}

function textsAt(records: readonly JsonRecord[], key: string): string[] {
	return records.map((record) => record[key]).filter((value) => typeof value === 'string');
}
