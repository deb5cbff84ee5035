import { MINUTE_MS } from '../../core/durations.ts';
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
import { KeyedQueue } from './stages/keyedQueue.ts';
import { detect, type DetectDependencies } from './stages/detect.ts';
import type { Pricer } from './stages/price.ts';
import { RecordedBatch, type Recorded } from './stages/recordedBatch.ts';
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

/** What became of a reservation. `expired`: its lease had run out, the estimate booked then is corrected. */
export type Settled =
	| { outcome: 'settled' | 'alreadySettled' | 'expired' | 'unknown'; costMicroCents: MicroCents }
	| { outcome: 'refused'; errors: FieldError[] };

/** Older usage is booked but not acted on: the fuse guards the present, a backfill must not trip it. */
const ACT_WITHIN_MS = 10 * MINUTE_MS;

/** The two paths through the service: asking (counter store only) and recording (durable first). */
export class Pipeline {
	readonly #deps: PipelineDependencies;
	/** By reservation: of two settlements at once the second finds it settled. */
	readonly #settling = new KeyedQueue();

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
		const stored =
			rows.size === 0
				? { added: [], known: [] }
				: await database.call('record_usage', { events: [...rows.values()] });
		const batch = new RecordedBatch(stored);
		const fresh: UsageRow[] = [];
		for (const [index, row] of rows) {
			const answer = batch.answer(row);
			answers[index] =
				answer.outcome === 'recorded'
					? { ...answer, settlement: await this.#count(row, now) }
					: answer;
			if (answer.outcome === 'recorded') fresh.push(row);
			else if (answer.outcome === 'duplicate') await this.#giveBack(row, now);
		}
		for (const { outcome } of answers) metrics.events.inc({ outcome });
		await this.#detect(fresh, now);
		return answers;
	}

	/**
	 * Ends a reservation with what its call really used. Idempotent by reservation: settled once, it answers the same
	 * whatever event comes, and records nothing more.
	 */
	settle(reservationId: string, event: UsageEvent, now: number): Promise<Settled> {
		return this.#settling.run(reservationId, () => this.#settleOnce(reservationId, event, now));
	}

	async #settleOnce(reservationId: string, event: UsageEvent, now: number): Promise<Settled> {
		const hold = await this.#deps.counters.findHold(reservationId);
		if (hold?.settledMicroCents !== undefined && hold.tenantId === event.subject) {
			return { outcome: 'alreadySettled', costMicroCents: hold.settledMicroCents };
		}
		const named = { ...event, data: { ...event.data, reservationId } };
		const [recorded] = await this.record([named], now);
		if (!recorded || recorded.outcome === 'rejected') {
			return { outcome: 'refused', errors: recorded?.errors ?? [] };
		}
		const { costMicroCents } = recorded;
		if (recorded.outcome === 'duplicate') return { outcome: 'alreadySettled', costMicroCents };
		const { settlement } = recorded;

		return { outcome: isKnown(settlement) ? settlement : 'unknown', costMicroCents };
	}

	/** Gives a hold back: its call was not made. */
	async release(reservationId: string, now: number): Promise<ReleaseOutcome> {
		const tenantId = await this.reservationOwner(reservationId);

		return tenantId === undefined
			? 'unknown'
			: this.#deps.counters.release({ reservationId, tenantId, now });
	}

	/** The tenant a reservation was made for; undefined when it is not known here. */
	async reservationOwner(reservationId: string): Promise<string | undefined> {
		return (await this.#deps.counters.findHold(reservationId))?.tenantId;
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
		if (!isKnown(settlement)) {
			const at = Date.parse(row.occurred_at);
			await counters.record({ tenantId, microCents, requests: 1, at, limits });
		}
		return settlement;
	}

	async #reservationErrors(event: UsageEvent): Promise<FieldError[] | undefined> {
		const { reservationId } = event.data;
		if (reservationId === undefined) return undefined;
		const owner = await this.reservationOwner(reservationId);
		if (owner === undefined || owner === event.subject) return undefined;

		return [
			{
				pointer: '/data/reservationId',
				detail: `is a reservation of another tenant than the event's subject`,
			},
		];
	}

	/** A repeated event says its call is over and counted: what is held for it goes back, or what was booked for it. */
	async #giveBack(row: UsageRow, now: number): Promise<void> {
		const { counters } = this.#deps;
		const { reservation_id: reservationId, tenant_id: tenantId } = row;
		if (reservationId === null) return;
		const outcome = await counters.release({ reservationId, tenantId, now });
		if (outcome === 'expired')
			await counters.settle({ reservationId, tenantId, microCents: 0, now });
	}

	/** Looks at each tenant as of every second of its new events, so that a breach inside a batch is seen. */
	async #detect(fresh: readonly UsageRow[], now: number): Promise<void> {
		const moments = new Map<string, Map<number, number>>();
		for (const row of fresh) {
			const at = Date.parse(row.occurred_at);
			if (at < now - ACT_WITHIN_MS) continue;
			const ofTenant = moments.get(row.tenant_id) ?? new Map<number, number>();
			const second = Math.floor(at / 1000);
			ofTenant.set(second, Math.max(at, ofTenant.get(second) ?? 0));
			moments.set(row.tenant_id, ofTenant);
		}
		for (const [tenantId, ofTenant] of moments) {
			for (const asOf of [...ofTenant.values()].sort((a, b) => a - b)) {
				await detect(this.#deps, { runsOn: 'usage', tenantId, asOf });
			}
		}
	}
}

function isKnown(settlement: SettleOutcome | null): settlement is 'settled' | 'expired' {
	return settlement === 'settled' || settlement === 'expired';
}
