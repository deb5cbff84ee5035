import { HOUR_MS } from '../../../../core/durations.ts';
import { admits, CLOSED, trip, type Breaker } from '../../../../core/breaker.ts';
import type { Limit, LimitState } from '../../../../core/limits.ts';
import type {
	Counters,
	ExceededLimit,
	ExpiredHold,
	ReleaseOutcome,
	ReserveAsk,
	ReserveResult,
	SettleOutcome,
} from '../../ports/counters.ts';
import { LimitLedger } from './limitLedger.ts';

type Hold = {
	tenantId: string;
	/** What is held; once settled, what was spent. */
	microCents: number;
	expiresAt: number;
	entries: HoldEntry[];
	state: 'held' | 'settled' | 'released' | 'expired';
	endedAt: number;
};

/** What was held where: the slice is that of admission, so a late settlement lands in the right window. */
type HoldEntry = { ledger: LimitLedger; slice: number; amount: number; isMoney: boolean };

/**
 * How long an ended hold is remembered, so that a repeated or late settlement is recognised: as long as the longest
 * lease. At 100 calls a second that is 360,000 holds.
 */
const REMEMBER_MS = HOUR_MS;

/** Counters of one process. Every method is one synchronous step, so it is atomic as it stands. */
export class MemoryCounters implements Counters {
	readonly #ledgers = new Map<string, LimitLedger>();
	readonly #held = new Map<string, Hold>();
	/** Holds that ended, oldest first. */
	readonly #ended = new Map<string, Hold>();
	readonly #breakers = new Map<string, Breaker>();

	async reserve(ask: ReserveAsk): Promise<ReserveResult> {
		// No await in here: between the checks and the hold nothing else may run.
		const breaker = this.#breakers.get(ask.tenantId) ?? CLOSED;
		if (!admits(breaker, ask.now)) return { kind: 'breakerOpen', breaker };

		return this.#holdAll(ask);
	}

	async findHold(reservationId: string): ReturnType<Counters['findHold']> {
		const hold = this.#find(reservationId);
		if (!hold) return undefined;
		const { tenantId, state, microCents } = hold;

		return { tenantId, settledMicroCents: state === 'settled' ? microCents : undefined };
	}

	async settle({
		reservationId,
		tenantId,
		microCents,
		now,
	}: Parameters<Counters['settle']>[0]): Promise<SettleOutcome> {
		const hold = this.#find(reservationId);
		if (!hold || hold.state === 'released') return 'unknown';
		if (hold.tenantId !== tenantId) return 'otherTenant';
		if (hold.state === 'settled') return 'alreadySettled';

		const outcome = hold.state === 'expired' ? 'expired' : 'settled';
		book(hold, microCents);
		hold.microCents = microCents;
		this.#end(reservationId, hold, 'settled', now);
		return outcome;
	}

	async release({
		reservationId,
		tenantId,
		now,
	}: Parameters<Counters['release']>[0]): Promise<ReleaseOutcome> {
		const hold = this.#find(reservationId);
		if (!hold) return 'unknown';
		if (hold.tenantId !== tenantId) return 'otherTenant';
		if (hold.state === 'settled') return 'alreadySettled';
		if (hold.state === 'expired') return 'expired';

		if (hold.state === 'held') {
			for (const { ledger, slice, amount } of hold.entries) ledger.add(slice, { held: -amount });
			this.#end(reservationId, hold, 'released', now);
		}
		return 'released';
	}

	async record({
		tenantId,
		microCents,
		requests,
		at,
		limits,
	}: Parameters<Counters['record']>[0]): Promise<void> {
		for (const limit of limits) {
			const ledger = this.#ledgerOf(limit, tenantId);
			const amount = limit.unit === 'microCents' ? microCents : requests;
			ledger.add(ledger.sliceAt(at), { spent: amount });
		}
	}

	async expire(now: number): Promise<ExpiredHold[]> {
		const expired: ExpiredHold[] = [];
		for (const [reservationId, hold] of this.#held) {
			if (hold.expiresAt > now) continue;
			book(hold, hold.microCents);
			this.#end(reservationId, hold, 'expired', now);
			const { tenantId, microCents } = hold;
			expired.push({ reservationId, tenantId, microCents });
		}
		for (const [reservationId, hold] of this.#ended) {
			if (hold.endedAt + REMEMBER_MS >= now) break;
			this.#ended.delete(reservationId);
		}
		for (const [key, ledger] of this.#ledgers) {
			ledger.forget(now);
			if (ledger.isEmpty) this.#ledgers.delete(key);
		}
		return expired;
	}

	async limitStates(
		tenantId: string,
		limits: readonly Limit[],
		now: number,
	): Promise<LimitState[]> {
		return limits.map((limit) => {
			const ledger = this.#ledgerOf(limit, tenantId);
			return { ...limit, ...ledger.totals(now), resetsAt: ledger.resetsAt(now) };
		});
	}

	async breaker(tenantId: string): Promise<Breaker> {
		return this.#breakers.get(tenantId) ?? CLOSED;
	}

	async tripBreaker({
		tenantId,
		incidentId,
		now,
	}: Parameters<Counters['tripBreaker']>[0]): Promise<boolean> {
		const before = this.#breakers.get(tenantId) ?? CLOSED;
		const after = trip(before, incidentId, now);
		this.#breakers.set(tenantId, after);
		return after !== before;
	}

	async setBreaker(tenantId: string, breaker: Breaker): Promise<void> {
		if (breaker.state === 'closed') this.#breakers.delete(tenantId);
		else this.#breakers.set(tenantId, breaker);
	}

	#holdAll(ask: ReserveAsk): ReserveResult {
		const exceeded: ExceededLimit[] = [];
		const entries: HoldEntry[] = [];
		for (const limit of ask.limits) {
			const isMoney = limit.unit === 'microCents';
			const amount = isMoney ? ask.microCents : 1;
			const ledger = this.#ledgerOf(limit, ask.tenantId);
			const { spent, held } = ledger.totals(ask.now);
			// A call of unknown cost asks for nothing, and still has no place in a budget that is used up.
			const isFull = spent + held >= limit.capacity;
			if (isFull || spent + held + amount > limit.capacity) {
				const resetsAt = ledger.resetsAt(ask.now);
				const availableAt = ledger.availableAt(amount, limit.capacity, ask.now);
				exceeded.push({ ...limit, spent, held, resetsAt, requested: amount, availableAt });
			}
			entries.push({ ledger, slice: ledger.sliceAt(ask.now), amount, isMoney });
		}
		if (exceeded.length > 0) return { kind: 'limitExceeded', exceeded };

		for (const { ledger, slice, amount } of entries) ledger.add(slice, { held: amount });
		const { tenantId, microCents, expiresAt } = ask;
		const hold: Hold = { tenantId, microCents, expiresAt, entries, state: 'held', endedAt: 0 };
		this.#held.set(ask.reservationId, hold);
		return { kind: 'held' };
	}

	#find(reservationId: string): Hold | undefined {
		return this.#held.get(reservationId) ?? this.#ended.get(reservationId);
	}

	#end(reservationId: string, hold: Hold, state: Hold['state'], now: number): void {
		hold.state = state;
		hold.endedAt = now;
		this.#held.delete(reservationId);
		this.#ended.delete(reservationId);
		this.#ended.set(reservationId, hold);
	}

	#ledgerOf(limit: Limit, tenantId: string): LimitLedger {
		const key = limit.scope === 'global' ? limit.id : `${limit.id}|${tenantId}`;
		const known = this.#ledgers.get(key);
		if (known) return known;
		const ledger = new LimitLedger(limit.window);
		this.#ledgers.set(key, ledger);
		return ledger;
	}
}

/** Books what was used; of a hold that had expired, its estimate was booked and is taken back. */
function book(hold: Hold, microCents: number): void {
	for (const { ledger, slice, amount, isMoney } of hold.entries) {
		const used = isMoney ? microCents : 1;
		if (hold.state === 'held') ledger.add(slice, { held: -amount, spent: used });
		else ledger.add(slice, { spent: used - amount });
	}
}
