import { admits, CLOSED, trip, type Breaker } from '../breaker.ts';
import { HOUR_MS } from '../durations.ts';
import type { MicroCents } from '../money.ts';
import { belongsTo, type KnownIncident } from './knownIncident.ts';

/** A person closes a breaker once its rule has not asked for it for this long, unless its incident says when. */
export const CLOSES_AFTER_MS = HOUR_MS;

/** One opening, and what it kept from being spent. */
export type Opening = {
	at: number;
	/** Null: it was open when the replay ended. */
	closedAt: number | null;
	refusedCalls: number;
	refusedMicroCents: MicroCents;
};

/**
 * The breaker of a tenant in a replay. It opens as the real one does. Nobody is there to close it, so it closes when the
 * recorded incident it belongs to was ended, or an hour after the last finding that asked for it.
 */
export class ReplayedBreaker {
	readonly openings: Opening[] = [];
	readonly #known: readonly KnownIncident[];
	#state: Breaker = CLOSED;
	#open: { opening: Opening; incident: KnownIncident | undefined; askedAt: number } | undefined;

	constructor(known: readonly KnownIncident[]) {
		this.#known = known.filter(({ source }) => source === 'breaker');
	}

	admits(at: number): boolean {
		return admits(this.#state, at);
	}

	/** A finding asks for an open breaker; the opening when it was not open before. */
	trip(at: number): Opening | undefined {
		if (this.#open) {
			this.#open.askedAt = at;
			return undefined;
		}
		this.#state = trip(this.#state, `replayed-${this.openings.length + 1}`, at);
		const opening = { at, closedAt: null, refusedCalls: 0, refusedMicroCents: 0 };
		// An incident that had ended before cannot say when this opening ends.
		const incident = this.#known.find(
			(known) => belongsTo(known, at) && (known.to === null || known.to > at),
		);
		this.#open = { opening, incident, askedAt: at };
		this.openings.push(opening);
		return opening;
	}

	refuse(microCents: MicroCents): void {
		if (!this.#open) return;
		this.#open.opening.refusedCalls += 1;
		this.#open.opening.refusedMicroCents += microCents;
	}

	/** Closes what is over at `now`; when it closed, or undefined. */
	closeDue(now: number): number | undefined {
		if (!this.#open) return undefined;
		const { opening, incident, askedAt } = this.#open;
		const closesAt = incident ? incident.to : askedAt + CLOSES_AFTER_MS;
		if (closesAt === null || closesAt > now) return undefined;
		opening.closedAt = closesAt;
		this.#state = CLOSED;
		this.#open = undefined;

		return closesAt;
	}
}
