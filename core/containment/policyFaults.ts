import type { FieldError } from '../problems.ts';
import { parseDuration } from '../windows.ts';
import { OWN_VENDOR } from './action.ts';
import { isOwnBlock } from './planActions.ts';
import type { ContainmentPolicy, PolicyStep } from './policy.ts';
import { isKnownStep, isReversible } from './vendors.ts';

/** What is wrong with a policy whose form is right; empty: nothing. */
export function policyFaults(policy: ContainmentPolicy): FieldError[] {
	const seen = new Map<string, number>();

	return policy.steps.flatMap((step, at) => {
		const faults = [ownFault(step) ?? modeFault(step), settingsFault(step)];
		const key = JSON.stringify([step.action, step.vendor, step.targetId, step.severities]);
		const before = seen.get(key);
		if (before !== undefined) faults.push({ pointer: '', detail: `is the same as step ${before}` });
		seen.set(key, at);
		return faults
			.filter((fault) => fault !== undefined)
			.map(({ pointer, detail }) => ({ pointer: `/steps/${at}${pointer}`, detail }));
	});
}

type Fault = FieldError | undefined;

function modeFault(step: PolicyStep): Fault {
	const { action, vendor, mode } = step;
	if (isOwnBlock(step)) {
		return mode === 'automatic'
			? undefined
			: {
					pointer: '/mode',
					detail: `${action} by ${vendor} is what the breaker does: expected automatic`,
				};
	}
	if (mode === 'approval' || isReversible(step)) return undefined;
	const detail = isKnownStep(step)
		? `${action} at ${vendor} cannot be undone, so a person has to approve it: expected approval`
		: `no workflow for ${action} at ${vendor} is known: expected approval, or "reversible": true in its settings when yours can undo it`;

	return { pointer: '/mode', detail };
}

/** What the service does itself it does to the tenant, and to nothing else. */
function ownFault(step: PolicyStep): Fault {
	if (step.vendor !== OWN_VENDOR) return undefined;
	if (!isKnownStep(step)) {
		return { pointer: '/action', detail: `${OWN_VENDOR} itself has no step ${step.action}` };
	}
	return step.targetId === '{tenantId}'
		? undefined
		: { pointer: '/targetId', detail: `expected {tenantId} for a step of ${OWN_VENDOR}` };
}

function settingsFault({ action, vendor, settings }: PolicyStep): Fault {
	const { duration, requestsPerMinute } = settings;
	if (duration !== undefined && parseDuration(String(duration)) === undefined) {
		return { pointer: '/settings/duration', detail: 'expected a duration such as 30m or 1h' };
	}
	const isThrottle = vendor === OWN_VENDOR && action === 'throttle';
	const isRate = Number.isSafeInteger(requestsPerMinute) && Number(requestsPerMinute) > 0;
	if (!isThrottle || requestsPerMinute === undefined || isRate) return undefined;

	return { pointer: '/settings/requestsPerMinute', detail: 'expected a whole number above 0' };
}
