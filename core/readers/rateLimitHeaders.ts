import { DAY_MS, HOUR_MS, MINUTE_MS } from '../durations.ts';
import type { LimitUnit } from '../limits.ts';
import type { Window } from '../windows.ts';
import { countOf, durationMsOf, instantOf, retryAfterMsOf } from './headerValues.ts';

/** Where one of a vendor's limits stands, as the vendor says with a response. */
export type ObservedLimit = {
	unit: LimitUnit;
	window: Window;
	limit?: number;
	remaining?: number;
	/** Epoch ms when all of it is free again. */
	resetsAt?: number;
};

export type RateLimitReading = {
	observed: ObservedLimit[];
	/** Epoch ms until when the vendor wants no more calls; null: it did not say so. */
	throttledUntil: number | null;
};

export type RateLimitResponse = {
	/** OpenTelemetry `gen_ai.provider.name`. */
	provider: string;
	statusCode: number;
	/** By lower-cased name; those that say nothing about limits are ignored. */
	headers: Readonly<Record<string, string>>;
};

/** What the rate-limit headers of a response say at `now`, when it came. Junk says nothing; nothing throws. */
export function readRateLimitHeaders(response: RateLimitResponse, now: number): RateLimitReading {
	const { headers, provider } = response;
	const observed = [...openAiForm(headers, provider, now), ...anthropicForm(headers)];

	return { observed, throttledUntil: throttledUntil(response, observed, now) };
}

/** Is this the name of a header that `readRateLimitHeaders` reads? */
export function isRateLimitHeader(name: string): boolean {
	return /^(?:retry-after(?:-ms)?|x-ratelimit-(?:limit|remaining|reset)-(?:requests|tokens)|anthropic-ratelimit-(?:requests|(?:input-|output-)?tokens)-(?:limit|remaining|reset))$/i.test(
		name,
	);
}

const MINUTE: Window = { kind: 'rolling', windowMs: MINUTE_MS };
const DAY: Window = { kind: 'calendar', unit: 'day', timeZone: 'UTC' };

type Headers = RateLimitResponse['headers'];

/** OpenAI, and in its form Azure, Groq, xAI and most gateways. */
function openAiForm(headers: Headers, provider: string, now: number): ObservedLimit[] {
	const units = [
		['requests', 'requests'],
		['tokens', 'tokens'],
	] as const;

	return units.flatMap(([name, unit]) => {
		const resetMs = durationMsOf(headers[`x-ratelimit-reset-${name}`]);
		const counts = {
			limit: countOf(headers[`x-ratelimit-limit-${name}`]),
			remaining: countOf(headers[`x-ratelimit-remaining-${name}`]),
		};
		const daily = unit === 'requests' && isDaily({ ...counts, resetMs, provider });

		return observation({
			unit,
			window: daily ? DAY : MINUTE,
			...counts,
			resetsAt: resetMs === undefined ? undefined : now + resetMs,
		});
	});
}

/**
 * A model with a daily limit reports that one instead of the minute's, under the same name. What gives it away is how
 * fast it refills: of 10,000 a day one comes back in 8.64 s, of 500 a minute in 120 ms. Groq's are always per day.
 */
function isDaily(reported: {
	limit: number | undefined;
	remaining: number | undefined;
	resetMs: number | undefined;
	provider: string;
}): boolean {
	const { limit = 0, remaining = 0, resetMs = 0, provider } = reported;
	const used = limit - remaining;
	if (used <= 0 || resetMs === 0) return provider === 'groq';

	return (resetMs * limit) / used > HOUR_MS;
}

/**
 * Anthropic. `tokens` repeats whichever token limit is the tightest at the moment: it says something new only where
 * input and output are not reported apart.
 */
function anthropicForm(headers: Headers): ObservedLimit[] {
	const units = [
		['requests', 'requests'],
		// Its limits leave out what comes from the cache, for all models but the oldest.
		['input-tokens', 'uncachedInputTokens'],
		['output-tokens', 'outputTokens'],
		['tokens', 'tokens'],
	] as const;
	const observed = units.flatMap(([name, unit]) =>
		observation({
			unit,
			window: MINUTE,
			limit: countOf(headers[`anthropic-ratelimit-${name}-limit`]),
			remaining: countOf(headers[`anthropic-ratelimit-${name}-remaining`]),
			resetsAt: instantOf(headers[`anthropic-ratelimit-${name}-reset`]),
		}),
	);
	const apart = observed.some(
		({ unit }) => unit === 'uncachedInputTokens' || unit === 'outputTokens',
	);

	return apart ? observed.filter(({ unit }) => unit !== 'tokens') : observed;
}

/** Nothing when no number was readable. A limit of 0 is Azure's way to say that it does not know. */
function observation(read: {
	unit: LimitUnit;
	window: Window;
	limit: number | undefined;
	remaining: number | undefined;
	resetsAt: number | undefined;
}): ObservedLimit[] {
	const { unit, window, limit, remaining, resetsAt } = read;
	if (limit === 0 || (limit === undefined && remaining === undefined)) return [];

	return [
		{
			unit,
			window,
			...(limit === undefined ? {} : { limit }),
			...(remaining === undefined ? {} : { remaining: Math.min(remaining, limit ?? Infinity) }),
			...(resetsAt === undefined ? {} : { resetsAt }),
		},
	];
}

/** Too many requests, unavailable, and Anthropic's overloaded. */
const COME_BACK_LATER = new Set([429, 503, 529]);

/**
 * Until the time the vendor gives; when a 429 gives none, until the limits that are used up are free again. A 429 with
 * neither is not about rates: the money is gone, and waiting does not help.
 */
function throttledUntil(
	{ statusCode, headers }: RateLimitResponse,
	observed: readonly ObservedLimit[],
	now: number,
): number | null {
	if (!COME_BACK_LATER.has(statusCode)) return null;
	const waitMs = retryAfterMsOf(headers, now);
	const resets = observed.flatMap(({ remaining, resetsAt }) =>
		remaining === 0 && resetsAt !== undefined ? [resetsAt] : [],
	);
	const until =
		waitMs === undefined && statusCode === 429 ? Math.max(0, ...resets) : now + (waitMs ?? 0);

	return until > now ? Math.min(until, now + DAY_MS) : null;
}
