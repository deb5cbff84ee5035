import { randomUUID } from 'node:crypto';
import type { Decision } from '../../core/decision.ts';
import type { Limit } from '../../core/limits.ts';
import type { MicroCents } from '../../core/money.ts';
import type { FieldError } from '../../core/problems.ts';
import type { UsageEvent } from '../../core/usageEvent.ts';
import type { Counters, ReleaseOutcome, SettleOutcome } from './ports/counters.ts';
import type { Database } from './ports/database.ts';
import type { Metrics } from './ports/metrics.ts';
import type { UsageRow } from './ports/records.ts';
import { decide } from './stages/decide.ts';
import { detect, type DetectDependencies } from './stages/detect.ts';
import type { Pricer } from './stages/price.ts';
import { callOfRow, usageRow } from './stages/usageRow.ts';

export type PipelineDependencies = DetectDependencies & {
	counters: Counters;
	database: Database;
	metrics: Metrics;
	pricer: Pricer;
	limits: readonly Limit[];
};

export type Ask = {
	tenantId: string;
	provider: string | undefined;
	model: string | undefined;
	inputTokens: number | undefined;
	maxOutputTokens: number | undefined;
	/** The caller's own estimate; wins over ours. */
	microCents: MicroCents | undefined;
	ttlMs: number;
};

/** What became of one event. `duplicate`: recorded before, by source + id. */
export type Recorded =
	| { outcome: 'recorded'; costMicroCents: MicroCents; settlement: SettleOutcome | null }
	| { outcome: 'duplicate'; costMicroCents: MicroCents }
	| { outcome: 'rejected'; errors: FieldError[] };

/** Older usage is booked but not acted on: the fuse guards the present, a backfill must not trip it. */
const ACT_WITHIN_MS = 10 * 60_000;

/** The two paths through the service: asking (counter store only) and recording (durable first). */
export class Pipeline {
	readonly #deps: PipelineDependencies;

	constructor(deps: PipelineDependencies) {
		this.#deps = deps;
	}

	/** May this call be made? Holds what it is expected to cost, or says why not. */
	async ask(ask: Ask, now: number): Promise<Decision> {
		const { counters, limits, metrics } = this.#deps;
		const reservation = {
			reservationId: `rsv_${randomUUID().replaceAll('-', '')}`,
			tenantId: ask.tenantId,
			microCents: ask.microCents ?? this.#estimate(ask),
			limits,
			now,
			expiresAt: now + ask.ttlMs,
		};
		const decision = decide(await counters.reserve(reservation), reservation);
		metrics.decisions.inc({ decision: decision.decision });
		return decision;
	}

	/**
	 * Records usage: priced, made durable, counted, and looked at by the detectors. Resolves when all of it is done, so
	 * a breaker that had to open is open before the caller reads its answer. One answer per event, in order.
	 */
	async record(events: readonly UsageEvent[], now: number): Promise<Recorded[]> {
		const { database, pricer, metrics } = this.#deps;
		const answers: Recorded[] = [];
		const rows = new Map<number, UsageRow>();
		for (const [index, event] of events.entries()) {
			const errors = await this.#reservationErrors(event);
			if (errors) answers[index] = { outcome: 'rejected', errors };
			else rows.set(index, usageRow(event, pricer.priceEvent(event.data), now));
		}
		const added =
			rows.size === 0 ? [] : await database.call('record_usage', { events: [...rows.values()] });
		const fresh = new Set(added.map(eventKey));
		const latest = new Map<string, number>();
		for (const [index, row] of rows) {
			const costMicroCents = row.cost_micro_cents;
			// A key is fresh once: the same event twice in one batch is a duplicate too.
			if (!fresh.delete(eventKey(row))) {
				answers[index] = { outcome: 'duplicate', costMicroCents };
				continue;
			}
			answers[index] = {
				outcome: 'recorded',
				costMicroCents,
				settlement: await this.#count(row, now),
			};
			const at = Date.parse(row.occurred_at);
			latest.set(row.tenant_id, Math.max(at, latest.get(row.tenant_id) ?? 0));
		}
		for (const { outcome } of answers) metrics.events.inc({ outcome });
		for (const [tenantId, asOf] of latest) {
			if (asOf >= now - ACT_WITHIN_MS)
				await detect(this.#deps, { runsOn: 'usage', tenantId, asOf });
		}
		return answers;
	}

	/** Gives a hold back: its call was not made. */
	async release(reservationId: string, now: number): Promise<ReleaseOutcome> {
		const tenantId = await this.reservationOwner(reservationId);

		return tenantId === undefined
			? 'unknown'
			: this.#deps.counters.release({ reservationId, tenantId, now });
	}

	/** The tenant a reservation was made for; undefined when it is not known here. */
	reservationOwner(reservationId: string): Promise<string | undefined> {
		return this.#deps.counters.holdOwner(reservationId);
	}

	#estimate({ provider, model, inputTokens, maxOutputTokens }: Ask): MicroCents {
		if (provider === undefined || model === undefined) return 0;

		return this.#deps.pricer.estimate({
			provider,
			model,
			inputTokens: inputTokens ?? 0,
			maxOutputTokens,
		});
	}

	/** Counts a recorded event, through its reservation when it has one that is still known. */
	async #count(row: UsageRow, now: number): Promise<SettleOutcome | null> {
		const { counters, limits, activities } = this.#deps;
		const {
			tenant_id: tenantId,
			cost_micro_cents: microCents,
			reservation_id: reservationId,
		} = row;
		activities.observe(tenantId, callOfRow(row), now);
		const settlement =
			reservationId === null
				? null
				: await counters.settle({ reservationId, tenantId, microCents, now });
		if (settlement !== 'settled' && settlement !== 'expired') {
			const at = Date.parse(row.occurred_at);
			await counters.record({ tenantId, microCents, requests: 1, at, limits });
		}
		return settlement;
	}

	async #reservationErrors(event: UsageEvent): Promise<FieldError[] | undefined> {
		const { reservationId } = event.data;
		if (reservationId === undefined) return undefined;
		const owner = await this.#deps.counters.holdOwner(reservationId);
		if (owner === undefined || owner === event.subject) return undefined;

		return [
			{
				pointer: '/data/reservationId',
				detail: `is a reservation of another tenant than the event's subject`,
			},
		];
	}
}

function eventKey({ source, id }: { source: string; id: string }): string {
	return JSON.stringify([source, id]);
}
