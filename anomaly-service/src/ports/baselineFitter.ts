import type { CompactCall } from '../../../core/behaviour/compactCall.ts';
import type { Baseline } from '../../../core/behaviour/fitBaseline.ts';

export type FitRequest = {
	/** Not empty, oldest first. */
	calls: readonly CompactCall[];
	/** The minute (since the epoch) the baseline is for; history ends before it. */
	to: number;
	/** Minutes that must not be learned from. */
	excluded: ReadonlySet<number>;
};

/** Fits a baseline off the thread that answers requests: two weeks of a busy tenant take seconds. */
export interface BaselineFitter {
	/** Rejects when `signal` aborts. */
	fit(request: FitRequest, signal: AbortSignal): Promise<Baseline>;
}
