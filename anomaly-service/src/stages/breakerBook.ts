import { admits, atTime, CLOSED, trip, type Breaker } from '../../../core/breaker.ts';
import type { Broadcast } from '../ports/broadcast.ts';
import type { Clock } from '../ports/clock.ts';
import type { Breakers, Counters } from '../ports/counters.ts';
import { StoreUnavailableError, type Database } from '../ports/database.ts';

export type BreakerBookDependencies = {
	counters: Counters;
	database: Database;
	broadcast: Broadcast;
	clock: Clock;
	/** A tenant was let go at that moment (epoch ms), on trial or for good, here or by another replica. */
	onLetGo: (tenantId: string, at: number) => void;
};

type HalfOpen = Extract<Breaker, { state: 'halfOpen' }>;

type Known = { breaker: Breaker; changedAt: number };

/** A change made here takes at most this long to be in the database; until then its older state there is not believed. */
const SETTLE_MS = 10_000;

/**
 * Every tenant's breaker, at hand in this replica. The counter store decides who trips a breaker; the copy here refuses
 * without asking it, and goes on refusing while it does not answer. A change reaches the other replicas at once by
 * broadcast; what a lost line kept from them they read from the database within seconds.
 */
export class BreakerBook implements Breakers {
	readonly #deps: BreakerBookDependencies;
	readonly #known = new Map<string, Known>();
	/** Tenants whose last change has not reached the counter store. */
	readonly #unsent = new Set<string>();

	constructor(deps: BreakerBookDependencies) {
		this.#deps = deps;
		deps.broadcast.listen(({ message }) => {
			if (message.kind === 'breaker') this.#note(message.tenantId, message.breaker, message.at);
		});
	}

	/** As far as this replica knows; never waits. */
	of(tenantId: string, now: number): Breaker {
		return atTime(this.#known.get(tenantId)?.breaker ?? CLOSED, now);
	}

	/** The tenant was let go on trial, as far as this replica knows. */
	isOnTrial(tenantId: string): boolean {
		return this.#known.get(tenantId)?.breaker.state === 'halfOpen';
	}

	/** Tenants that were let go on trial. */
	onTrial(): { tenantId: string; breaker: HalfOpen }[] {
		const found: { tenantId: string; breaker: HalfOpen }[] = [];
		for (const [tenantId, { breaker }] of this.#known) {
			if (breaker.state === 'halfOpen') found.push({ tenantId, breaker });
		}
		return found;
	}

	async breaker(tenantId: string): Promise<Breaker> {
		const known = this.#known.get(tenantId)?.breaker ?? CLOSED;
		if (known.state === 'open' || known.state === 'isolated') return known;
		// The store has yet to hear of it.
		if (this.#unsent.has(tenantId)) return known;

		return this.#orElse(() => this.#deps.counters.breaker(tenantId), known);
	}

	async setBreaker(tenantId: string, breaker: Breaker): Promise<void> {
		const at = this.#changeTime(tenantId);
		this.#note(tenantId, breaker, at);
		this.#unsent.add(tenantId);
		await this.#orElse(() => this.#send(tenantId, breaker), undefined);
		await this.#deps.broadcast.publish({ kind: 'breaker', tenantId, breaker, at });
	}

	/**
	 * Without the counter store every replica trips for itself; the database then knows which incident was first. On trial
	 * it is the incident of the trial that goes on, whatever id is given.
	 */
	async tripBreaker(given: {
		tenantId: string;
		incidentId: string;
		now: number;
	}): Promise<boolean> {
		const { tenantId, now } = given;
		const before = this.of(tenantId, now);
		const incidentId = before.state === 'halfOpen' ? before.incidentId : given.incidentId;
		const tripped = await this.#orElse(
			() => this.#deps.counters.tripBreaker({ tenantId, incidentId, now }),
			admits(before, now),
		);
		if (!tripped) return false;
		const breaker = trip(CLOSED, incidentId, now);
		const at = this.#changeTime(tenantId);
		this.#note(tenantId, breaker, at);
		await this.#deps.broadcast.publish({ kind: 'breaker', tenantId, breaker, at });
		return true;
	}

	/** Reads every breaker from the database. */
	async load(): Promise<void> {
		const now = this.#deps.clock.now();
		for (const { tenantId, breaker, changedAt } of await this.#deps.database.call(
			'load_breakers',
			{},
		)) {
			const known = this.#known.get(tenantId);
			const isNews = !known || (changedAt > known.changedAt && known.changedAt < now - SETTLE_MS);
			if (isNews) this.#note(tenantId, breaker, changedAt);
		}
	}

	/** Tells the counter store who is blocked: it has lost its memory, or never had one. And who was let go meanwhile. */
	async restoreStore(): Promise<void> {
		const now = this.#deps.clock.now();
		for (const [tenantId, { breaker }] of this.#known) {
			const isClosed = atTime(breaker, now).state === 'closed';
			if (isClosed && !this.#unsent.has(tenantId)) continue;
			await this.#send(tenantId, breaker);
		}
	}

	/** Tells the counter store of changes it did not hear of. */
	async catchUp(): Promise<void> {
		if (this.#unsent.size > 0) await this.restoreStore();
	}

	async #send(tenantId: string, breaker: Breaker): Promise<void> {
		await this.#deps.counters.setBreaker(tenantId, breaker);
		if (this.#known.get(tenantId)?.breaker === breaker) this.#unsent.delete(tenantId);
	}

	/** A change made here is the last one, also when the clock was moved back since the one before it. */
	#changeTime(tenantId: string): number {
		const before = this.#known.get(tenantId)?.changedAt ?? -Infinity;

		return Math.max(this.#deps.clock.now(), before + 1);
	}

	#note(tenantId: string, breaker: Breaker, at: number): void {
		const before = this.#known.get(tenantId);
		if (before && before.changedAt > at) return;
		this.#known.set(tenantId, { breaker, changedAt: at });
		const was = before && atTime(before.breaker, at).state;
		const hadRunOut = was === 'closed' && before?.breaker.state === 'isolated';
		// A trial that ends well forgives nothing: what was spent in it was looked at already. Nor does a block that is over.
		const isLetGo =
			breaker.state === 'halfOpen' ||
			(breaker.state === 'closed' && was !== 'halfOpen' && !hadRunOut);
		// What comes after now is not forgiven, whatever the clock of whoever let go shows.
		if (isLetGo) this.#deps.onLetGo(tenantId, Math.min(at, this.#deps.clock.now()));
	}

	async #orElse<Result>(ask: () => Promise<Result>, fallback: Result): Promise<Result> {
		try {
			return await ask();
		} catch (error) {
			if (error instanceof StoreUnavailableError) return fallback;
			throw error;
		}
	}
}
