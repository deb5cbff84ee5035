import { admits, CLOSED, trip, type Breaker } from '../../../../core/breaker.ts';
import type { AppliedLimit, Counter, LimitState } from '../../../../core/limits.ts';
import type { Clock } from '../../ports/clock.ts';
import type {
	Counters,
	FoundHold,
	Hold,
	HoldRef,
	Partition,
	ReleaseOutcome,
	RenewResult,
	ReserveAsk,
	ReserveResult,
	SeededCounter,
	SettleOutcome,
} from '../../ports/counters.ts';
import { CountPartition } from './countPartition.ts';

/** How often a partition drops what no longer counts: often enough to stay small, too rare to be felt. */
const FORGET_EVERY_MS = 60_000;

/**
 * Counters of one process. No method awaits between looking and changing, so each is one atomic step. A tenant's
 * holds live in its own partition; what they hold of shared limits is entered in the shared one under the same id.
 */
export class MemoryCounters implements Counters {
	readonly #clock: Clock;
	readonly #shared = new CountPartition();
	readonly #tenants = new Map<string, CountPartition>();
	readonly #breakers = new Map<string, Breaker>();
	#forgottenAt = 0;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	async reserve(ask: ReserveAsk): Promise<ReserveResult> {
		const now = this.#clock.now();
		const { tenantId } = ask.call;
		const breaker = this.#breakers.get(tenantId) ?? CLOSED;
		if (!admits(breaker, now)) return { kind: 'breakerOpen', now, breaker };

		const own = this.#tenant(tenantId);
		own.expire(now);
		this.#shared.expire(now);
		const known = own.holds.find(ask.reservationId);
		if (known) {
			const { state, expiresAt } = known;
			return state === 'held'
				? { kind: 'held', now, expiresAt, wouldExceed: [] }
				: { kind: 'ended' };
		}
		return this.#holdAll(ask, now);
	}

	async findHold({ tenantId, reservationId }: HoldRef): Promise<FoundHold | undefined> {
		const hold = this.#tenants.get(tenantId)?.holds.find(reservationId);

		return hold && { state: hold.state, microCents: hold.microCents };
	}

	async settle(given: Parameters<Counters['settle']>[0]): Promise<SettleOutcome> {
		const now = this.#clock.now();
		const { reservationId, size } = given;
		const { own, shared } = split(given.limits);
		const outcome = this.#tenant(given.tenantId).settle(reservationId, { size, limits: own, now });
		if (outcome !== 'unknown') this.#shared.settle(reservationId, { size, limits: shared, now });
		return outcome;
	}

	async release({ tenantId, reservationId }: HoldRef): Promise<ReleaseOutcome> {
		const now = this.#clock.now();
		const outcome = this.#tenant(tenantId).release(reservationId, now);
		if (outcome === 'released') this.#shared.release(reservationId, now);
		return outcome;
	}

	async renew({
		tenantId,
		reservationId,
		ttlMs,
	}: Parameters<Counters['renew']>[0]): Promise<RenewResult> {
		const hold = this.#tenants.get(tenantId)?.holds.find(reservationId);
		if (!hold || hold.state === 'released') return { outcome: 'unknown' };
		if (hold.state === 'expired') return { outcome: 'expired' };
		if (hold.state === 'settled') return { outcome: 'alreadySettled' };

		hold.expiresAt = Math.max(hold.expiresAt, this.#clock.now() + ttlMs);
		const shared = this.#shared.holds.find(reservationId);
		if (shared) shared.expiresAt = hold.expiresAt;
		return { outcome: 'renewed', expiresAt: hold.expiresAt };
	}

	async record({ tenantId, size, at, limits }: Parameters<Counters['record']>[0]): Promise<void> {
		const now = this.#clock.now();
		const { own, shared } = split(limits);
		this.#tenant(tenantId).spend(own, { size, at, now });
		this.#shared.spend(shared, { size, at, now });
	}

	async raise({ tenantId, used, ...applied }: Parameters<Counters['raise']>[0]): Promise<void> {
		const partition = applied.counter.shared ? this.#shared : this.#tenant(tenantId);
		partition.raise(applied, used, this.#clock.now());
	}

	async expire(tenantIds?: readonly string[]): Promise<Hold[]> {
		const now = this.#clock.now();
		this.#shared.expire(now);
		const partitions = (tenantIds ?? [...this.#tenants.keys()]).map((id) => this.#tenant(id));
		for (const partition of partitions) partition.expire(now);
		this.#forget(now);
		return partitions.flatMap(({ holds }) => holds.unreported.map(asHold));
	}

	async reported(holds: readonly HoldRef[]): Promise<void> {
		for (const { tenantId, reservationId } of holds) {
			this.#tenants.get(tenantId)?.holds.reported(reservationId);
			this.#shared.holds.reported(reservationId);
		}
	}

	async limitStates(tenantId: string, limits: readonly AppliedLimit[]): Promise<LimitState[]> {
		const now = this.#clock.now();

		return limits.flatMap((applied) =>
			(applied.counter.shared ? this.#shared : this.#tenant(tenantId)).states([applied], now),
		);
	}

	async coldOf(tenantId: string, limits: readonly AppliedLimit[]): Promise<Counter[]> {
		const { own, shared } = split(limits);

		return [...this.#tenant(tenantId).coldOf(own), ...this.#shared.coldOf(shared)];
	}

	async countersOf(tenantId: string): Promise<Counter[]> {
		return this.#tenant(tenantId).usedCounters(this.#clock.now());
	}

	async breaker(tenantId: string): Promise<Breaker> {
		return this.#breakers.get(tenantId) ?? CLOSED;
	}

	async setBreaker(tenantId: string, breaker: Breaker): Promise<void> {
		if (breaker.state === 'closed') this.#breakers.delete(tenantId);
		else this.#breakers.set(tenantId, breaker);
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

	async startSeed(partition: Partition, counters: readonly Counter[]): Promise<string | undefined> {
		return this.#partition(partition).startSeed(counters, this.#clock.now());
	}

	async plant(holds: readonly Hold[]): Promise<void> {
		const now = this.#clock.now();
		for (const hold of holds) {
			const isShared = ({ counter }: Hold['entries'][number]) => counter.shared;
			const shared = hold.entries.filter(isShared);
			const own = hold.entries.filter((entry) => !isShared(entry));
			this.#tenant(hold.call.tenantId).plant({ ...hold, entries: own }, now);
			if (shared.length > 0) this.#shared.plant({ ...hold, entries: shared }, now);
		}
	}

	async seed(
		partition: Partition,
		{ token, counters }: { token: string; counters: readonly SeededCounter[] },
	): Promise<boolean> {
		return this.#partition(partition).seed(token, counters, this.#clock.now());
	}

	async chill(partition: Partition): Promise<void> {
		this.#partition(partition).chill();
	}

	async chillAll(): Promise<void> {
		for (const partition of [this.#shared, ...this.#tenants.values()]) partition.chill();
	}

	async now(): Promise<number> {
		return this.#clock.now();
	}

	async close(): Promise<void> {
		// Nothing is open: all of it is in this process.
	}

	#holdAll(ask: ReserveAsk, now: number): ReserveResult {
		const { reservationId, call, size, fillPct, ttlMs } = ask;
		const { own, shared } = split(ask.limits);
		const tenant = this.#tenant(call.tenantId);
		const cold = [...tenant.coldOf(own), ...this.#shared.coldOf(shared)];
		if (cold.length > 0) return { kind: 'cold', counters: cold };

		const wanted = { size, fillPct, now };
		const over = [...tenant.exceededBy(own, wanted), ...this.#shared.exceededBy(shared, wanted)];
		const exceeded = over.filter(({ limit }) => limit.mode === 'enforce');
		if (exceeded.length > 0) return { kind: 'limitExceeded', now, exceeded };

		const expiresAt = now + ttlMs;
		const hold = { reservationId, call, size, admittedAt: now, expiresAt };
		tenant.hold(hold, own, now);
		if (shared.length > 0) this.#shared.hold(hold, shared, now);
		return { kind: 'held', now, expiresAt, wouldExceed: over };
	}

	#partition(partition: Partition): CountPartition {
		return partition.kind === 'shared' ? this.#shared : this.#tenant(partition.tenantId);
	}

	#tenant(tenantId: string): CountPartition {
		const known = this.#tenants.get(tenantId);
		if (known) return known;
		const partition = new CountPartition();
		this.#tenants.set(tenantId, partition);
		return partition;
	}

	#forget(now: number): void {
		if (now - this.#forgottenAt < FORGET_EVERY_MS) return;
		this.#forgottenAt = now;
		this.#shared.forget(now);
		for (const [tenantId, partition] of this.#tenants) {
			if (partition.forget(now)) this.#tenants.delete(tenantId);
		}
	}
}

function split(limits: readonly AppliedLimit[]): { own: AppliedLimit[]; shared: AppliedLimit[] } {
	return {
		own: limits.filter(({ counter }) => !counter.shared),
		shared: limits.filter(({ counter }) => counter.shared),
	};
}

function asHold({ reservationId, call, size, admittedAt, expiresAt, entries }: Hold): Hold {
	return { reservationId, call, size, admittedAt, expiresAt, entries };
}
