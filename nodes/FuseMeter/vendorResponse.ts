import { isRateLimitHeader } from '../../core/readers/rateLimitHeaders.ts';
import { isRecord, recordAt, textAt, type JsonRecord } from '../../core/readers/reading.ts';

/** A vendor's answer, freed from what the HTTP Request node may have wrapped around it. */
export type VendorResponse = {
	body: unknown;
	statusCode: number | undefined;
	requestId: string | undefined;
	/** Where the vendor's limits stand, by lower-cased name; no other header leaves n8n. */
	rateLimitHeaders: Record<string, string> | undefined;
	/** The vendor (or n8n, for the vendor) says the call did not work: nothing was generated. */
	failed: boolean;
};

/** OpenAI and Anthropic name the header differently. Header names come in lower case from n8n. */
const REQUEST_ID_HEADERS = ['x-request-id', 'request-id'];

export function vendorResponse(parameter: unknown): VendorResponse {
	const value = typeof parameter === 'string' ? parsedJson(parameter) : parameter;
	if (!isRecord(value)) {
		return { ...NOTHING_KNOWN, body: value };
	}

	const full = 'statusCode' in value && 'body' in value;
	const body = full ? value['body'] : value;
	const error = isRecord(body) && !('usage' in body) ? body['error'] : undefined;
	const headers = full ? recordAt(value, 'headers') : {};
	const statusCode = full ? statusOf(value['statusCode']) : errorStatus(error);

	return {
		body,
		statusCode,
		requestId: requestId(headers),
		rateLimitHeaders: rateLimitHeaders(headers),
		failed: (error !== undefined && error !== null) || (statusCode ?? 0) >= 400,
	};
}

const NOTHING_KNOWN = {
	statusCode: undefined,
	requestId: undefined,
	rateLimitHeaders: undefined,
	failed: false,
};

/** A JSON field holds an object after an expression, and text when it was typed in. */
function parsedJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}

function requestId(headers: JsonRecord): string | undefined {
	return REQUEST_ID_HEADERS.map((name) => textAt(headers, name)).find((id) => id !== undefined);
}

function rateLimitHeaders(headers: JsonRecord): Record<string, string> | undefined {
	const told = Object.entries(headers).flatMap(([name, value]) =>
		isRateLimitHeader(name) && typeof value === 'string' ? [[name.toLowerCase(), value]] : [],
	);

	return told.length === 0 ? undefined : Object.fromEntries(told);
}

/** An HTTP Request node that continues on errors passes the status on inside `error`. */
function errorStatus(error: unknown): number | undefined {
	if (!isRecord(error)) return undefined;

	return statusOf(error['status']) ?? statusOf(error['httpCode']);
}

function statusOf(value: unknown): number | undefined {
	const status = Number(value);

	return Number.isInteger(status) && status >= 100 && status <= 599 ? status : undefined;
}
