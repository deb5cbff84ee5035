import { REMEMBER_MS, type FoundHold, type Hold, type HoldEntry } from '../../ports/counters.ts';

/** A hold and what became of it. Once settled, `microCents` is what was spent. */
export type StoredHold = Hold & FoundHold & { endedAt: number };

/** The holds of one partition: those under way, and for an hour those that ended. */
export class HoldBook {
	readonly #held = new Map<string, StoredHold>();
	/** Expired ones nobody has recorded yet: kept until somebody has. */
	readonly #unreported = new Map<string, StoredHold>();
	/** All others, oldest end first but for those recorded late, which stay a little longer. */
	readonly #ended = new Map<string, StoredHold>();
	/** No lease ends before this moment: looking for overdue ones costs nothing until then. */
	#nextEnd = Infinity;

	add(hold: Hold): void {
		this.#nextEnd = Math.min(this.#nextEnd, hold.expiresAt);
		const { microCents } = hold.size;
		const stored = { ...hold, microCents, state: 'held', endedAt: 0 } as const;
		this.#held.set(hold.reservationId, stored);
	}

	find(reservationId: string): StoredHold | undefined {
		return (
			this.#held.get(reservationId) ??
			this.#unreported.get(reservationId) ??
			this.#ended.get(reservationId)
		);
	}

	end(hold: StoredHold, state: 'settled' | 'released' | 'expired', now: number): void {
		hold.state = state;
		hold.endedAt = now;
		// Kept for an hour, a thousand a second: only what expired is asked for again.
		if (state !== 'expired') hold.entries = [];
		this.#held.delete(hold.reservationId);
		this.#unreported.delete(hold.reservationId);
		this.#ended.delete(hold.reservationId);
		(state === 'expired' ? this.#unreported : this.#ended).set(hold.reservationId, hold);
	}

	/** An expired hold was recorded. */
	reported(reservationId: string): void {
		const hold = this.#unreported.get(reservationId);
		if (!hold) return;
		this.#unreported.delete(reservationId);
		this.#ended.set(reservationId, hold);
	}

	/** Holds whose lease ran out. */
	overdue(now: number): StoredHold[] {
		if (now < this.#nextEnd) return [];
		const isOver = ({ expiresAt }: StoredHold) => expiresAt <= now;
		const later = this.held.filter((hold) => !isOver(hold)).map(({ expiresAt }) => expiresAt);
		this.#nextEnd = later.reduce((first, end) => Math.min(first, end), Infinity);
		return this.held.filter(isOver);
	}

	get unreported(): StoredHold[] {
		return [...this.#unreported.values()];
	}

	get held(): StoredHold[] {
		return [...this.#held.values()];
	}

	/** What is held on a counter. */
	entriesOn(counterId: string): HoldEntry[] {
		return this.held.flatMap(({ entries }) =>
			entries.filter(({ counter }) => counter.id === counterId),
		);
	}

	get isEmpty(): boolean {
		return this.#held.size + this.#unreported.size + this.#ended.size === 0;
	}

	/** Forgets what ended long ago; what is not reported yet is kept. */
	forget(now: number): void {
		for (const [reservationId, { endedAt }] of this.#ended) {
			if (endedAt + REMEMBER_MS >= now) return;
			this.#ended.delete(reservationId);
		}
	}
}
