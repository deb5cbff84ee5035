import type { Action } from '../../../../core/containment/action.ts';

/** A step that was just handed out for the first time, at 0. */
export function anAction(changes: Partial<Action> = {}): Action {
	return {
		...{
			id: 'act_1',
			incidentId: 'inc_1',
			tenantId: 'acme',
			severity: 'critical',
			rule: 'spendCap',
		},
		...{ action: 'pauseCollection', vendor: 'stripe', targetId: 'cus_1', position: 0 },
		...{ reversible: true, settings: {}, sequence: 1, direction: 'apply', attempt: 1 },
		...{
			attemptsBefore: 0,
			failedAttempt: 0,
			wasClaimed: false,
			restore: null,
			decidedBy: null,
			requestedAt: 0,
		},
		...{ appliedAt: null, verifiedAt: null, reportedAt: null, endsAt: null, revision: 1 },
		status: { state: 'requested', dueAt: 120_000, claimedUntil: null, error: null },
		...changes,
	};
}
