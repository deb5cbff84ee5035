import { parsedText } from './eventText.ts';
import { isRecord, recordAt, type JsonRecord } from './reading.ts';

/** An item of n8n around a full HTTP response around a line of a batch around the text of a stream: that is five. */
const MAX_LAYERS = 5;

export type Unwrapped = { content: unknown; isBatch: boolean };

/** Every layer has one of these fields; most responses have none, and are looked at no closer. */
const LAYER_FIELDS: ReadonlySet<string> = new Set([
	'json',
	'body',
	'data',
	'response',
	'custom_id',
]);

/**
 * What lies inside the layers others put around a response: an item of n8n, the full response of an HTTP client, a
 * line of a batch file, an event that was split off a stream, and text that is JSON or a stream.
 */
export function unwrapped(value: unknown): Unwrapped {
	if (isRecord(value) && !mayBeLayer(value)) return { content: value, isBatch: false };
	let content = value;
	let isBatch = false;
	for (let layer = 0; layer < MAX_LAYERS; layer++) {
		const batched = isRecord(content) ? batchLine(content) : undefined;
		const inner = batched ?? opened(content);
		if (inner === undefined) break;
		content = inner;
		isBatch ||= batched !== undefined;
	}
	return { content, isBatch };
}

function mayBeLayer(record: JsonRecord): boolean {
	for (const key in record) if (LAYER_FIELDS.has(key)) return true;

	return false;
}

function opened(value: unknown): unknown {
	if (typeof value === 'string') return textContent(value);
	if (!isRecord(value)) return undefined;
	if (isRecord(value['json']) && ('pairedItem' in value || isAlone(value, 'json'))) {
		return value['json'];
	}
	if ('body' in value && ('statusCode' in value || 'headers' in value)) return value['body'];
	// An event source gives `event` and `data`, the HTTP Request node a text in `data`.
	if (typeof value['data'] === 'string' && !('usage' in value)) return parsedText(value['data']);

	return geminiResponse(value);
}

/** Log lines of AWS are text as well, and read as what a log collector sends. */
function textContent(text: string): unknown {
	return parsedText(text) ?? (text.trim() === '' ? undefined : { message: text.trim() });
}

function isAlone(record: JsonRecord, key: string): boolean {
	return Object.keys(record).every((name) => name === key);
}

/** OpenAI, Anthropic and Gemini answer batches with a file of lines, each with a response in it. */
function batchLine(line: JsonRecord): unknown {
	if ('custom_id' in line) {
		const openai = recordAt(line, 'response')['body'];
		return openai ?? recordAt(line, 'result')['message'];
	}
	return 'key' in line || 'processed_time' in line ? geminiResponse(line) : undefined;
}

function geminiResponse(around: JsonRecord): unknown {
	const response = recordAt(around, 'response');

	return 'usageMetadata' in response ? response : undefined;
}
