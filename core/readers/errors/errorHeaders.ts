import { isRateLimitHeader } from '../rateLimitHeaders.ts';
import { isRecord } from '../reading.ts';

/** The service takes no longer ones; a count or a date is far shorter. */
const MAX_VALUE = 4000;

/** Headers that say more about a failure than its limits: whether to retry, OpenRouter's reset, whether Anthropic sent it. */
const TELLING = /^(?:x-should-retry|x-ratelimit-(?:remaining|reset)|anthropic-organization-id)$/i;

/**
 * Those headers that tell of limits and retries, by lower-cased name. Takes what the HTTP clients have: `Headers`, a
 * Map, or a record of texts, numbers or lists.
 */
export function tellingHeaders(headers: unknown): Record<string, string> {
	return selected(headers, (name) => isRateLimitHeader(name) || TELLING.test(name));
}

/** Those that `rateLimitHeaders` of a usage event takes; the rest may hold secrets. */
export function rateLimitHeadersOf(headers: unknown): Record<string, string> {
	return selected(headers, isRateLimitHeader);
}

function selected(headers: unknown, isTaken: (name: string) => boolean): Record<string, string> {
	const taken = entriesOf(headers).flatMap(([name, value]): [string, string][] => {
		const text = textOf(value);
		const isKept = typeof name === 'string' && isTaken(name);

		return isKept && text !== undefined ? [[name.toLowerCase(), text]] : [];
	});

	return Object.fromEntries(taken);
}

function entriesOf(headers: unknown): [unknown, unknown][] {
	if (!hasEntries(headers)) return isRecord(headers) ? Object.entries(headers) : [];

	return [...headers.entries()].flatMap((entry): [unknown, unknown][] =>
		Array.isArray(entry) ? [[entry[0], entry[1]]] : [],
	);
}

function hasEntries(headers: unknown): headers is { entries(): Iterable<unknown> } {
	return isRecord(headers) && typeof headers['entries'] === 'function';
}

/** Node gives a header that came twice as a list; the first counts. */
function textOf(value: unknown): string | undefined {
	const first: unknown = Array.isArray(value) ? value[0] : value;
	if (typeof first !== 'string' && typeof first !== 'number') return undefined;
	const text = String(first);

	return text.length > 0 && text.length <= MAX_VALUE ? text : undefined;
}
