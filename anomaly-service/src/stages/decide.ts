import type { Decision, RejectReason } from '../../../core/decision.ts';
import { formatUsd } from '../../../core/money.ts';
import type { LimitUnit } from '../../../core/limits.ts';
import { windowName } from '../../../core/windows.ts';
import type { ExceededLimit, ReserveAsk, ReserveResult } from '../ports/counters.ts';

/** The counter store's answer as the decision a caller reads. */
export function decide(result: ReserveResult, ask: ReserveAsk): Decision {
	if (result.kind === 'held') {
		return {
			decision: 'allow',
			reservationId: ask.reservationId,
			heldMicroCents: ask.microCents,
			expiresAt: ask.expiresAt,
		};
	}
	if (result.kind === 'breakerOpen') {
		const { breaker } = result;
		const until = breaker.state === 'isolated' ? breaker.until : null;

		return {
			decision: 'reject',
			reasons: [
				{
					code: 'breakerOpen',
					message:
						breaker.state === 'open'
							? `The breaker of tenant ${ask.tenantId} is open: incident ${breaker.incidentId}.`
							: `Tenant ${ask.tenantId} was blocked by hand.`,
					incidentId: breaker.state === 'open' ? breaker.incidentId : null,
				},
			],
			retryAfterMs: until === null ? null : until - ask.now,
		};
	}
	return {
		decision: 'reject',
		reasons: result.exceeded.map(limitReason),
		retryAfterMs: retryAfter(result.exceeded, ask.now),
	};
}

function limitReason(limit: ExceededLimit): RejectReason {
	const { id, scope, unit, capacity, spent, held, requested, resetsAt } = limit;
	const amount = (value: number) => formatAmount(value, unit);

	return {
		code: 'limitExceeded',
		message:
			`Limit ${id} allows ${amount(capacity)} per ${windowName(limit.window)}: ` +
			`${amount(spent)} spent, ${amount(held)} held, ${amount(requested)} asked for.`,
		limitId: id,
		scope,
		unit,
		capacity,
		spent,
		held,
		requested,
		resetsAt,
	};
}

function formatAmount(value: number, unit: LimitUnit): string {
	return unit === 'microCents'
		? `${formatUsd(value)} USD`
		: `${value} ${value === 1 ? 'request' : 'requests'}`;
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
