import { randomUUID } from 'node:crypto';
import { admits } from '../../../core/breaker.ts';
import { isRestraint, withProbe } from '../../../core/containment/ownLimits.ts';
import type { Decision, Lane } from '../../../core/decision.ts';
import type { CallOutline } from '../../../core/estimate.ts';
import type { AppliedLimit, CallSize, CallSubjects } from '../../../core/limits.ts';
import type { MicroCents } from '../../../core/money.ts';
import type { ReserveAsk } from '../ports/counters.ts';
import { StoreUnavailableError } from '../ports/database.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { UnknownPrice } from '../ports/priceFunctions.ts';
import type { BreakerBook } from './breakerBook.ts';
import type { CallQueue } from './callQueue.ts';
import { decide, type Outcome } from './decide.ts';
import type { Estimate, Estimates } from './estimates.ts';
import type { LimitBook } from './limitBook.ts';
import type { ProviderBook } from './providerBook.ts';
import { lineOf, linesOf, refusedTurn } from './queueLines.ts';
import type { TryOutcome } from './releaseRound.ts';
import { reservationIdOf } from './reservationId.ts';
import type { QueuedTry } from './scheduler.ts';
import type { StoreWatch } from './storeWatch.ts';
import type { WarmCounters } from './warmCounters.ts';

export type AdmissionDependencies = {
	breakers: BreakerBook;
	estimates: Estimates;
	limitBook: LimitBook;
	metrics: Metrics;
	providerBook: ProviderBook;
	queue: CallQueue;
	/** What becomes of an ask whose price is not known. */
	unknownPriceOf: (provider: string) => UnknownPrice;
	/** Limits that calls have waited for longer than they should, by counter id. */
	overdueCounters: () => ReadonlySet<string>;
	warm: WarmCounters;
	watch: StoreWatch;
};

export type Ask = CallOutline & {
	call: CallSubjects;
	/** The caller's own estimate; wins over ours. */
	microCents: MicroCents | undefined;
	ttlMs: number;
	/** How to go on with the call once there is room; without it an over-limit call is refused. */
	resume: { url: string; lane: Lane; deadlineMs: number; keyId: string } | undefined;
};

const EVERYTHING_PCT = 100;

/** May this call be made? Asked before every call: it goes to the counter store once and to nothing else. */
export class Admission {
	readonly #deps: AdmissionDependencies;

	constructor(deps: AdmissionDependencies) {
		this.#deps = deps;
	}

	/** Holds what the call is expected to use, parks it until there is room, or says why not. */
	async ask(ask: Ask, now: number): Promise<Decision> {
		const { size, priced } = this.#deps.estimates.estimate({ ...ask.call, ...ask, at: now });
		const reservationId = reservationIdOf(ask.call.tenantId, randomUUID().replaceAll('-', ''));
		const wanted = this.#wanted({ reservationId, ...ask, size, fillPct: EVERYTHING_PCT });
		const outcome =
			this.#unpriced(ask, priced) ??
			this.#refusedWithoutAsking(wanted, now) ??
			(await this.#reserve(wanted, now));
		const decision = decide(outcome, wanted);
		const answer = isParkable(outcome, ask)
			? await this.#park(
					ask,
					{ size, decision, blockedBy: linesOf(outcome, ask.call.tenantId) },
					now,
				)
			: decision;
		this.#deps.metrics.decisions.inc({ decision: answer.decision });
		return answer;
	}

	/** A waiting call's turn: the same checks, with the room its lane leaves to others. */
	async turn(waiting: QueuedTry, now: number): Promise<TryOutcome> {
		const { reservationId, ask, ttlMs, fillPct, isTaken } = waiting;
		const wanted = this.#wanted({ reservationId, call: ask.call, size: ask.size, ttlMs, fillPct });
		const { tenantId } = ask.call;
		const taken = wanted.limits.filter(
			({ limit, counter }) => limit.mode === 'enforce' && isTaken(lineOf(counter, tenantId)),
		);
		const outcome: Outcome =
			this.#blocked(wanted, now) ??
			(taken.length > 0 ? { kind: 'queueAhead', limits: taken } : await this.#reserve(wanted, now));
		if (outcome.kind === 'ended') return { kind: 'ended' };
		// Nobody knows whether something is held by now: the scheduler looks again when the store answers.
		if (outcome.kind === 'storeDown')
			throw new StoreUnavailableError('The counter store', undefined);
		const decision = decide(outcome, wanted);
		if (decision.decision === 'allow' && !decision.degraded) {
			const { heldMicroCents, expiresAt } = decision;
			return {
				kind: 'held',
				answer: { decision: 'allow', reservationId, heldMicroCents, expiresAt },
			};
		}
		const { retryAfterMs, reasons } =
			decision.decision === 'allow' ? { retryAfterMs: null, reasons: [] } : decision;
		return refusedTurn(outcome, { kind: 'never', reasons }, { tenantId, retryAfterMs });
	}

	/** The limits a call of these subjects has to pass. */
	limitsFor(call: CallSubjects): readonly AppliedLimit[] {
		const { breakers, limitBook, providerBook } = this.#deps;
		const { provider, model, tenantId } = call;
		const set = limitBook.limitsFor(call);
		const limits = breakers.isOnTrial(tenantId) ? withProbe(set, tenantId) : set;
		if (provider === undefined) return limits;
		const ofProvider = providerBook.limitsFor({ provider, model: model ?? '' });

		return ofProvider.length === 0 ? limits : [...limits, ...ofProvider];
	}

	#wanted(given: {
		reservationId: string;
		call: CallSubjects;
		size: CallSize;
		ttlMs: number;
		fillPct: number;
	}): ReserveAsk {
		const { reservationId, call, size, ttlMs, fillPct } = given;

		return { reservationId, call, size, ttlMs, fillPct, limits: this.limitsFor(call) };
	}

	/** Time does not help here: it comes before what a call can wait for. Without a model there is nothing to price. */
	#unpriced({ call: { provider, model } }: Ask, priced: Estimate['priced']): Outcome | undefined {
		if (priced === 'price' || provider === undefined || model === undefined) return undefined;

		return this.#deps.unknownPriceOf(provider) === 'refuse'
			? { kind: 'unknownPrice', provider, model }
			: undefined;
	}

	/** What this replica knows by itself: who is blocked, which vendor is throttled, who waits too long already. */
	#refusedWithoutAsking(ask: ReserveAsk, now: number): Outcome | undefined {
		const blocked = this.#blocked(ask, now);
		if (blocked) return blocked;
		const overdue = this.#deps.overdueCounters();
		if (overdue.size === 0) return undefined;
		const { tenantId } = ask.call;
		const behind = ask.limits.filter(
			({ limit, counter }) => limit.mode === 'enforce' && overdue.has(lineOf(counter, tenantId)),
		);

		return behind.length === 0 ? undefined : { kind: 'queueAhead', limits: behind };
	}

	#blocked({ call }: ReserveAsk, now: number): Outcome | undefined {
		const { breakers, providerBook } = this.#deps;
		const breaker = breakers.of(call.tenantId, now);
		if (!admits(breaker, now)) return { kind: 'breakerOpen', now, breaker };
		const { provider, model } = call;
		if (provider === undefined) return undefined;
		const until = providerBook.throttledUntil({ provider, model: model ?? '' }, now);

		return until === null ? undefined : { kind: 'providerThrottled', now, provider, until };
	}

	async #reserve(ask: ReserveAsk, now: number): Promise<Outcome> {
		const { warm, watch } = this.#deps;

		return (await watch.ask(() => warm.reserve(ask))) ?? { kind: 'storeDown', now };
	}

	async #park(
		{ call, ttlMs, resume }: Ask,
		refused: { size: CallSize; decision: Decision; blockedBy: string[] },
		now: number,
	): Promise<Decision> {
		const { size, decision, blockedBy } = refused;
		if (!resume || decision.decision === 'allow') return decision;
		const { lane, url, deadlineMs, keyId } = resume;
		const parked = await this.#deps.queue.park(
			{
				tenantId: call.tenantId,
				...{ lane, keyId, blockedBy },
				deadlineAt: now + deadlineMs,
				resumeUrl: url,
				ask: { call, size, ttlMs },
			},
			now,
		);
		if (parked.outcome === 'full') return decision;
		const { reasons, retryAfterMs } = decision;
		const { queueId, deadlineAt } = parked;
		return { decision: 'queue', queueId, lane, deadlineAt, reasons, retryAfterMs };
	}
}

/** A call waits when room will come by itself, and every limit in its way lets it wait. */
function isParkable(outcome: Outcome, { resume }: Ask): boolean {
	if (!resume) return false;
	if (outcome.kind === 'queueAhead') {
		return outcome.limits.every(({ limit }) => limit.whenOver === 'queue');
	}
	if (outcome.kind === 'limitExceeded') {
		return outcome.exceeded.every(
			({ limit, availableAt }) =>
				limit.whenOver === 'queue' && (availableAt !== null || isRestraint(limit)),
		);
	}
	return outcome.kind === 'providerThrottled';
}
