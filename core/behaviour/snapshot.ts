import type { MicroCents } from '../money.ts';
import type { WindowMinutes } from './features.ts';
import type { MinuteSums, ShapeSums } from './minuteSums.ts';

/** A window, and what is largest in it. */
export type WindowSums = {
	sums: MinuteSums;
	/** Calls of the request that was made most often. */
	topRepeat: number;
	/** What the dearest execution spent within the window. */
	dearestExecution: MicroCents;
};

/** One tenant's behaviour as of one minute, in every window that ends with it. */
export type Snapshot = {
	/** Last minute of the windows, in minutes since the epoch. */
	minute: number;
	/** How much of the last minute has passed, 0 to 1: a minute in progress is compared with what it should have by now. */
	lastMinuteShare: number;
	/** May change with the next call or advance: read at once, not kept. */
	windows: ReadonlyMap<WindowMinutes, Readonly<WindowSums>>;
	/** The CONTEXT_MINUTES that end with `minute`: what a window follows on, once the window is taken out. */
	context: ShapeSums;
};

export function windowOf(sums: MinuteSums): WindowSums {
	let topRepeat = 0;
	for (const calls of sums.repeats.values()) topRepeat = Math.max(topRepeat, calls);
	let dearestExecution = 0;
	for (const { costMicroCents } of sums.executions.values()) {
		dearestExecution = Math.max(dearestExecution, costMicroCents);
	}
	return { sums, topRepeat, dearestExecution };
}
