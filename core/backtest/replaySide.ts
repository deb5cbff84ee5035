import { observeFinding, type AlertEpisode } from '../alertEpisode.ts';
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
	readonly #episodes = new Map<string, { episode: AlertEpisode; firing: Firing }>();

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
		if (closedAt !== undefined) this.#episodes.clear();

		return closedAt;
	}

	#tell(finding: Finding, at: number): void {
		const known = this.#episodes.get(finding.rule);
		const { strength } = finding;
		const { episode, notify } = observeFinding(known?.episode, { strength, at });
		const isNew = episode.openedAt !== known?.episode.openedAt;
		const firing = known && !isNew ? known.firing : firingOf(finding, at, undefined);
		if (isNew) {
			this.firings.push(firing);
		} else if (notify) {
			firing.notifiedAt.push(at);
			firing.peakStrength = strength;
		}
		this.#episodes.set(finding.rule, { episode, firing });
	}
}

function firingOf(finding: Finding, at: number, opening: Opening | undefined): Firing {
	const { rule, severity, strength, evidence } = finding;

	return {
		...{ rule, at, severity, strength, evidence, opening },
		...{ peakStrength: strength, notifiedAt: [at] },
	};
}
