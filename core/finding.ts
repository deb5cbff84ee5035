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
	/** Somebody said that this is fine: it is counted and otherwise left alone. */
	isSuppressed?: boolean;
};
