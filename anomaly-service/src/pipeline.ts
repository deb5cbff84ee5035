import type { Call } from '../../core/behaviour/minuteSums.ts';
import { MINUTE_MS } from '../../core/durations.ts';
import { NOTHING_USED, type AppliedLimit, type CallSubjects } from '../../core/limits.ts';
import type { MicroCents } from '../../core/money.ts';
import type { FieldError } from '../../core/problems.ts';
import type { UsageEvent } from '../../core/usageEvent.ts';
import type { Broadcast, RecordedCall } from './ports/broadcast.ts';
import type { Counters, FoundHold, ReleaseOutcome, RenewResult } from './ports/counters.ts';
import type { Metrics } from './ports/metrics.ts';
import type { UsageRow } from './ports/records.ts';
import { detect, type DetectDependencies } from './stages/detect.ts';
import { settledCallOf, type Estimates } from './stages/estimates.ts';
import { KeyedQueue } from './stages/keyedQueue.ts';
import type { Pricer } from './stages/price.ts';
import type { PriceAlerts } from './stages/priceAlerts.ts';
import type { ProviderBook } from './stages/providerBook.ts';
import type { Recorded } from './stages/recordedBatch.ts';
import { tenantOf } from './stages/reservationId.ts';
import type { StoreWatch } from './stages/storeWatch.ts';
import type { Counted, UsageCounter } from './stages/usageCounter.ts';
import type { UsageDays } from './stages/usageDays.ts';
import { callOfRow, occurredAt, usageRow } from './stages/usageRow.ts';
import type { UsageWriter, Written } from './stages/usageWriter.ts';
import type { WarmCounters } from './stages/warmCounters.ts';

export type PipelineDependencies = DetectDependencies & {
	broadcast: Broadcast;
	counters: Counters;
	estimates: Estimates;
	/** The limits a call of these subjects counts in. */
	limitsFor: (call: CallSubjects) => readonly AppliedLimit[];
	metrics: Metrics;
	pricer: Pricer;
	priceAlerts: Pick<PriceAlerts, 'look'>;
	providerBook: ProviderBook;
	usageCounter: UsageCounter;
	usageDays: Pick<UsageDays, 'isKept' | 'open'>;
	usageWriter: Pick<UsageWriter, 'write'>;
	warm: WarmCounters;
	watch: StoreWatch;
};

/**
 * What became of a reservation. `expired`: its lease had run out, the estimate booked then is corrected. `deferred`: the
 * usage is recorded and will be counted when the counter store answers again.
 */
export type Settled =
	| {
			outcome: 'settled' | 'alreadySettled' | 'expired' | 'unknown' | 'deferred';
			costMicroCents: MicroCents;
	  }
	| { outcome: 'refused'; errors: FieldError[] };

/** A call that was not recorded before, as it is stored and as detectors look at it. */
type Fresh = { row: UsageRow; call: Call };

/** Older usage is booked but not acted on: the fuse guards the present, a backfill must not trip it. */
export const ACT_WITHIN_MS = 10 * MINUTE_MS;

/** What comes after a call: its usage is made durable first, then counted, then looked at. */
export class Pipeline {
	readonly #deps: PipelineDependencies;
	/** By reservation: of two settlements at once the second finds it settled. */
	readonly #settling = new KeyedQueue();

	constructor(deps: PipelineDependencies) {
		this.#deps = deps;
	}

	/**
	 * Records usage: priced, made durable, counted, and looked at by the detectors. Resolves when all of it is done, so
	 * a breaker that had to open is open before the caller reads its answer. One answer per event, in order.
	 */
	async record(events: readonly UsageEvent[], now: number): Promise<Recorded[]> {
		const answers: Recorded[] = [];
		const taken = new Map<number, { event: UsageEvent; row: UsageRow }>();
		for (const [index, event] of events.entries()) {
			const row = this.#rowOf(event, now);
			if ('errors' in row) answers[index] = { outcome: 'rejected', errors: row.errors };
			else taken.set(index, { event, row });
		}
		const rows = [...taken.values()].map(({ row }) => row);
		const written = await this.#write(rows, now);
		const fresh: Fresh[] = [];
		const counted: Promise<unknown>[] = [];
		for (const [at, [index, { event, row }]] of [...taken].entries()) {
			const answer = written.answers[at];
			if (!answer) continue;
			answers[index] = answer;
			if (answer.outcome === 'recorded') {
				const made = { row, call: callOfRow(row, event.data) };
				fresh.push(made);
				const isCounted = async () => {
					answer.settlement = await this.#count(made, now);
				};
				counted.push(isCounted(), this.#hearProvider(event, now));
			} else if (answer.outcome === 'duplicate' && answer.reservationId !== row.reservation_id) {
				counted.push(this.#giveBack(row));
			}
		}
		// Side by side: one after another a batch of 1,000 would wait for the store 1,000 times.
		await Promise.all(counted);
		if (!answers.some(isDeferred)) written.counted();
		for (const { outcome } of answers) this.#deps.metrics.events.inc({ outcome });
		await this.#tellPeers(fresh);
		// First: a breaker that has to open does not wait for a message about prices.
		await this.#detect(fresh, now);
		await this.#deps.priceAlerts.look(
			fresh.map(({ row }) => row),
			now,
		);
		return answers;
	}

	async #write(rows: readonly UsageRow[], now: number): Promise<Written> {
		const { usageDays, usageWriter } = this.#deps;
		if (rows.length === 0) return { answers: [], counted: () => undefined };
		await usageDays.open(rows, now);
		return usageWriter.write(rows, now);
	}

	#rowOf(event: UsageEvent, now: number): UsageRow | { errors: FieldError[] } {
		const errors = reservationErrors(event);
		if (errors) return { errors };
		const at = occurredAt(event, now);
		if (!this.#deps.usageDays.isKept(at, now)) return { errors: [TOO_OLD] };
		const priced = this.#deps.pricer.priceEvent(event.data, at);

		return priced ? usageRow(event, priced, now) : { errors: [TOO_COSTLY] };
	}

	/**
	 * Counts usage that is durable already and has no reservation, and looks at it. False: some of it is counted once the
	 * counter store answers again.
	 */
	async follow(rows: readonly UsageRow[], now: number): Promise<boolean> {
		const fresh = rows.map((row): Fresh => ({ row, call: callOfRow(row) }));
		const counted = await Promise.all(fresh.map((made) => this.#count(made, now)));
		await this.#tellPeers(fresh);
		await this.#detect(fresh, now);
		await this.#deps.priceAlerts.look(rows, now);
		return !counted.includes('deferred');
	}

	/**
	 * Ends a reservation with what its call really used. Idempotent by reservation: settled once, it answers the same
	 * whatever event comes, and records nothing more.
	 */
	settle(reservationId: string, event: UsageEvent, now: number): Promise<Settled> {
		return this.#settling.run(reservationId, () => this.#settleOnce(reservationId, event, now));
	}

	async #settleOnce(reservationId: string, event: UsageEvent, now: number): Promise<Settled> {
		const hold = await this.#findHold(reservationId, event.subject);
		if (hold?.state === 'settled') {
			return { outcome: 'alreadySettled', costMicroCents: hold.microCents };
		}
		const named = { ...event, data: { ...event.data, reservationId } };
		const [recorded] = await this.record([named], now);
		if (!recorded || recorded.outcome === 'rejected') {
			return { outcome: 'refused', errors: recorded?.errors ?? [] };
		}
		const { costMicroCents } = recorded;
		if (recorded.outcome === 'duplicate') return { outcome: 'alreadySettled', costMicroCents };

		return { outcome: recorded.settlement ?? 'unknown', costMicroCents };
	}

	/** Gives a hold back: its call was not made. */
	async release(reservationId: string): Promise<ReleaseOutcome> {
		const tenantId = tenantOf(reservationId);

		return tenantId === undefined
			? 'unknown'
			: this.#deps.warm.release({ reservationId, tenantId });
	}

	/** Holds on for a call that is still under way. */
	async renew(reservationId: string, ttlMs: number): Promise<RenewResult> {
		const tenantId = tenantOf(reservationId);

		return tenantId === undefined
			? { outcome: 'unknown' }
			: this.#deps.warm.renew({ reservationId, tenantId, ttlMs });
	}

	/** Without the counter store nothing is known of it: the database then sees to it that an event counts once. */
	#findHold(reservationId: string, tenantId: string): Promise<FoundHold | undefined> {
		return this.#deps.watch.ask(() => this.#deps.counters.findHold({ reservationId, tenantId }));
	}

	/** Counts a recorded event and learns from it. */
	async #count({ row, call }: Fresh, now: number): Promise<Counted> {
		const { activities, estimates, limitsFor, usageCounter, watch } = this.#deps;
		activities.observe(row.tenant_id, call, now);
		const settledCall = settledCallOf(row, now);
		if (settledCall) estimates.learn(settledCall);

		const limits = limitsFor(subjectsOf(row));
		const counted = await watch.ask(() => usageCounter.count(row, limits));
		return counted === undefined ? usageCounter.owe(row, limits) : counted;
	}

	/**
	 * An event that was recorded without this reservation says that its call is over and counted: what is held for it goes
	 * back, or what was booked for it. One that was recorded with it is counted through the hold: by whoever recorded it,
	 * or, when that service was killed in between, at the end of the lease. Given back, it would be counted never.
	 */
	async #giveBack({ reservation_id: reservationId, tenant_id: tenantId }: UsageRow): Promise<void> {
		const { warm, watch } = this.#deps;
		if (reservationId === null) return;
		await watch.ask(async () => {
			const outcome = await warm.release({ reservationId, tenantId });
			if (outcome !== 'expired') return;
			await warm.settle({ reservationId, tenantId, size: NOTHING_USED, limits: [] });
		});
	}

	/** What the provider said of its own limits; what it says is left is what is left, whoever used the rest. */
	async #hearProvider(event: UsageEvent, now: number): Promise<void> {
		const { counters, providerBook, watch } = this.#deps;
		if (event.data.rateLimitHeaders === undefined) return;
		const tenantId = event.subject;
		const { provider, model, statusCode = 200, rateLimitHeaders: headers } = event.data;
		const at = Math.min(Date.parse(event.time), now);
		const said = providerBook.observe({ provider, model, statusCode, headers, at }, now);
		for (const { applied, used } of said) {
			await watch.ask(() => counters.raise({ ...applied, tenantId, used }));
		}
	}

	/** Detectors and estimates of every replica see all of a tenant's calls. */
	async #tellPeers(fresh: readonly Fresh[]): Promise<void> {
		if (fresh.length === 0) return;
		const calls = fresh.map(
			({ row, call }): RecordedCall => ({
				tenantId: row.tenant_id,
				provider: row.provider,
				estimated: row.estimated,
				call,
			}),
		);
		await this.#deps.broadcast.publish({ kind: 'recorded', calls });
	}

	/** Looks at each tenant as of every second of its new events, so that a breach inside a batch is seen. */
	async #detect(fresh: readonly Fresh[], now: number): Promise<void> {
		const moments = new Map<string, Map<number, number>>();
		for (const { row, call } of fresh) {
			const { at } = call;
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

function subjectsOf(row: UsageRow): CallSubjects {
	return {
		tenantId: row.tenant_id,
		source: row.source,
		workflowId: row.workflow_id ?? undefined,
		nodeName: row.node_name ?? undefined,
		provider: row.provider,
		model: row.model,
		keyId: row.key_id ?? undefined,
	};
}

function isDeferred(answer: Recorded): boolean {
	return answer.outcome === 'recorded' && answer.settlement === 'deferred';
}

const TOO_OLD: FieldError = {
	pointer: '/time',
	detail: 'is older than what is kept (FUSE_RETENTION_DAYS)',
};

const TOO_COSTLY: FieldError = {
	pointer: '/data/usage',
	detail: 'costs more than 2^53 micro-cents (90 million USD), which no number holds',
};

function reservationErrors({
	subject,
	data: { reservationId },
}: UsageEvent): FieldError[] | undefined {
	const owner = reservationId === undefined ? undefined : tenantOf(reservationId);
	if (owner === undefined || owner === subject) return undefined;

	return [
		{
			pointer: '/data/reservationId',
			detail: `is a reservation of another tenant than the event's subject`,
		},
	];
}
