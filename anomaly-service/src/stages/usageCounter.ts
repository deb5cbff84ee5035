import type { AppliedLimit, CallSize } from '../../../core/limits.ts';
import type { Counters, SettleOutcome } from '../ports/counters.ts';
import { StoreUnavailableError } from '../ports/database.ts';
import type { UsageRow } from '../ports/records.ts';
import type { WarmCounters } from './warmCounters.ts';

export type UsageCounterDependencies = { counters: Counters; warm: Pick<WarmCounters, 'settle'> };

/** `deferred`: the counter store does not answer; it is counted once it is back. */
export type Counted = SettleOutcome | 'deferred' | null;

type Settlement = {
	reservationId: string;
	tenantId: string;
	size: CallSize;
	limits: readonly AppliedLimit[];
};

/** One after another, an outage of a minute would take as long to make up for. */
const AT_ONCE = 100;
/** Some 50 MB. Holds beyond end with their leases, and are then counted with what is recorded. */
const MAX_OWED = 100_000;

/** Counts what is recorded already, through its reservation when it has one. What the store misses it gets later. */
export class UsageCounter {
	readonly #deps: UsageCounterDependencies;
	readonly #owed: Settlement[] = [];
	/** Tenants whose use was not counted: their counts are read from the database again. */
	readonly #missed = new Set<string>();
	#missedAll = false;

	constructor(deps: UsageCounterDependencies) {
		this.#deps = deps;
	}

	/** Throws StoreUnavailableError; what was not counted then is owed. */
	async count(row: UsageRow, limits: readonly AppliedLimit[]): Promise<SettleOutcome | null> {
		const { counters, warm } = this.#deps;
		const { tenant_id: tenantId, reservation_id: reservationId } = row;
		const size = sizeOf(row);
		const settled =
			reservationId === null ? null : await warm.settle({ reservationId, tenantId, size, limits });
		if (settled === 'settled' || settled === 'expired') return settled;

		await counters.record({ tenantId, size, at: Date.parse(row.occurred_at), limits });
		return settled;
	}

	/** Notes what could not be counted. */
	owe(row: UsageRow, limits: readonly AppliedLimit[]): 'deferred' {
		const { tenant_id: tenantId, reservation_id: reservationId } = row;
		const size = sizeOf(row);
		if (reservationId !== null && this.#owed.length < MAX_OWED) {
			this.#owed.push({ reservationId, tenantId, size, limits });
		}
		this.#missed.add(tenantId);
		return 'deferred';
	}

	/** Counts of this tenant, or of all (null), are read from the database again; at the latest when the store is back. */
	async countAnew(tenantId: string | null): Promise<void> {
		const { counters } = this.#deps;
		try {
			if (tenantId === null) await counters.chillAll();
			else await counters.chill({ kind: 'tenant', tenantId });
		} catch (error) {
			if (!(error instanceof StoreUnavailableError)) throw error;
			if (tenantId === null) this.#missedAll = true;
			else this.#missed.add(tenantId);
		}
	}

	/**
	 * Recorded use of these tenants has changed: their counts are read again, and those all tenants share. False: the
	 * store does not answer, it is made up for once it does.
	 */
	async countChanged(tenantIds: readonly string[]): Promise<boolean> {
		if (tenantIds.length === 0) return true;
		for (const tenantId of tenantIds) await this.countAnew(tenantId);
		try {
			await this.#deps.counters.chill({ kind: 'shared' });
		} catch (error) {
			// The tenants are missed by now: what is made up for them includes what is shared.
			if (!(error instanceof StoreUnavailableError)) throw error;
			for (const tenantId of tenantIds) this.#missed.add(tenantId);
		}
		return !tenantIds.some((tenantId) => this.#missed.has(tenantId));
	}

	/** What came too late for `recover`, or was missed without an outage anybody saw. Nothing to do costs nothing. */
	async catchUp(): Promise<void> {
		if (this.#owed.length > 0 || this.#missed.size > 0 || this.#missedAll) await this.recover();
	}

	/** Gives the store what it missed. Throws StoreUnavailableError when it is gone again; nothing is forgotten then. */
	async recover(): Promise<void> {
		const { counters, warm } = this.#deps;
		while (this.#owed.length > 0) {
			const some = this.#owed.slice(0, AT_ONCE);
			await Promise.all(some.map((settlement) => warm.settle(settlement)));
			this.#owed.splice(0, some.length);
		}
		for (const tenantId of this.#missed) {
			await counters.chill({ kind: 'tenant', tenantId });
			this.#missed.delete(tenantId);
		}
		await counters.chill({ kind: 'shared' });
		if (this.#missedAll) await counters.chillAll();
		this.#missedAll = false;
	}
}

function sizeOf(row: UsageRow): CallSize {
	return {
		microCents: row.cost_micro_cents,
		inputTokens:
			row.input_uncached +
			row.cache_read +
			row.cache_write_5m +
			row.cache_write_1h +
			row.input_audio,
		cacheReadTokens: row.cache_read,
		outputTokens: row.output + row.output_audio,
	};
}
