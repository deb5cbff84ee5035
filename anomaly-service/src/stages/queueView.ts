import type { Lane } from '../../../core/decision.ts';
import { LANE_BOUNDS_MS } from '../../../core/lanes.ts';
import type { Database } from '../ports/database.ts';

type TenantQueue = {
	waiting: number;
	firstRankAt: number;
	/** When the oldest interactive call was parked, epoch ms; Infinity: none waits. */
	interactiveSince: number;
};

/**
 * What waits, as of the last look at the database. Every replica looks about once a second: newcomers that come in
 * between are let through, which delays who waits by no more than that.
 */
export class QueueView {
	readonly #database: Database;
	#tenants = new Map<string, TenantQueue>();
	#overdue: ReadonlySet<string> = new Set();

	constructor(database: Database) {
		this.#database = database;
	}

	async refresh(now: number): Promise<void> {
		const { lanes, overdueCounters } = await readSummary(this.#database, null, now);
		const tenants = new Map<string, TenantQueue>();
		for (const { tenantId, lane, waiting, firstRankAt, oldestParkedAt } of lanes) {
			const known = tenants.get(tenantId) ?? NOTHING_WAITS;
			tenants.set(tenantId, {
				waiting: known.waiting + waiting,
				firstRankAt: Math.min(known.firstRankAt, firstRankAt),
				interactiveSince: lane === 'interactive' ? oldestParkedAt : known.interactiveSince,
			});
		}
		this.#tenants = tenants;
		this.#overdue = new Set(overdueCounters);
	}

	/** Counters that calls wait for longer than their lane's bound: a newcomer that needs one goes behind them. */
	overdueCounters(): ReadonlySet<string> {
		return this.#overdue;
	}

	/** Whether calls of the tenant wait, or (`rankAt`) any that go before a call of this rank. */
	waitingFor(tenantId: string, rankAt = Infinity): boolean {
		return (this.#tenants.get(tenantId)?.firstRankAt ?? Infinity) < rankAt;
	}

	/** How long the oldest of a tenant's interactive calls has waited, ms; 0: none waits. */
	interactiveAgeMs(tenantId: string, now: number): number {
		const since = this.#tenants.get(tenantId)?.interactiveSince ?? Infinity;

		return Math.max(0, now - since);
	}

	waitingCount(tenantId: string): number {
		return this.#tenants.get(tenantId)?.waiting ?? 0;
	}
}

const NOTHING_WAITS: TenantQueue = {
	waiting: 0,
	firstRankAt: Infinity,
	interactiveSince: Infinity,
};

export function readSummary(database: Database, tenantId: string | null, now: number) {
	const boundsMs: Record<Lane, number> = LANE_BOUNDS_MS;

	return database.call('queue_summary', {
		tenantId,
		boundsMs,
		now: new Date(now).toISOString(),
	});
}
