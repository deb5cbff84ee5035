import type { Severity } from './alert.ts';

/** What a detector answers when it sees something. `strength` 1 is its threshold. */
export type Finding = {
	rule: string;
	severity: Severity;
	/** What the detector asks for: tell people, or open the breaker too. While it is open neither happens again. */
	verdict: 'flag' | 'trip';
	strength: number;
	/** Numbers that let a person check the finding. Units are in the names. */
	evidence: Record<string, unknown>;
	/** What the alert names as the endpoint; undefined: the one that most of the tenant's money goes to. */
	faultyEndpoint?: string | undefined;
	/**
	 * How far back from now the evidence reaches, of rules that letting a tenant go does not make forget: what is of before
	 * says nothing against a tenant on trial.
	 */
	looksBackMs?: number;
	/** About how calls are answered, not about what the tenant does: never a reason to open its breaker, whatever a policy says. */
	tellsOnly?: boolean;
	/** Somebody said that this is fine: it is counted and otherwise left alone. */
	isSuppressed?: boolean;
};
