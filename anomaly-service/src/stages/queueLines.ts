import { isRestraint } from '../../../core/containment/ownLimits.ts';
import type { Counter } from '../../../core/limits.ts';
import type { ExceededLimit } from '../ports/counters.ts';
import type { Outcome } from './decide.ts';
import type { TryOutcome } from './releaseRound.ts';

/** With less than this part of a budget left, smaller calls find too little to be let past. */
const WORTH_SHARING = 0.01;

/** Whom a counter makes wait stands in one line; a tenant's own counters have lines of their own. */
export function lineOf(counter: Counter, tenantId: string): string {
	return counter.shared ? `shared|${counter.id}` : `tenant|${tenantId}|${counter.id}`;
}

/**
 * The lines a refused call stands in: nobody behind it gets room there. A day's budget with less left than the call
 * needs is no line: what is left is for smaller calls, and this one's turn comes with the next day.
 */
export function linesOf(outcome: Outcome, tenantId: string): string[] {
	switch (outcome.kind) {
		case 'limitExceeded':
			return outcome.exceeded
				.filter((exceeded) => !letsPass(exceeded))
				.map(({ counter }) => lineOf(counter, tenantId));
		case 'queueAhead':
			return outcome.limits.map(({ counter }) => lineOf(counter, tenantId));
		case 'providerThrottled':
			return [`provider|${outcome.provider}`];
		default:
			return [];
	}
}

/** What a waiting call's turn came to when nothing was held. */
export function refusedTurn(
	outcome: Outcome,
	refused: Extract<TryOutcome, { kind: 'never' }>,
	waiting: { tenantId: string; retryAfterMs: number | null },
): TryOutcome {
	const exceeded = outcome.kind === 'limitExceeded' ? outcome.exceeded : [];
	const isTooLarge = ({ limit, requested }: ExceededLimit) =>
		requested > limit.capacity && !isRestraint(limit);
	if (exceeded.some(isTooLarge)) return refused;

	return {
		kind: 'notNow',
		retryAfterMs: waiting.retryAfterMs,
		blockedBy: linesOf(outcome, waiting.tenantId),
		letsPass: exceeded.some(letsPass),
	};
}

function letsPass({ limit, spent, held, requested }: ExceededLimit): boolean {
	if (limit.window?.kind !== 'calendar' || spent + requested <= limit.capacity) return false;

	return limit.capacity - spent - held > limit.capacity * WORTH_SHARING;
}
