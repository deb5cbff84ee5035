import type { Breaker } from '../../../core/breaker.ts';
import type {
	AppliedLimit,
	CallSize,
	CallSubjects,
	Counter,
	LimitState,
} from '../../../core/limits.ts';
import type { MicroCents } from '../../../core/money.ts';

export type ReserveAsk = {
	/** Asked for again while it is held, the answer is the same hold. */
	reservationId: string;
	/** What the call is expected to use. */
	size: CallSize;
	limits: readonly AppliedLimit[];
	/** Length of the lease. A hold nobody settled by its end becomes estimated spend. */
	ttlMs: number;
	/** How full the limits may be with this call, in percent of each capacity; below 100 it leaves room for others. */
	fillPct: number;
	/** Whose call it is; kept with the hold. */
	call: CallSubjects;
};

/** Every time is the store's own, epoch ms: replicas with clocks that differ read the same answer. */
export type ReserveResult =
	| { kind: 'held'; now: number; expiresAt: number; wouldExceed: ExceededLimit[] }
	| { kind: 'breakerOpen'; now: number; breaker: Breaker }
	| { kind: 'limitExceeded'; now: number; exceeded: ExceededLimit[] }
	/** These counts are not in the store: they have to be seeded first, see `startSeed`. Nothing was held. */
	| { kind: 'cold'; counters: Counter[] }
	/** This reservation was settled, released or has expired. */
	| { kind: 'ended' };

/** A limit that would not hold, and when it would (epoch ms; null: never, the ask is larger than the limit). */
export type ExceededLimit = LimitState & { requested: number; availableAt: number | null };

/** One hold as it was admitted: `slice` is the start of the slice or window it counts in. */
export type Hold = {
	reservationId: string;
	call: CallSubjects;
	size: CallSize;
	admittedAt: number;
	expiresAt: number;
	entries: HoldEntry[];
};
export type HoldEntry = { counter: Counter; slice: number; amount: number };

export type HoldRef = { reservationId: string; tenantId: string };

/**
 * What became of a hold. `expired`: the lease had run out and its estimate was booked; a settlement corrects it.
 * `unknown`: never held, released, or forgotten an hour after its end.
 */
export type SettleOutcome = 'settled' | 'alreadySettled' | 'expired' | 'unknown';
export type ReleaseOutcome = 'released' | 'alreadySettled' | 'expired' | 'unknown';
export type RenewResult =
	| { outcome: 'renewed'; expiresAt: number }
	| { outcome: 'alreadySettled' | 'expired' | 'unknown' };

export type FoundHold = {
	state: 'held' | 'settled' | 'released' | 'expired';
	/** Held; once settled, spent. */
	microCents: MicroCents;
};

/** What is counted together and changed in one atomic step: one tenant's counts, or those shared by all tenants. */
export type Partition = { kind: 'tenant'; tenantId: string } | { kind: 'shared' };

/** Use already spent by slice; `start` is the start of the slice or window. */
export type SeededCounter = { counter: Counter; slices: { start: number; amount: number }[] };

/**
 * Limits, reservations and breakers: everything "may I?" needs. All of it can be rebuilt from the database and from
 * the holds that replicas remember. Throws StoreUnavailableError when the store does not answer.
 */
export interface Counters {
	/** Checks the breaker and every limit, then holds all of them or none. Exact for any number of replicas. */
	reserve(ask: ReserveAsk): Promise<ReserveResult>;
	findHold(hold: HoldRef): Promise<FoundHold | undefined>;
	/**
	 * Turns a hold into what was spent, in the window it was admitted in, also past the limit. Idempotent. `limits`: what
	 * applies now; a limit made since the hold counts the call too.
	 */
	settle(
		settlement: HoldRef & { size: CallSize; limits: readonly AppliedLimit[] },
	): Promise<SettleOutcome>;
	/** Gives a hold back: the call was not made. Idempotent. */
	release(hold: HoldRef): Promise<ReleaseOutcome>;
	/** The lease now ends `ttlMs` from now, never earlier than it did. */
	renew(lease: HoldRef & { ttlMs: number }): Promise<RenewResult>;
	/** Counts use that nobody reserved, at the time it happened. Counts that are not in the store are left out. */
	record(use: {
		tenantId: string;
		size: CallSize;
		at: number;
		limits: readonly AppliedLimit[];
	}): Promise<void>;
	/** At least `used` of the limit is used up, whoever used it: the vendor said so. */
	raise(limit: AppliedLimit & { tenantId: string; used: number }): Promise<void>;
	/**
	 * Books holds whose lease ran out as estimated spend. Answers those booked and not yet reported, whoever booked them,
	 * of the given tenants; all of them when none are given.
	 */
	expire(tenantIds?: readonly string[]): Promise<Hold[]>;
	/** These expired holds are recorded for good; `expire` need not answer them again. */
	reported(holds: readonly HoldRef[]): Promise<void>;
	/** Limits whose counts are not in the store are answered as unused. */
	limitStates(tenantId: string, limits: readonly AppliedLimit[]): Promise<LimitState[]>;
	/** Counts of these limits that are not in the store. */
	coldOf(tenantId: string, limits: readonly AppliedLimit[]): Promise<Counter[]>;
	/** Everything that is counted of a tenant right now, without what is shared. */
	countersOf(tenantId: string): Promise<Counter[]>;

	breaker(tenantId: string): Promise<Breaker>;
	setBreaker(tenantId: string, breaker: Breaker): Promise<void>;
	/** Opens a closed or half-open breaker; false when it blocked already. Of any number of callers at once one gets true. */
	tripBreaker(trip: { tenantId: string; incidentId: string; now: number }): Promise<boolean>;

	/**
	 * Begins to seed: of any number of callers at once one gets a token, for `SEED_LEASE_MS`. From here on what is spent
	 * on these counters is counted, so that nothing between reading the database and `seed` is missed.
	 */
	startSeed(partition: Partition, counters: readonly Counter[]): Promise<string | undefined>;
	/** Puts back holds that a replica remembers and the store has lost; those it knows, also as ended, it keeps. */
	plant(holds: readonly Hold[]): Promise<void>;
	/** Sets what was spent; held follows from the holds. false: the token is not valid any more. */
	seed(
		partition: Partition,
		given: { token: string; counters: readonly SeededCounter[] },
	): Promise<boolean>;
	/** Drops the counts of a partition, not its holds and breaker: they are seeded again when they are needed. */
	chill(partition: Partition): Promise<void>;
	/** Drops the counts of every partition: a limit was made that may be for any tenant. */
	chillAll(): Promise<void>;

	/** The store's time, epoch ms. */
	now(): Promise<number>;
	close(): Promise<void>;
}

/** Who is blocked. */
export type Breakers = Pick<Counters, 'breaker' | 'setBreaker' | 'tripBreaker'>;

/**
 * Reading a tenant's month from the database takes milliseconds, a million events of all tenants two seconds. A replica
 * that is killed meanwhile holds the others up for as long.
 */
export const SEED_LEASE_MS = 5000;
/** How long an ended hold is remembered, so that a repeated or late settlement is recognised: the longest lease. */
export const REMEMBER_MS = 3_600_000;
