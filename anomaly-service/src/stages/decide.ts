import type { Breaker } from '../../../core/breaker.ts';
import type { Decision, RejectReason } from '../../../core/decision.ts';
import type { AppliedLimit, LimitUnit } from '../../../core/limits.ts';
import { formatUsd } from '../../../core/money.ts';
import { windowName } from '../../../core/windows.ts';
import type { ExceededLimit, ReserveAsk, ReserveResult } from '../ports/counters.ts';

/** What stands between a call and its start: the counter store's answer, or what is known without asking it. */
export type Outcome =
	| Exclude<ReserveResult, { kind: 'cold' }>
	| { kind: 'providerThrottled'; now: number; provider: string; until: number }
	| { kind: 'queueAhead'; limits: AppliedLimit[] }
	/** Calls of models without a price are refused. */
	| { kind: 'unknownPrice'; provider: string; model: string }
	/** The counter store does not answer. */
	| { kind: 'storeDown'; now: number };

/** Calls that wait are looked at every second, and each frees at most what the next one needs. */
const BEHIND_QUEUE_RETRY_MS = 5000;

/** An outcome as the decision a caller reads. */
export function decide(outcome: Outcome, ask: ReserveAsk): Decision {
	switch (outcome.kind) {
		case 'held':
			return allowed(ask, { ...outcome, degraded: false });
		case 'breakerOpen':
			return breakerOpen(outcome, ask.call.tenantId);
		case 'limitExceeded':
			return {
				decision: 'reject',
				reasons: outcome.exceeded.map(limitReason),
				retryAfterMs: retryAfter(outcome.exceeded, outcome.now),
			};
		case 'providerThrottled':
			return throttled(outcome);
		case 'queueAhead':
			return {
				decision: 'reject',
				reasons: [
					{
						code: 'queueAhead',
						message: `Calls that have waited long go first: ${idsOf(outcome.limits).join(', ')}.`,
						limitIds: idsOf(outcome.limits),
					},
				],
				retryAfterMs: BEHIND_QUEUE_RETRY_MS,
			};
		case 'unknownPrice':
			return unknownPrice(outcome);
		case 'storeDown':
			return withoutStore(outcome.now, ask);
		case 'ended':
			return { decision: 'reject', reasons: [], retryAfterMs: null };
	}
}

function allowed(
	{ reservationId, size }: ReserveAsk,
	given: { now: number; expiresAt: number; wouldExceed: ExceededLimit[]; degraded: boolean },
): Decision {
	return {
		decision: 'allow',
		reservationId,
		heldMicroCents: given.degraded ? 0 : size.microCents,
		expiresAt: given.expiresAt,
		wouldReject: given.wouldExceed.map(limitReason),
		degraded: given.degraded,
	};
}

/** Limits that fail closed refuse; without one the call goes out and is counted when it is settled. */
function withoutStore(now: number, ask: ReserveAsk): Decision {
	const closed = ask.limits.filter(
		({ limit }) => limit.mode === 'enforce' && limit.whenStoreDown === 'closed',
	);
	if (closed.length === 0) {
		return allowed(ask, { now, expiresAt: now + ask.ttlMs, wouldExceed: [], degraded: true });
	}
	return {
		decision: 'reject',
		reasons: [
			{
				code: 'storeUnavailable',
				message: `The counter store does not answer, and ${idsOf(closed).join(', ')} let nothing through without it.`,
				limitIds: idsOf(closed),
			},
		],
		retryAfterMs: null,
	};
}

function breakerOpen(
	{ now, breaker }: { now: number; breaker: Breaker },
	tenantId: string,
): Decision {
	const until = breaker.state === 'isolated' ? breaker.until : null;

	return {
		decision: 'reject',
		reasons: [
			{
				code: 'breakerOpen',
				message:
					breaker.state === 'open'
						? `The breaker of tenant ${tenantId} is open: incident ${breaker.incidentId}.`
						: `Tenant ${tenantId} was blocked by hand.`,
				incidentId: breaker.state === 'open' ? breaker.incidentId : null,
			},
		],
		retryAfterMs: until === null ? null : until - now,
	};
}

function throttled(outcome: { now: number; provider: string; until: number }): Decision {
	const { now, provider, until } = outcome;

	return {
		decision: 'reject',
		reasons: [
			{
				code: 'providerThrottled',
				message: `${provider} asked not to be called before ${new Date(until).toISOString()}.`,
				provider,
				until,
			},
		],
		retryAfterMs: until - now,
	};
}

function unknownPrice({ provider, model }: { provider: string; model: string }): Decision {
	return {
		decision: 'reject',
		reasons: [
			{
				code: 'unknownPrice',
				message: `What ${model} of ${provider} costs is not known, and such calls are refused.`,
				provider,
				model,
			},
		],
		retryAfterMs: null,
	};
}

function limitReason(exceeded: ExceededLimit): RejectReason {
	const { limit, counter, spent, held, requested, resetsAt } = exceeded;
	const { id, scope, unit, capacity } = limit;
	const window = limit.window === null ? 'now' : windowName(limit.window);
	const amount = (value: number) => formatAmount(value, unit);
	const allows = `${amount(capacity)} ${limit.window === null ? 'at a time' : `per ${window}`}`;

	return {
		code: 'limitExceeded',
		message:
			`Limit ${id} allows ${allows}: ` +
			`${amount(spent)} spent, ${amount(held)} held, ${amount(requested)} asked for.`,
		limitId: id,
		...{ scope, unit, window, capacity, spent, held, requested, resetsAt },
		subject: counter.subject,
	};
}

const MICRO_CENTS_PER_CENT = 1_000_000;

const NOUNS: Record<Exclude<LimitUnit, 'microCents'>, [one: string, many: string]> = {
	requests: ['request', 'requests'],
	tokens: ['token', 'tokens'],
	inputTokens: ['input token', 'input tokens'],
	uncachedInputTokens: ['uncached input token', 'uncached input tokens'],
	outputTokens: ['output token', 'output tokens'],
	concurrency: ['call', 'calls'],
};

function formatAmount(value: number, unit: LimitUnit): string {
	if (unit === 'microCents') {
		// What is less than a cent would read 0.00.
		return value > 0 && value < MICRO_CENTS_PER_CENT ? `${value} µ¢` : `${formatUsd(value)} USD`;
	}
	const [one, many] = NOUNS[unit];

	return `${value} ${value === 1 ? one : many}`;
}

/** When every exceeded limit has room; null when one of them never will. */
function retryAfter(exceeded: readonly ExceededLimit[], now: number): number | null {
	let latest = now;
	for (const { availableAt } of exceeded) {
		if (availableAt === null) return null;
		latest = Math.max(latest, availableAt);
	}
	return latest - now;
}

function idsOf(limits: readonly AppliedLimit[]): string[] {
	return limits.map(({ limit }) => limit.id);
}
