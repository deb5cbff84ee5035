import type { CallSize } from '../../../core/limits.ts';
import type { Counters, Hold } from '../ports/counters.ts';
import type { Database } from '../ports/database.ts';
import type { Log } from '../ports/log.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { UsageRow } from '../ports/records.ts';
import type { StoreWatch } from './storeWatch.ts';

export type LeaseReporterDependencies = {
	counters: Counters;
	database: Database;
	log: Log;
	metrics: Metrics;
	watch: Pick<StoreWatch, 'ask'>;
};

/** One statement's worth: a burst of leases that end together must not hold up the database for seconds. */
const CHUNK = 500;
/** Source of the estimate when its call named none. */
const SOURCE = 'llm-fuse/leases';

/**
 * Makes expired leases usage events, flagged as estimated: a call nobody told the end of was not free. Repeated after a
 * crash it records nothing twice, for the reservation is the event's id.
 */
export class LeaseReporter {
	readonly #deps: LeaseReporterDependencies;
	#isStopping = false;

	constructor(deps: LeaseReporterDependencies) {
		this.#deps = deps;
	}

	/** Books and records what ran out, of the given tenants or of all. */
	async run(tenantIds?: readonly string[]): Promise<void> {
		const { counters, watch } = this.#deps;
		const expired = (await watch.ask(() => counters.expire(tenantIds))) ?? [];
		for (let at = 0; at < expired.length && !this.#isStopping; at += CHUNK) {
			await this.#record(expired.slice(at, at + CHUNK));
		}
	}

	/** What is not recorded yet is so after the next start. */
	stop(): void {
		this.#isStopping = true;
	}

	/** A database that does not answer is no fault of the counter store: only what is asked of that one is watched. */
	async #record(expired: readonly Hold[]): Promise<void> {
		const { database, log, metrics, watch } = this.#deps;
		const recorded = await database.call('record_expired_leases', {
			events: expired.map(estimateOf),
		});
		const settled = new Map(recorded.map(({ reservationId, ...size }) => [reservationId, size]));
		for (const { reservationId, call } of expired) {
			if (settled.has(reservationId)) continue;
			const { tenantId } = call;
			metrics.expiredHolds.inc();
			log.warn(
				{ reservationId, tenantId },
				'reservation expired unsettled; its estimate was booked',
			);
		}
		await watch.ask(() => this.#tellStore(expired, settled));
	}

	async #tellStore(
		expired: readonly Hold[],
		settled: ReadonlyMap<string, CallSize>,
	): Promise<void> {
		const { counters } = this.#deps;
		const holds = expired.map(({ reservationId, call }) => {
			const { tenantId } = call;
			return { reservationId, tenantId };
		});
		for (const hold of holds) {
			const size = settled.get(hold.reservationId);
			// Its usage was recorded while the counter store did not answer: that is what it is counted with.
			if (size) await counters.settle({ ...hold, size, limits: [] });
		}
		await counters.reported(holds);
	}
}

function estimateOf({ reservationId, call, size, admittedAt, expiresAt }: Hold): UsageRow {
	return {
		source: call.source ?? SOURCE,
		id: `lease:${reservationId}`,
		tenant_id: call.tenantId,
		occurred_at: new Date(admittedAt).toISOString(),
		received_at: new Date(expiresAt).toISOString(),
		provider: call.provider ?? '',
		model: call.model ?? '',
		endpoint: call.provider ?? '',
		input_uncached: size.inputTokens - size.cacheReadTokens,
		cache_read: size.cacheReadTokens,
		cache_write_5m: 0,
		cache_write_1h: 0,
		input_audio: 0,
		output: size.outputTokens,
		reasoning: 0,
		output_audio: 0,
		context_tokens: 0,
		estimated: true,
		latency_ms: null,
		status_code: null,
		cost_micro_cents: size.microCents,
		cost_source: 'estimate',
		line_items: [
			{ unit: 'held', quantity: 1, rateId: 'estimate', costMicroCents: size.microCents },
		],
		reservation_id: reservationId,
		request_id: null,
		workflow_id: call.workflowId ?? null,
		node_name: call.nodeName ?? null,
		execution_id: null,
		key_id: call.keyId ?? null,
		trigger_name: null,
		other_units: {},
		service_tier: null,
	};
}
