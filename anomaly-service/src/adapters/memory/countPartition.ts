import { randomUUID } from 'node:crypto';
import {
	amountOf,
	type AppliedLimit,
	type CallSize,
	type Counter,
	type LimitState,
} from '../../../../core/limits.ts';
import {
	SEED_LEASE_MS,
	type ExceededLimit,
	type Hold,
	type HoldEntry,
	type ReleaseOutcome,
	type SeededCounter,
	type SettleOutcome,
} from '../../ports/counters.ts';
import { HoldBook, type StoredHold } from './holdBook.ts';
import { LimitLedger } from './limitLedger.ts';

type Counted = { counter: Counter; ledger: LimitLedger };
type Seeding = { token: string; until: number; counted: Map<string, Counted> };

/** Counts and holds that change together. Every method is one synchronous step, so it is atomic as it stands. */
export class CountPartition {
	readonly holds = new HoldBook();
	/** Counters that are seeded, by id. */
	readonly #warm = new Map<string, Counted>();
	#seeding: Seeding | undefined;

	coldOf(limits: readonly AppliedLimit[]): Counter[] {
		return distinct(limits).filter(({ id }) => !this.#warm.has(id));
	}

	/** The limits a call of this size would not leave room in. */
	exceededBy(
		limits: readonly AppliedLimit[],
		{ size, fillPct, now }: { size: CallSize; fillPct: number; now: number },
	): ExceededLimit[] {
		return limits.flatMap((applied) => {
			const { limit, counter } = applied;
			const requested = amountOf(counter.unit, size);
			const ledger = this.#ledgerOf(counter);
			const { spent, held } = ledger.totals(now);
			const capacity =
				fillPct === 100 ? limit.capacity : Math.ceil((limit.capacity * fillPct) / 100);
			const used = spent + held;
			// A call of unknown cost asks for nothing, and still has no place in a budget that is used up.
			if (used < capacity && used + requested <= capacity) return [];

			const availableAt = ledger.availableAt(requested, capacity, now);
			return [{ ...applied, spent, held, resetsAt: ledger.resetsAt(now), requested, availableAt }];
		});
	}

	hold(hold: Omit<Hold, 'entries'>, limits: readonly AppliedLimit[], now: number): void {
		const entries = distinct(limits).map((counter) => {
			const ledger = this.#ledgerOf(counter);
			const entry = {
				counter,
				slice: ledger.sliceAt(now),
				amount: amountOf(counter.unit, hold.size),
			};
			ledger.add(entry.slice, { held: entry.amount }, now);
			return entry;
		});
		this.holds.add({ ...hold, entries });
	}

	settle(
		reservationId: string,
		{ size, limits, now }: { size: CallSize; limits: readonly AppliedLimit[]; now: number },
	): SettleOutcome {
		const hold = this.holds.find(reservationId);
		if (!hold || hold.state === 'released') return 'unknown';
		if (hold.state === 'settled') return 'alreadySettled';

		const outcome = hold.state === 'expired' ? 'expired' : 'settled';
		this.#book(hold, (entry) => amountOf(entry.counter.unit, size), now);
		const known = new Set(hold.entries.map(({ counter }) => counter.id));
		this.spend(
			limits.filter(({ counter }) => !known.has(counter.id)),
			{ size, at: now, now },
		);
		hold.microCents = size.microCents;
		this.holds.end(hold, 'settled', now);
		return outcome;
	}

	release(reservationId: string, now: number): ReleaseOutcome {
		const hold = this.holds.find(reservationId);
		if (!hold) return 'unknown';
		if (hold.state === 'settled') return 'alreadySettled';
		if (hold.state !== 'held') return hold.state;

		for (const { counter, slice, amount } of hold.entries) {
			this.#change(counter, slice, { held: -amount }, now);
		}
		this.holds.end(hold, 'released', now);
		return 'released';
	}

	/** Books overdue holds as estimated spend. */
	expire(now: number): void {
		for (const hold of this.holds.overdue(now)) {
			this.#book(hold, (entry) => entry.amount, now);
			this.holds.end(hold, 'expired', now);
		}
	}

	/** Counts use nobody holds capacity for. */
	spend(
		limits: readonly AppliedLimit[],
		{ size, at, now }: { size: CallSize; at: number; now: number },
	): void {
		for (const counter of distinct(limits)) {
			if (counter.window === null) continue;
			const slice = new LimitLedger(counter.window).sliceAt(Math.min(at, now));
			this.#change(counter, slice, { spent: amountOf(counter.unit, size) }, now);
		}
	}

	raise({ counter }: AppliedLimit, used: number, now: number): void {
		const ledger = this.#ledgerOf(counter);
		const totals = ledger.totals(now);
		const missing = used - totals.spent - totals.held;
		if (missing > 0) this.#change(counter, ledger.sliceAt(now), { spent: missing }, now);
	}

	states(limits: readonly AppliedLimit[], now: number): LimitState[] {
		return limits.map((applied) => {
			const ledger = this.#ledgerOf(applied.counter);
			return { ...applied, ...ledger.totals(now), resetsAt: ledger.resetsAt(now) };
		});
	}

	usedCounters(now: number): Counter[] {
		return [...this.#warm.values()]
			.filter(({ ledger }) => {
				const { spent, held } = ledger.totals(now);
				return spent + held > 0;
			})
			.map(({ counter }) => counter);
	}

	startSeed(counters: readonly Counter[], now: number): string | undefined {
		if (this.#seeding && this.#seeding.until > now) return undefined;
		const token = randomUUID();
		const counted = new Map(
			counters.map((counter) => [counter.id, { counter, ledger: new LimitLedger(counter.window) }]),
		);
		this.#seeding = { token, until: now + SEED_LEASE_MS, counted };
		return token;
	}

	/** What comes after the seeding of its counters is counted at once; with the others it is counted when they are. */
	plant(hold: Hold, now: number): void {
		if (this.holds.find(hold.reservationId)) return;
		this.holds.add(hold);
		for (const { counter, slice, amount } of hold.entries) {
			this.#warm.get(counter.id)?.ledger.add(slice, { held: amount }, now);
		}
	}

	seed(token: string, counters: readonly SeededCounter[], now: number): boolean {
		if (this.#seeding?.token !== token || this.#seeding.until <= now) return false;
		const { counted } = this.#seeding;
		this.#seeding = undefined;
		for (const { counter, slices } of counters) {
			const entry = counted.get(counter.id);
			if (!entry || this.#warm.has(counter.id)) continue;
			for (const { start, amount } of slices) entry.ledger.add(start, { spent: amount }, now);
			this.#warm.set(counter.id, entry);
			for (const { slice, amount } of this.holds.entriesOn(counter.id)) {
				entry.ledger.add(slice, { held: amount }, now);
			}
		}
		return true;
	}

	/** Drops all counts; whoever is seeding begins again. Holds stay. */
	chill(): void {
		this.#warm.clear();
		this.#seeding = undefined;
	}

	/** Drops what no longer counts; true when nothing is left. */
	forget(now: number): boolean {
		this.holds.forget(now);
		for (const [id, { ledger }] of this.#warm) if (ledger.forget(now)) this.#warm.delete(id);
		return this.holds.isEmpty && this.#warm.size === 0 && this.#seeding === undefined;
	}

	/** Turns what is held into what was used; of a hold that had expired, its estimate was booked and is taken back. */
	#book(hold: StoredHold, usedOf: (entry: HoldEntry) => number, now: number): void {
		for (const entry of hold.entries) {
			const { counter, slice, amount } = entry;
			const isConcurrency = counter.window === null;
			const used = isConcurrency ? 0 : usedOf(entry);
			if (hold.state === 'held') {
				this.#change(counter, slice, { held: -amount, spent: used }, now);
			} else if (!isConcurrency) {
				this.#change(counter, slice, { spent: used - amount }, now);
			}
		}
	}

	/** Spent on a counter that is being seeded is kept for it; held is not, it follows from the holds. */
	#change(counter: Counter, slice: number, change: { spent?: number; held?: number }, now: number) {
		this.#warm.get(counter.id)?.ledger.add(slice, change, now);
		const { spent } = change;
		if (spent === undefined || this.#warm.has(counter.id)) return;
		this.#seeding?.counted.get(counter.id)?.ledger.add(slice, { spent }, now);
	}

	#ledgerOf(counter: Counter): LimitLedger {
		return this.#warm.get(counter.id)?.ledger ?? new LimitLedger(counter.window);
	}
}

function distinct(limits: readonly AppliedLimit[]): Counter[] {
	return [...new Map(limits.map(({ counter }) => [counter.id, counter])).values()];
}
