import type { Severity } from '../alert.ts';
import { OWN_VENDOR, type ActionKind } from './action.ts';

/**
 * What is done when a tenant's incident opens. One policy is for everybody (`tenantId` null); a tenant's own replaces it
 * wholly. Targets differ from tenant to tenant, so that a step may name one: `{stripeCustomer}` is what the tenant's
 * settings say under that name, `{tenantId}` the tenant itself. A step whose target is not known is left out and told.
 */
export type ContainmentPolicy = {
	steps: readonly PolicyStep[];
	/** True: every step but `block` is only told and recorded. */
	dryRun: boolean;
	/** Findings that only flag open an incident too when they are this severe; usually none. */
	openOnFlags: readonly Severity[];
};

export type PolicyStep = {
	action: ActionKind;
	/** `llm-fuse`, or the vendor as its workflow is named: `stripe`, `openai`, … */
	vendor: string;
	/** The target's id at the vendor, or a name in braces. */
	targetId: string;
	/** Incidents of these severities. */
	severities: readonly Severity[];
	/** `approval`: a person has to approve it; steps that cannot be undone always have to be. */
	mode: 'automatic' | 'approval';
	/** Further names in braces are filled in text values. No secrets. */
	settings: Readonly<Record<string, string | number | boolean>>;
};

/** Targets of one tenant by name: `{ stripeCustomer: 'cus_…', openaiProject: 'proj_…' }`. */
export type TenantTargets = Readonly<Record<string, string>>;

/** Of whoever sets none: the breaker opens, whatever the severity, and nothing else happens. */
export const DEFAULT_POLICY: ContainmentPolicy = {
	steps: [
		{
			action: 'block',
			vendor: OWN_VENDOR,
			targetId: '{tenantId}',
			severities: ['warning', 'high', 'critical'],
			mode: 'automatic',
			settings: {},
		},
	],
	dryRun: false,
	openOnFlags: [],
};
