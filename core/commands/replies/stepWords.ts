import type { Button } from '../../alerting/notification.ts';
import type { Action, GoodOutcome } from '../../containment/action.ts';

/** "pauseCollection at stripe (cus_123)" */
export function stepWords({ action, vendor, targetId }: Step): string {
	return `${action} at ${vendor} (${targetId})`;
}

type Step = Pick<Action, 'action' | 'vendor' | 'targetId'>;

/** Below a step that waits for a person. */
export function decisionButtons({ id, action }: Pick<Action, 'id' | 'action'>): Button[] {
	return [
		{ label: `Approve ${action}`, data: `approve:${id}` },
		{ label: 'Decline', data: `decline:${id}` },
	];
}

const ENDED: Record<GoodOutcome, string> = {
	applied: 'done',
	already: 'was so already',
	notFound: 'nothing was there',
	unsupported: 'not possible there',
};

/** How far a step is. */
export function statusWords(
	step: Pick<Action, 'status' | 'direction' | 'attempt' | 'decidedBy'>,
): string {
	const { status, decidedBy } = step;
	switch (status.state) {
		case 'awaitingApproval':
			return 'waits for approval';
		case 'declined':
			return decidedBy === null ? 'declined' : `declined by ${decidedBy}`;
		case 'dryRun':
			return 'only told: dry run';
		case 'requested':
			return requestedWords(step);
		case 'done':
			return ENDED[status.outcome];
		case 'failed':
			return `failed: ${status.error}`;
		case 'undone':
			return 'undone';
	}
}

function requestedWords({ attempt, direction }: Pick<Action, 'attempt' | 'direction'>): string {
	const doing = direction === 'undo' ? 'is being undone' : 'on its way';

	return attempt > 1 ? `${doing}, attempt ${attempt}` : doing;
}
