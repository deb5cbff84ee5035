import { DAY_MS } from '../../durations.ts';
import { windowSpan } from '../../windows.ts';
import { durationMsOf, instantOf, retryAfterMsOf } from '../headerValues.ts';
import { readRateLimitHeaders } from '../rateLimitHeaders.ts';
import type { ErrorFacts } from './errorFacts.ts';

/** No vendor's quota is longer than a month; a later date is junk. */
const LONGEST_WAIT_MS = 31 * DAY_MS;

/** Gemini's daily quotas start anew at midnight there. */
const GEMINI_DAY = { kind: 'calendar', unit: 'day', timeZone: 'America/Los_Angeles' } as const;

/** Is a quota of Gemini's used up that counts a whole day? Its `retryDelay` of seconds is of no use then. */
export function isDailyQuota({ quotaIds }: ErrorFacts): boolean {
	return quotaIds.some((id) => /PerDay/i.test(id));
}

/**
 * How long to wait from `now` on, in ms; undefined when the vendor does not say. What it says itself counts more than
 * when its limits are free again, and a sentence of its message comes last.
 */
export function retryAfterMs(facts: ErrorFacts, now: number): number | undefined {
	if (isDailyQuota(facts)) return windowSpan(GEMINI_DAY, now).end - now;

	return (
		retryAfterMsOf(facts.headers, now) ??
		durationMsOf(facts.retryDelay) ??
		untilUsedUpIsFree(facts, now) ??
		until(instantOf(facts.resetsAt), now) ??
		waitInText(facts.text, now)
	);
}

/** OpenAI's form names a duration, Anthropic's an instant, OpenRouter's epoch ms. */
export function untilUsedUpIsFree({ headers }: ErrorFacts, now: number): number | undefined {
	const response = { provider: '', statusCode: 429, headers };
	const { throttledUntil } = readRateLimitHeaders(response, now);
	if (throttledUntil !== null) return throttledUntil - now;
	const reset = headers['x-ratelimit-reset'] ?? '';

	return headers['x-ratelimit-remaining'] === '0' && /^\d{13}$/.test(reset)
		? until(Number(reset), now)
		: undefined;
}

/** "Please try again in 6m0s." of OpenAI and Groq, "retry in 46.5s" of Gemini, "regain access on …" of Anthropic. */
function waitInText(text: string, now: number): number | undefined {
	const [, wait] = /(?:try again|retry) in (\d[\d.hms]*[hms])/i.exec(text) ?? [];
	const [, day, time] = /regain access on (20\d\d-\d\d-\d\d) at (\d\d:\d\d) UTC/.exec(text) ?? [];

	return durationMsOf(wait) ?? (day ? until(instantOf(`${day}T${time}:00Z`), now) : undefined);
}

function until(instant: number | undefined, now: number): number | undefined {
	const waitMs = instant === undefined ? undefined : Math.max(0, instant - now);

	return waitMs !== undefined && waitMs <= LONGEST_WAIT_MS ? waitMs : undefined;
}
