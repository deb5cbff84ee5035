import type { CompactCall } from '../../../core/behaviour/compactCall.ts';
import type { Baseline } from '../../../core/behaviour/fitBaseline.ts';

export type FitRequest = {
	/** The minute (since the epoch) the baseline is for; history ends before it. */
	to: number;
	/** Minutes that must not be learned from. */
	excluded: ReadonlySet<number>;
};

/**
 * Calls, oldest first, not empty. No minute goes on in the next page. Read one by one, so that nobody holds two weeks of
 * a busy tenant's calls: 400,000 of them are 100 MB.
 */
export type CallPages = AsyncIterable<readonly CompactCall[]>;

/** Fits a baseline off the thread that answers requests: two weeks of a busy tenant take seconds. */
export interface BaselineFitter {
	/** Rejects when `signal` aborts. */
	fit(request: FitRequest, pages: CallPages, signal: AbortSignal): Promise<Baseline>;
}
