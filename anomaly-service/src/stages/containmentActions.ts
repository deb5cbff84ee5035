import type { Action, ActionStatus } from '../../../core/containment/action.ts';
import type { ActionRow, ContainmentFunctions } from '../ports/containmentFunctions.ts';

type NextRow = ContainmentFunctions['change_action']['args']['next'];

/** A kept step with its status as one. */
export function actionOf(row: ActionRow): Action {
	return {
		...{ id: row.id, incidentId: row.incidentId, tenantId: row.tenantId, position: row.position },
		...{ action: row.action, vendor: row.vendor, targetId: row.targetId, settings: row.settings },
		...{ severity: row.severity, rule: row.rule, reversible: row.reversible },
		...{ direction: row.direction, sequence: row.sequence, status: statusOf(row) },
		...{ attempt: row.attempt, attemptsBefore: row.attemptsBefore, wasClaimed: row.wasClaimed },
		failedAttempt: row.failedAttempt,
		...{ restore: row.restore, decidedBy: row.decidedBy, requestedAt: row.requestedAt },
		...{ appliedAt: row.appliedAt, verifiedAt: row.verifiedAt, reportedAt: row.reportedAt },
		...{ endsAt: row.endsAt, revision: row.revision },
	};
}

/** A step as it is kept. */
export function rowOf({ status, ...rest }: Action): NextRow {
	return {
		...rest,
		...NO_STATUS,
		...status,
		...('error' in status ? { detail: status.error } : {}),
	};
}

const NO_STATUS = { outcome: null, detail: null, dueAt: null, claimedUntil: null };

function statusOf(row: Pick<ActionRow, 'state' | keyof typeof NO_STATUS>): ActionStatus {
	const { state, detail, dueAt, claimedUntil } = row;
	const outcome = row.outcome ?? 'applied';
	if (state === 'requested') return { state, dueAt: dueAt ?? 0, claimedUntil, error: detail };
	if (state === 'done') return { state, outcome, detail };
	if (state === 'undone') return { state, outcome };
	if (state === 'failed') return { state, error: detail ?? 'failed' };

	return { state };
}
