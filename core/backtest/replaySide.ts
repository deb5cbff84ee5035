import { observe, type AlertState } from '../alerting/alertState.ts';
import type { Severity } from '../alert.ts';
import type { Finding } from '../finding.ts';
import type { MicroCents } from '../money.ts';
import type { KnownIncident } from './knownIncident.ts';
import { ReplayedBreaker, type Opening } from './replayedBreaker.ts';

/** A rule that fired: people were told, or the breaker opened. */
export type Firing = {
	rule: string;
	at: number;
	severity: Severity;
	/** When it fired; 1 is the threshold. */
	strength: number;
	evidence: Record<string, unknown>;
	/** The strongest that people were told of. */
	peakStrength: number;
	/** When people were told: the first is `at`. */
	notifiedAt: number[];
	/** What the breaker did; undefined: people were only told. */
	opening: Opening | undefined;
};

/**
 * One set of rules over the history of one tenant: what the findings of its detectors lead to, as `Actor` and `AlertDesk`
 * of the service would have it. Moments come in order.
 */
export class ReplaySide {
	readonly firings: Firing[] = [];
	readonly #breaker: ReplayedBreaker;
	/** By rule. */
	readonly #alerts = new Map<string, { alert: AlertState; firing: Firing }>();

	constructor(known: readonly KnownIncident[]) {
		this.#breaker = new ReplayedBreaker(known);
	}

	/** Whether the breaker lets a call through; one that is refused is what was not spent. */
	admit(call: { at: number; microCents: MicroCents }): boolean {
		if (this.#breaker.admits(call.at)) return true;
		this.#breaker.refuse(call.microCents);
		return false;
	}

	/** Acts on a finding: while the breaker is open it only keeps it open. */
	act(finding: Finding, at: number): void {
		const isOpen = !this.#breaker.admits(at);
		if (finding.verdict === 'trip') {
			const opening = this.#breaker.trip(at);
			if (opening) this.firings.push(firingOf(finding, at, opening));
		} else if (!isOpen) {
			this.#tell(finding, at);
		}
	}

	/** What is over at `now` closes, and its tenant starts afresh; when it closed, or undefined. */
	closeDue(now: number): number | undefined {
		const closedAt = this.#breaker.closeDue(now);
		if (closedAt !== undefined) this.#alerts.clear();

		return closedAt;
	}

	#tell(finding: Finding, at: number): void {
		const known = this.#alerts.get(finding.rule);
		const { strength } = finding;
		const fresh = { id: finding.rule, ends: 'quiet' } as const;
		const { alert, opened, tell } = observe(known?.alert, { strength, at, muted: false, fresh });
		const firing = known && !opened ? known.firing : firingOf(finding, at, undefined);
		if (opened) {
			this.firings.push(firing);
		} else if (tell) {
			firing.notifiedAt.push(at);
			firing.peakStrength = Math.max(firing.peakStrength, strength);
		}
		this.#alerts.set(finding.rule, { alert, firing });
	}
}

function firingOf(finding: Finding, at: number, opening: Opening | undefined): Firing {
	const { rule, severity, strength, evidence } = finding;

	return {
		...{ rule, at, severity, strength, evidence, opening },
		...{ peakStrength: strength, notifiedAt: [at] },
	};
}
