import type { Breaker } from '../../../core/breaker.ts';
import type { Limit, LimitState } from '../../../core/limits.ts';
import type { MicroCents } from '../../../core/money.ts';

export type ReserveAsk = {
	reservationId: string;
	tenantId: string;
	/** What the call is expected to cost. */
	microCents: MicroCents;
	limits: readonly Limit[];
	now: number;
	/** End of the lease, epoch ms. A hold nobody settled by then becomes estimated spend. */
	expiresAt: number;
};

export type ReserveResult =
	| { kind: 'held' }
	| { kind: 'breakerOpen'; breaker: Breaker }
	| { kind: 'limitExceeded'; exceeded: ExceededLimit[] };

/** A limit that would not hold, and when it would (epoch ms; null: never, the ask is larger than the limit). */
export type ExceededLimit = LimitState & { requested: number; availableAt: number | null };

/**
 * What became of a hold. `expired`: the lease had run out and its estimate was booked; a settlement corrects it.
 * `unknown`: never held here, or forgotten after a restart.
 */
export type SettleOutcome = 'settled' | 'alreadySettled' | 'expired' | 'unknown' | 'otherTenant';
export type ReleaseOutcome = 'released' | 'alreadySettled' | 'expired' | 'unknown' | 'otherTenant';

export type ExpiredHold = { reservationId: string; tenantId: string; microCents: MicroCents };

/** Limits, reservations and breakers: everything "may I?" needs, and nothing that has to survive a restart. */
export interface Counters {
	/** Checks the breaker and every limit, then holds all of them or none, in one atomic step. */
	reserve(ask: ReserveAsk): Promise<ReserveResult>;
	/** A hold that is known here, and at what it was settled if it was. */
	findHold(
		reservationId: string,
	): Promise<{ tenantId: string; settledMicroCents: MicroCents | undefined } | undefined>;
	/** Turns a hold into what was spent, in the window it was admitted in, also past the limit. Idempotent. */
	settle(hold: {
		reservationId: string;
		tenantId: string;
		microCents: MicroCents;
		now: number;
	}): Promise<SettleOutcome>;
	/** Gives a hold back: the call was not made. Idempotent. */
	release(hold: { reservationId: string; tenantId: string; now: number }): Promise<ReleaseOutcome>;
	/** Counts use that nobody reserved, at the time it happened. */
	record(use: {
		tenantId: string;
		microCents: MicroCents;
		requests: number;
		at: number;
		limits: readonly Limit[];
	}): Promise<void>;
	/** Books the holds whose lease ran out as estimated spend and says which. */
	expire(now: number): Promise<ExpiredHold[]>;
	limitStates(tenantId: string, limits: readonly Limit[], now: number): Promise<LimitState[]>;
	breaker(tenantId: string): Promise<Breaker>;
	setBreaker(tenantId: string, breaker: Breaker): Promise<void>;
	/** Opens a closed breaker; false when it was not closed. Of any number of callers at once one gets true. */
	tripBreaker(trip: { tenantId: string; incidentId: string; now: number }): Promise<boolean>;
}
