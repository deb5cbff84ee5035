import { WINDOW_MINUTES, type WindowMinutes } from './features.ts';
import type { History } from './levels.ts';
import { sumWindow } from './minuteSums.ts';
import { contextAt } from './slidingWindows.ts';
import { windowOf, type Snapshot, type WindowSums } from './snapshot.ts';

/** Neighbouring windows overlap and say the same: every 15th minute is enough to learn from. */
export const STRIDE = 15;

/** The windows of a tenant's past, one snapshot for each STRIDE minutes, added up once and looked at against many levels. */
export class PastWindows {
	readonly #snapshots = new Map<number, Snapshot>();

	/** Snapshots of the minutes in [from, to) that may be learned from. */
	static over(
		history: History,
		{ from, to, excluded }: { from: number; to: number; excluded: ReadonlySet<number> },
	): PastWindows {
		const past = new PastWindows();
		for (let minute = Math.ceil(from / STRIDE) * STRIDE; minute < to; minute += STRIDE) {
			if (mayTeach(minute, excluded))
				past.#snapshots.set(minute, slim(takeSnapshot(history, minute)));
		}
		return past;
	}

	*between(from: number, to: number): Generator<Snapshot> {
		for (let minute = Math.ceil(from / STRIDE) * STRIDE; minute < to; minute += STRIDE) {
			const snapshot = this.#snapshots.get(minute);
			if (snapshot) yield snapshot;
		}
	}
}

/** Whether no window of a minute's snapshot holds an excluded minute: the hour after an incident still shows it. */
export function mayTeach(minute: number, excluded: ReadonlySet<number>): boolean {
	if (excluded.size === 0) return true;
	for (let back = 0; back < LONGEST_MINUTES; back++) if (excluded.has(minute - back)) return false;
	return true;
}

const LONGEST_MINUTES = Math.max(...WINDOW_MINUTES);

/** A snapshot added up from its minutes. `lastMinuteShare`: how much of `minute` has passed. */
export function takeSnapshot(history: History, minute: number, lastMinuteShare = 1): Snapshot {
	const windows = new Map<WindowMinutes, WindowSums>(
		WINDOW_MINUTES.map((length) => [length, windowOf(sumWindow(history, minute, length))]),
	);
	return { minute, lastMinuteShare, windows, context: contextAt(history, minute) };
}

/** Without the maps that grow with the calls: a week of snapshots of a busy tenant would hold millions of entries. */
function slim(snapshot: Snapshot): Snapshot {
	const windows = new Map<WindowMinutes, WindowSums>();
	for (const [length, { sums, ...largest }] of snapshot.windows) {
		const slimmed = { ...sums, repeats: new Map(), executions: new Map() };
		windows.set(length, { ...largest, sums: slimmed });
	}
	return { ...snapshot, windows };
}
