import { oldestSlice, sliceFreedAt, sliceStart, type Window } from '../../../../core/windows.ts';

type Slice = { spent: number; held: number };

/** What one limit counted for one subject, by slice of its window. */
export class LimitLedger {
	readonly #window: Window;
	readonly #slices = new Map<number, Slice>();

	constructor(window: Window) {
		this.#window = window;
	}

	sliceAt(now: number): number {
		return sliceStart(this.#window, now);
	}

	add(slice: number, change: Partial<Slice>): void {
		const at = this.#slices.get(slice) ?? { spent: 0, held: 0 };
		at.spent += change.spent ?? 0;
		at.held += change.held ?? 0;
		this.#slices.set(slice, at);
	}

	totals(now: number): Slice {
		const total = { spent: 0, held: 0 };
		for (const [, slice] of this.#counted(now)) {
			total.spent += slice.spent;
			total.held += slice.held;
		}
		return total;
	}

	/** When the oldest counted use is free again; null when nothing is counted. */
	resetsAt(now: number): number | null {
		const used = this.#counted(now).filter(([, slice]) => slice.spent + slice.held > 0);
		const [oldest] = used.sort(([a], [b]) => a - b);

		return oldest ? sliceFreedAt(this.#window, oldest[0]) : null;
	}

	/** When `amount` more fits under `capacity` if nothing else is used meanwhile; null when it never fits. */
	availableAt(amount: number, capacity: number, now: number): number | null {
		if (amount > capacity || capacity === 0) return null;
		const { spent, held } = this.totals(now);
		let used = spent + held;
		for (const [start, slice] of this.#counted(now).sort(([a], [b]) => a - b)) {
			used -= slice.spent + slice.held;
			if (used + amount <= capacity && used < capacity) return sliceFreedAt(this.#window, start);
		}
		return now;
	}

	/** Drops slices that no longer count and hold nothing. */
	forget(now: number): void {
		const oldest = oldestSlice(this.#window, now);
		for (const [start, slice] of this.#slices) {
			if (start < oldest && slice.held === 0) this.#slices.delete(start);
		}
	}

	get isEmpty(): boolean {
		return this.#slices.size === 0;
	}

	#counted(now: number): [number, Slice][] {
		const oldest = oldestSlice(this.#window, now);

		return [...this.#slices].filter(([start]) => start >= oldest);
	}
}
