import {
	amountOf,
	type AppliedLimit,
	type CallSize,
	type CallSubjects,
	type Counter,
	type Limit,
} from '../limits.ts';
import type { MicroCents } from '../money.ts';
import { oldestSlice, sliceStart, windowSpan, type Window } from '../windows.ts';

/** What a limit kept from being spent. */
export type RefusedByLimit = {
	limitId: string;
	calls: number;
	microCents: MicroCents;
	firstAt: number;
};

export type SizedCall = { at: number; subjects: CallSubjects; size: CallSize };

/**
 * Whether a limit can be replayed from the calls of one tenant: what is counted over all tenants cannot, nor what counts
 * calls under way, nor what refuses nothing.
 */
export function isReplayable({ shared, window, mode }: Limit): boolean {
	return !shared && window !== null && mode === 'enforce';
}

/** When calls begin to count for a replay from `from`: calendar windows begin before it. */
export function countsFrom(limits: readonly Limit[], from: number): number {
	return limits.reduce(
		(earliest, { window }) =>
			window === null ? earliest : Math.min(earliest, windowSpan(window, from).start),
		from,
	);
}

/** The limits of a tenant over its calls, in the order they were made; each call is as large as it turned out to be. */
export class LimitReplay {
	readonly #limitsFor: (call: CallSubjects) => readonly AppliedLimit[];
	readonly #counts = new Map<string, Count>();
	readonly #refused = new Map<string, RefusedByLimit>();

	constructor(limitsFor: (call: CallSubjects) => readonly AppliedLimit[]) {
		this.#limitsFor = limitsFor;
	}

	/** Counts a call; false: it was over a limit and counts nowhere. */
	admit(call: SizedCall): boolean {
		const applied = this.#appliedTo(call);
		const over = applied.find(
			({ limit, count }) =>
				count.usedAt(call.at) + amountOf(limit.unit, call.size) > limit.capacity,
		);
		if (over) {
			this.#refuse(over.limit.id, call);
			return false;
		}
		add(applied, call);
		return true;
	}

	/** Counts a call that was made before the replay began, whether it was over a limit or not. */
	count(call: SizedCall): void {
		add(this.#appliedTo(call), call);
	}

	/** The limits that refused something, in the order they first did. */
	get refused(): RefusedByLimit[] {
		return [...this.#refused.values()];
	}

	#appliedTo({ subjects }: SizedCall): { limit: Limit; count: Count }[] {
		return this.#limitsFor(subjects).flatMap(({ limit, counter }) =>
			isReplayable(limit) && counter.window
				? [{ limit, count: this.#countOf(counter, counter.window) }]
				: [],
		);
	}

	#countOf({ id }: Counter, window: Window): Count {
		const known = this.#counts.get(id);
		if (known) return known;
		const count = new Count(window);
		this.#counts.set(id, count);
		return count;
	}

	#refuse(limitId: string, { at, size }: SizedCall): void {
		const refused = this.#refused.get(limitId) ?? { limitId, calls: 0, microCents: 0, firstAt: at };
		refused.calls += 1;
		refused.microCents += size.microCents;
		this.#refused.set(limitId, refused);
	}
}

/** Two limits on one thing share a count: it is counted once. */
function add(applied: readonly { limit: Limit; count: Count }[], { at, size }: SizedCall): void {
	for (const count of new Set(applied.map((one) => one.count))) {
		const limit = applied.find((one) => one.count === count)?.limit;
		if (limit) count.add(at, amountOf(limit.unit, size));
	}
}

/** What was used in the slices of one window. */
class Count {
	readonly #window: Window;
	/** By the start of the slice, oldest first. */
	readonly #slices = new Map<number, number>();
	#used = 0;

	constructor(window: Window) {
		this.#window = window;
	}

	usedAt(now: number): number {
		const oldest = oldestSlice(this.#window, now);
		for (const [slice, amount] of this.#slices) {
			if (slice >= oldest) break;
			this.#slices.delete(slice);
			this.#used -= amount;
		}
		return this.#used;
	}

	add(at: number, amount: number): void {
		const slice = sliceStart(this.#window, at);
		this.#slices.set(slice, (this.#slices.get(slice) ?? 0) + amount);
		this.#used += amount;
	}
}
