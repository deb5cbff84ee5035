import { OWN_VENDOR, type ActionKind } from './action.ts';
import type { PolicyStep } from './policy.ts';

/** The steps there is a workflow for, and whether what they do can be put back. `llm-fuse`: the service itself. */
const REVERSIBLE: Readonly<Record<string, Partial<Record<ActionKind, boolean>>>> = {
	[OWN_VENDOR]: { throttle: true, queueOnly: true, block: true, revokeKey: true },
	anthropic: { revokeKey: true },
	aws: { revokeKey: true },
	cloudflare: { block: true },
	litellm: { revokeKey: true },
	// A key of OpenAI can only be deleted; a project's spend limit can be taken off again.
	openai: { providerSpendLimit: true, revokeKey: false },
	openrouter: { revokeKey: true },
	postgres: { revokeKey: true },
	redis: { block: true },
	stripe: { pauseCollection: true },
	twilio: { block: true },
	unkey: { revokeKey: true },
};

/** Whether a workflow for this step comes with LLM Fuse, or the service does it itself. */
export function isKnownStep({ vendor, action }: Pick<PolicyStep, 'vendor' | 'action'>): boolean {
	return reversibleOf(vendor, action) !== undefined;
}

/** Of a step of the operator's own workflow its settings say so: `{"reversible": true}`. */
export function isReversible(step: Pick<PolicyStep, 'vendor' | 'action' | 'settings'>): boolean {
	return reversibleOf(step.vendor, step.action) ?? step.settings['reversible'] === true;
}

function reversibleOf(vendor: string, action: ActionKind): boolean | undefined {
	return Object.hasOwn(REVERSIBLE, vendor) ? REVERSIBLE[vendor]?.[action] : undefined;
}
