import { oldestSlice, sliceFreedAt, sliceStart, type Window } from '../../../../core/windows.ts';

export type Slice = { spent: number; held: number };

/** Calls under way come and go: when one of them ends is not known, so the next look is due in a second. */
const CONCURRENCY_RETRY_MS = 1000;

/** What one counter counted, by slice of its window. Without a window there is one slice: what is under way. */
export class LimitLedger {
	readonly #window: Window | null;
	readonly #slices = new Map<number, Slice>();

	constructor(window: Window | null) {
		this.#window = window;
	}

	sliceAt(at: number): number {
		return this.#window === null ? 0 : sliceStart(this.#window, at);
	}

	/**
	 * Adds to a slice; one that no longer counts is left alone. Sums end at 2⁵³ − 1, and at 0: what is taken back may have
	 * been lost with its counts.
	 */
	add(slice: number, change: Partial<Slice>, now: number): void {
		if (slice < this.#oldest(now)) return;
		const at = this.#slices.get(slice) ?? { spent: 0, held: 0 };
		at.spent = bounded(at.spent + (change.spent ?? 0));
		at.held = bounded(at.held + (change.held ?? 0));
		this.#slices.set(slice, at);
	}

	totals(now: number): Slice {
		const total = { spent: 0, held: 0 };
		for (const [, slice] of this.#counted(now)) {
			total.spent = Math.min(Number.MAX_SAFE_INTEGER, total.spent + slice.spent);
			total.held = Math.min(Number.MAX_SAFE_INTEGER, total.held + slice.held);
		}
		return total;
	}

	/** When the oldest counted use is free again; null when nothing is counted, or nobody knows. */
	resetsAt(now: number): number | null {
		if (this.#window === null) return null;
		const used = this.#counted(now).filter(([, slice]) => slice.spent + slice.held > 0);
		const [oldest] = used.sort(([a], [b]) => a - b);

		return oldest ? sliceFreedAt(this.#window, oldest[0]) : null;
	}

	/** When `amount` more fits under `capacity` if nothing else is used meanwhile; null when it never fits. */
	availableAt(amount: number, capacity: number, now: number): number | null {
		if (amount > capacity || capacity === 0) return null;
		if (this.#window === null) return now + CONCURRENCY_RETRY_MS;
		const { spent, held } = this.totals(now);
		let used = spent + held;
		for (const [start, slice] of this.#counted(now).sort(([a], [b]) => a - b)) {
			used -= slice.spent + slice.held;
			if (used + amount <= capacity && used < capacity) return sliceFreedAt(this.#window, start);
		}
		return now;
	}

	/** Drops slices that no longer count; true when none is left that counted anything. */
	forget(now: number): boolean {
		const oldest = this.#oldest(now);
		for (const [start, { spent, held }] of this.#slices) {
			if (start < oldest || (spent === 0 && held === 0)) this.#slices.delete(start);
		}
		return this.#slices.size === 0;
	}

	#counted(now: number): [number, Slice][] {
		const oldest = this.#oldest(now);

		return [...this.#slices].filter(([start]) => start >= oldest);
	}

	#oldest(now: number): number {
		return this.#window === null ? 0 : oldestSlice(this.#window, now);
	}
}

function bounded(sum: number): number {
	return Math.max(0, Math.min(Number.MAX_SAFE_INTEGER, sum));
}
