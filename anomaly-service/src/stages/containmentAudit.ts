import type { Action } from '../../../core/containment/action.ts';
import type { Transition } from '../../../core/containment/transitions.ts';

/** `event`: of the audit entry; null: none. */
export type Order = {
	event: string | null | ((after: Action, before: Action) => string | null);
	to: (action: Action) => Transition;
	detail?: Record<string, unknown>;
};

/** Who moves steps on when time has come. */
export const SERVICE = 'service';

export function auditOf({ event, detail }: Order, actor: string, before: Action, after: Action) {
	const name = typeof event === 'function' ? event(after, before) : event;
	if (name === null) return null;
	const { action, vendor, targetId, direction, sequence, attempt } = after;

	return {
		actor,
		event: name,
		detail: { action, vendor, targetId, direction, sequence, attempt, ...detail },
	};
}

/** What happened to a step, by what it is now; waiting on is no news. */
export function eventOf(after: Action, before: Action): string | null {
	const { state } = after.status;
	if (state === 'requested') {
		if (after.attempt > before.attempt) return 'action.requested';
		return after.reportedAt === before.reportedAt ? null : 'action.attemptFailed';
	}
	if (state === 'failed') return 'action.failed';
	if (state !== 'done' && state !== 'undone') return null;
	if (before.status.state === state) return 'action.verified';

	return state === 'done' ? 'action.applied' : 'action.undone';
}
