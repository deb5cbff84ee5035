import { setTimeout as delay } from 'node:timers/promises';
import type { AppliedLimit, CallSize, Counter, LimitState } from '../../../core/limits.ts';
import { oldestSlice, sliceLengthMs } from '../../../core/windows.ts';
import type { Broadcast } from '../ports/broadcast.ts';
import {
	SEED_LEASE_MS,
	type Counters,
	type HoldRef,
	type Partition,
	type ReleaseOutcome,
	type RenewResult,
	type ReserveAsk,
	type ReserveResult,
	type SeededCounter,
	type SettleOutcome,
} from '../ports/counters.ts';
import { StoreUnavailableError, type Database } from '../ports/database.ts';
import { HeldReservations } from './heldReservations.ts';
import type { Peers } from './peers.ts';

export type WarmCountersDependencies = {
	counters: Counters;
	database: Database;
	broadcast: Broadcast;
	peers: Peers;
	/** Makes leases that ran out usage events: of these tenants, or of all. */
	recordExpired: (tenantIds: readonly string[] | undefined) => Promise<void>;
};

/** Seeding takes milliseconds; a caller that waited this long is told that the store is not there. */
const SEED_WAIT_MS = SEED_LEASE_MS + 1000;
/** While another replica seeds: it takes some ms, and each look is one question to the store. */
const POLL_MS = 20;

type Warm = Exclude<ReserveResult, { kind: 'cold' }>;

/**
 * The counters, with what they lost brought back: counts that are not in the store are read from the database, and
 * holds from the memory of the replicas that granted them. A start, a lost store, an evicted key and a new limit are
 * all the same case.
 */
export class WarmCounters {
	readonly #deps: WarmCountersDependencies;
	readonly #held = new HeldReservations();
	/** Seedings under way in this replica, by partition. */
	readonly #seeding = new Map<string, Promise<boolean>>();
	/** Asks the store did not answer in time: it may hold something for them. */
	readonly #unsure = new Map<string, HoldRef>();

	constructor(deps: WarmCountersDependencies) {
		this.#deps = deps;
		deps.broadcast.listen(({ message }) => {
			if (message.kind === 'plant') void this.#plantFor(message.partition, message.token);
			if (message.kind === 'ended') for (const id of message.reservationIds) this.#held.remove(id);
		});
	}

	/** undefined: the store answers, but what it lost cannot be brought back now. Throws StoreUnavailableError. */
	async reserve(ask: ReserveAsk): Promise<Warm | undefined> {
		const { reservationId, call } = ask;
		try {
			const result = await this.#warm(ask);
			this.#unsure.delete(reservationId);
			if (result?.kind === 'held') this.#held.add(ask, result);
			return result;
		} catch (error) {
			if (error instanceof StoreUnavailableError) {
				this.#unsure.set(reservationId, { reservationId, tenantId: call.tenantId });
			}
			throw error;
		}
	}

	/** Gives back what was perhaps held for asks the store did not answer in time: their callers know of no hold. */
	async giveBackUnsure(): Promise<void> {
		for (const hold of [...this.#unsure.values()]) {
			await this.#deps.counters.release(hold);
			this.#unsure.delete(hold.reservationId);
		}
	}

	async settle(
		settlement: HoldRef & { size: CallSize; limits: readonly AppliedLimit[] },
	): Promise<SettleOutcome> {
		const outcome = await this.#deps.counters.settle(settlement);
		await this.#ended(settlement.reservationId);
		return outcome;
	}

	async release(hold: HoldRef): Promise<ReleaseOutcome> {
		const outcome = await this.#deps.counters.release(hold);
		await this.#ended(hold.reservationId);
		return outcome;
	}

	async renew(lease: HoldRef & { ttlMs: number }): Promise<RenewResult> {
		const result = await this.#deps.counters.renew(lease);
		if (result.outcome === 'renewed') this.#held.renew(lease.reservationId, result.expiresAt);
		return result;
	}

	/**
	 * Tenants whose leases, granted here, have run out: their partitions are due. A store that lost these holds gets them
	 * back first, and as long as it does not answer they are remembered: a call nobody told the end of is not free.
	 */
	async plantOverdue(now: number): Promise<string[]> {
		const overdue = this.#held.overdue(now);
		if (overdue.length === 0) return [];
		await this.#deps.counters.plant(overdue);
		for (const { reservationId } of overdue) this.#held.remove(reservationId);
		return [...new Set(overdue.map(({ call }) => call.tenantId))];
	}

	/** Where limits stand; what the store does not have is read from the database first. */
	async limitStates(tenantId: string, limits: readonly AppliedLimit[]): Promise<LimitState[]> {
		const started = performance.now();
		while (performance.now() - started < SEED_WAIT_MS) {
			const cold = await this.#deps.counters.coldOf(tenantId, limits);
			if (cold.length === 0) return this.#deps.counters.limitStates(tenantId, limits);
			if (!(await this.#seedAll(tenantId, cold))) break;
		}
		throw new StoreUnavailableError('The database', new Error('counts could not be read back'));
	}

	async #warm(ask: ReserveAsk): Promise<Warm | undefined> {
		const started = performance.now();
		while (performance.now() - started < SEED_WAIT_MS) {
			const result = await this.#deps.counters.reserve(ask);
			if (result.kind !== 'cold') return result;
			if (!(await this.#seedAll(ask.call.tenantId, result.counters))) return undefined;
		}
		return undefined;
	}

	/** false: the database does not answer. */
	async #seedAll(tenantId: string, counters: readonly Counter[]): Promise<boolean> {
		const own = counters.filter(({ shared }) => !shared);
		const shared = counters.filter((counter) => counter.shared);
		if (own.length > 0 && !(await this.#seedOnce({ kind: 'tenant', tenantId }, own))) return false;

		return shared.length === 0 || this.#seedOnce({ kind: 'shared' }, shared);
	}

	#seedOnce(partition: Partition, counters: readonly Counter[]): Promise<boolean> {
		const key = partition.kind === 'shared' ? 'shared' : `tenant:${partition.tenantId}`;
		const known = this.#seeding.get(key);
		if (known) return known;
		const seeding = this.#seed(partition, counters).finally(() => this.#seeding.delete(key));
		this.#seeding.set(key, seeding);
		return seeding;
	}

	async #seed(partition: Partition, counters: readonly Counter[]): Promise<boolean> {
		const store = this.#deps.counters;
		const token = await store.startSeed(partition, counters);
		if (token === undefined) {
			// Another replica is at it; the next look finds its work done.
			await delay(POLL_MS);
			return true;
		}
		let seeded: SeededCounter[] | undefined;
		try {
			[seeded] = await Promise.all([
				this.#readSpent(partition, counters),
				store.plant(this.#held.in(partition)),
				this.#deps.peers.askToPlant(partition, token),
			]);
		} finally {
			// Also when it failed: a token that is kept holds up everybody for the ten seconds of its lease.
			await store.seed(partition, { token, counters: seeded ?? [] });
		}
		return seeded !== undefined;
	}

	/** undefined: the database does not answer, which says nothing of the counter store. */
	async #readSpent(
		partition: Partition,
		counters: readonly Counter[],
	): Promise<SeededCounter[] | undefined> {
		const now = await this.#deps.counters.now();
		const tenantIds = partition.kind === 'tenant' ? [partition.tenantId] : undefined;
		try {
			// A lease that ran out is in the store alone until it is recorded: it would be missing from the sums.
			await this.#deps.recordExpired(tenantIds);
			const sums = await this.#deps.database.call('usage_sums', {
				tenantId: tenantIds?.[0] ?? null,
				counters: counters.flatMap((counter) => countedBy(counter, now)),
			});
			const byId = new Map(sums.map(({ id, slices }) => [id, slices]));
			return counters.map((counter) => ({ counter, slices: byId.get(counter.id) ?? [] }));
		} catch (error) {
			if (error instanceof StoreUnavailableError) return undefined;
			throw error;
		}
	}

	async #plantFor(partition: Partition, token: string): Promise<void> {
		try {
			await this.#deps.counters.plant(this.#held.in(partition));
			await this.#deps.broadcast.publish({ kind: 'planted', token });
		} catch {
			// The store does not answer us: whoever seeds asks again, or goes on without us.
		}
	}

	/** A hold another replica granted has ended here: it must not plant it again. */
	async #ended(reservationId: string): Promise<void> {
		if (this.#held.remove(reservationId)) return;
		await this.#deps.broadcast.publish({ kind: 'ended', reservationIds: [reservationId] });
	}
}

/** What to sum up for a counter; nothing for calls under way, which the database does not know. */
function countedBy({ id, scope, subject, unit, window }: Counter, now: number) {
	if (window === null) return [];
	const since = oldestSlice(window, now);
	const sliceMs = window.kind === 'rolling' ? sliceLengthMs(window) : null;

	return [{ id, scope, subject, unit, since, sliceMs }];
}
