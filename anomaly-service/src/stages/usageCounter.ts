import type { AppliedLimit, CallSize } from '../../../core/limits.ts';
import type { Counters, SettleOutcome } from '../ports/counters.ts';
import type { UsageRow } from '../ports/records.ts';
import type { WarmCounters } from './warmCounters.ts';

export type UsageCounterDependencies = { counters: Counters; warm: WarmCounters };

/** `deferred`: the counter store does not answer; it is counted once it is back. */
export type Counted = SettleOutcome | 'deferred' | null;

type Settlement = {
	reservationId: string;
	tenantId: string;
	size: CallSize;
	limits: readonly AppliedLimit[];
};

/** Counts what is recorded already, through its reservation when it has one. What the store misses it gets later. */
export class UsageCounter {
	readonly #deps: UsageCounterDependencies;
	readonly #owed: Settlement[] = [];
	/** Tenants whose use was not counted: their counts are read from the database again. */
	readonly #missed = new Set<string>();

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
		if (reservationId !== null) this.#owed.push({ reservationId, tenantId, size, limits });
		this.#missed.add(tenantId);
		return 'deferred';
	}

	/** Gives the store what it missed. Throws StoreUnavailableError when it is gone again; nothing is forgotten then. */
	async recover(): Promise<void> {
		const { counters, warm } = this.#deps;
		for (let next = this.#owed[0]; next; next = this.#owed[0]) {
			await warm.settle(next);
			this.#owed.shift();
		}
		for (const tenantId of this.#missed) {
			await counters.chill({ kind: 'tenant', tenantId });
			this.#missed.delete(tenantId);
		}
		await counters.chill({ kind: 'shared' });
	}
}

export function sizeOf(row: UsageRow): CallSize {
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
