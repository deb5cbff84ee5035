import { CONTEXT_MINUTES, MINUTES_KEPT, WINDOW_MINUTES, type WindowMinutes } from './features.ts';
import {
	addCall,
	addShape,
	addShapes,
	addSums,
	emptyShapes,
	emptySums,
	isRetry,
	minuteOf,
	subtractShapes,
	subtractSums,
	sumWindow,
	type Call,
	type MinuteSums,
	type ShapeSums,
} from './minuteSums.ts';
import { windowOf, type Snapshot } from './snapshot.ts';

/**
 * The windows of one tenant as running sums: a minute enters and leaves each of them once, so a snapshot costs no
 * adding up. Calls may come late; each lands in its minute and in the windows that hold it.
 */
export class SlidingWindows {
	readonly #minutes: Map<number, MinuteSums>;
	readonly #windows = new Map<WindowMinutes, MinuteSums>();
	#context = emptyShapes();
	/** Last minute of the windows; undefined before the first advance. */
	#last: number | undefined;

	/** Over minutes that are known already; later ones are added here too. */
	constructor(minutes = new Map<number, MinuteSums>()) {
		this.#minutes = minutes;
	}

	get minutes(): ReadonlyMap<number, MinuteSums> {
		return this.#minutes;
	}

	add(made: Call): void {
		const minute = minuteOf(made.at);
		const sums = this.#minutes.get(minute) ?? emptySums();
		const call = boundedNames(sums, made);
		const retried = isRetry(sums, call);
		addCall(sums, call, retried);
		this.#minutes.set(minute, sums);
		const last = this.#last;
		if (last === undefined || minute > last) return;
		if (minute > last - CONTEXT_MINUTES) addShape(this.#context, call);
		for (const [length, window] of this.#windows) {
			if (minute > last - length) addCall(window, call, retried);
		}
	}

	/** Moves every window so that it ends with `minute`, and takes the snapshot. `lastMinuteShare`: how much of it has passed. */
	advance(minute: number, lastMinuteShare = 1): Snapshot {
		const last = this.#last;
		if (last === undefined || minute < last || minute - last > REBUILD_AFTER) this.#rebuild(minute);
		else for (let next = last + 1; next <= minute; next++) this.#step(next);
		this.#last = minute;
		const windows = new Map(
			[...this.#windows].map(([length, sums]) => [length, windowOf(sums)] as const),
		);
		return { minute, lastMinuteShare, windows, context: this.#context };
	}

	/**
	 * Drops minutes that no window reaches any more, and of those that only the context reaches what it does not look at:
	 * requests and executions are as many as the calls.
	 */
	forget(minute: number): void {
		const counted = Math.min(minute, this.#last ?? minute) - NAMES_KEPT;
		for (const [known, { repeats, executions }] of this.#minutes) {
			if (known <= minute - MINUTES_KEPT) this.#minutes.delete(known);
			else if (known <= counted) {
				repeats.clear();
				executions.clear();
			}
		}
	}

	#step(minute: number): void {
		const entering = this.#minutes.get(minute);
		for (const [length, window] of this.#windows) {
			const leaving = this.#minutes.get(minute - length);
			if (entering) addSums(window, entering);
			if (leaving) subtractSums(window, leaving);
		}
		const leaving = this.#minutes.get(minute - CONTEXT_MINUTES);
		if (entering) addShapes(this.#context, entering);
		if (leaving) subtractShapes(this.#context, leaving);
	}

	#rebuild(minute: number): void {
		for (const length of WINDOW_MINUTES) {
			this.#windows.set(length, sumWindow(this.#minutes, minute, length));
		}
		this.#context = contextAt(this.#minutes, minute);
	}
}

/**
 * Callers and executions that are told apart in a minute. Beyond it, as of 1,000 webhooks a minute that each start an
 * execution, a new execution is none and a new caller is one of the others: an hour of names stays within some MB.
 */
const NAMES_PER_MINUTE = 1000;
const OTHERS = 'others';

function boundedNames({ callers, executions }: MinuteSums, call: Call): Call {
	const isFull = <K>(names: ReadonlyMap<K, unknown>, name: K) =>
		names.size >= NAMES_PER_MINUTE && !names.has(name);
	if (!isFull(callers, call.caller) && !isFull(executions, call.execution)) return call;

	return {
		...call,
		caller: isFull(callers, call.caller) ? OTHERS : call.caller,
		execution: isFull(executions, call.execution) ? '' : call.execution,
	};
}

/** Minutes the longest window reaches back, and ten more for a clock that is set back. */
const NAMES_KEPT = Math.max(...WINDOW_MINUTES) + 10;

/** A jump farther than this is cheaper to add up anew than to walk. */
const REBUILD_AFTER = 60;

/** The context of a minute, added up from its minutes. */
export function contextAt(minutes: ReadonlyMap<number, MinuteSums>, minute: number): ShapeSums {
	const context = emptyShapes();
	for (let back = 0; back < CONTEXT_MINUTES; back++) {
		const sums = minutes.get(minute - back);
		if (sums) addShapes(context, sums);
	}
	return context;
}
