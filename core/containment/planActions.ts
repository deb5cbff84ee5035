import type { Severity } from '../alert.ts';
import { ACTION_KINDS, OWN_VENDOR, type PlannedAction } from './action.ts';
import type { ContainmentPolicy, PolicyStep, TenantTargets } from './policy.ts';
import { isReversible } from './vendors.ts';

/** A step that is left out, and the targets it names that nobody has told. */
export type SkippedStep = { action: string; vendor: string; missing: string[] };

export type ContainmentPlan = { actions: PlannedAction[]; skipped: SkippedStep[] };

/** What a policy does about an incident: the steps of its severity with their targets, in the order of the ladder. */
export function planActions(
	policy: ContainmentPolicy,
	targets: TenantTargets,
	incident: { incidentId: string; tenantId: string; severity: Severity; newId: () => string },
): ContainmentPlan {
	const { incidentId, tenantId, severity, newId } = incident;
	const known = { ...targets, tenantId };
	const planned = new Map<string, Omit<PlannedAction, 'position'>>();
	const skipped: SkippedStep[] = [];
	for (const step of policy.steps) {
		if (!step.severities.includes(severity)) continue;
		const { action, vendor } = step;
		const { targetId, settings, missing } = filled(step, known);
		if (missing.length > 0) {
			skipped.push({ action, vendor, missing });
			continue;
		}
		const key = JSON.stringify([action, vendor, targetId]);
		if (planned.has(key)) continue;
		const reversible = isReversible(step);
		const state = stateOf(step, reversible, policy.dryRun);
		planned.set(key, {
			...{ id: newId(), incidentId, tenantId, action, vendor, targetId },
			...{ reversible, state, settings },
		});
	}
	const ordered = [...planned.values()].sort((a, b) => rungOf(a) - rungOf(b));

	return { actions: ordered.map((step, position) => ({ ...step, position })), skipped };
}

/** Whether these steps open the tenant's breaker. */
export function opensBreaker(
	actions: readonly Pick<PlannedAction, 'vendor' | 'action'>[],
): boolean {
	return actions.some(isOwnBlock);
}

export function isOwnBlock({ vendor, action }: { vendor: string; action: string }): boolean {
	return vendor === OWN_VENDOR && action === 'block';
}

/** What cannot be undone waits for a person, whatever the policy says. */
function stateOf(step: PolicyStep, reversible: boolean, dryRun: boolean): PlannedAction['state'] {
	if (isOwnBlock(step)) return 'requested';
	if (dryRun) return 'dryRun';

	return step.mode === 'automatic' && reversible ? 'requested' : 'awaitingApproval';
}

/** Reversible steps first, then the mildest. */
function rungOf({ reversible, action }: Pick<PlannedAction, 'reversible' | 'action'>): number {
	return (reversible ? 0 : ACTION_KINDS.length) + ACTION_KINDS.indexOf(action);
}

/** A name in braces: letters, digits, `_`, `-` and `.`. */
const NAME = /\{([\w.-]{1,64})\}/g;

function filled(step: PolicyStep, known: TenantTargets) {
	const missing = new Set<string>();
	const fill = (text: string) =>
		text.replaceAll(NAME, (whole, name: string) => {
			if (Object.hasOwn(known, name)) return known[name] ?? whole;
			missing.add(name);
			return whole;
		});
	const targetId = fill(step.targetId);
	const settings = Object.fromEntries(
		Object.entries(step.settings).map(([name, value]) => [
			name,
			typeof value === 'string' ? fill(value) : value,
		]),
	);

	return { targetId, settings, missing: [...missing] };
}
