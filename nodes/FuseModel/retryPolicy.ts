import type { VendorError } from '../../core/readers/vendorErrors.ts';

export type RetryPolicy = {
	/** The first attempt counts; 1 means no retry. */
	maxAttempts: number;
	/** No attempt starts later than this after the first one. */
	maxElapsedMs: number;
	/** The longest backoff before the second attempt; it doubles with each. */
	initialDelayMs: number;
	/** No backoff is longer. What the vendor asks for may be. */
	maxDelayMs: number;
};

type FailedAttempt = {
	policy: RetryPolicy;
	/** Which one failed; the first is 1. */
	attempt: number;
	/** Since the first attempt started. */
	elapsedMs: number;
	error: Pick<VendorError, 'isTransient' | 'retryAfterMs'>;
	/** From 0 to below 1, as Math.random. */
	random: () => number;
};

/** 2³⁰ ms are 12 days: more doublings only overflow. */
const MAX_DOUBLINGS = 30;

/**
 * How long to wait before the next attempt, in whole ms; undefined when there is none. Exponential backoff with full
 * jitter: a random time between nothing and the backoff (Marc Brooker, "Exponential Backoff And Jitter", AWS
 * Architecture Blog, 2015), which keeps calls that failed together from coming back together. For the same reason the
 * jitter comes on top of what the vendor asks for, since it asks all of them for the same; it is never undercut.
 */
export function nextDelayMs(failed: FailedAttempt): number | undefined {
	const { policy, attempt, elapsedMs, error, random } = failed;
	if (!error.isTransient || attempt >= policy.maxAttempts) return undefined;

	const leftMs = Math.floor(policy.maxElapsedMs - elapsedMs);
	const askedMs = Math.ceil(error.retryAfterMs ?? 0);
	if (leftMs <= 0 || askedMs > leftMs) return undefined;

	const doublings = Math.min(attempt - 1, MAX_DOUBLINGS);
	const backoffMs = Math.min(policy.maxDelayMs, policy.initialDelayMs * 2 ** doublings);
	return Math.min(leftMs, askedMs + Math.floor(random() * (backoffMs + 1)));
}
