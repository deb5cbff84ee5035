import type { RejectReason } from '../../../core/decision.ts';
import { FILL_LEVELS_PCT } from '../../../core/lanes.ts';
import type { HeldAnswer } from '../../../core/queuedCall.ts';
import { iso } from '../../../core/utc.ts';
import type { QueueFunctions, WaitingCall } from '../ports/queueFunctions.ts';

/** What came of trying to hold what a waiting call needs. */
export type TryOutcome =
	| { kind: 'held'; answer: HeldAnswer }
	/**
	 * No room. `blockedBy`: the counters it waits for, by ids that no other tenant's counters have; nobody behind it gets
	 * room there. `letsPass`: (also) something is in its way that ends in `retryAfterMs` whatever others do, such as a
	 * day's budget with less left than it needs: what is left is for smaller calls.
	 */
	| {
			kind: 'notNow';
			retryAfterMs: number | null;
			blockedBy: readonly string[];
			letsPass?: boolean;
	  }
	/** It will never fit. */
	| { kind: 'never'; reasons: RejectReason[] }
	/** The reservation came to an end before: its lease ran out while no scheduler lived. */
	| { kind: 'ended' };

/** A call as it is tried now: how full limits may be with it, in percent. */
export type Trial = WaitingCall & { fillPct: number };

type Release = QueueFunctions['record_release']['args']['calls'][number];
type PutBack = QueueFunctions['put_back']['args']['calls'][number];
type Block = QueueFunctions['put_back']['args']['blocks'][number];

/**
 * A full limit is looked at again within this time. Room can come sooner than the limit says, when a call uses less than
 * was held for it, and never is there a use in asking more than once a second.
 */
const RETRY_MS = { min: 1000, max: 10_000 };
/** Calls that let others pass are each tried by themselves: thousands of them must not keep a scheduler busy. */
const PASSED_RETRY_MS_MAX = 60_000;

/** What one scheduler decides about the calls of one claim. */
export class ReleaseRound {
	readonly releases: Release[] = [];
	readonly putBacks: PutBack[] = [];
	readonly blocks: Block[] = [];
	/** By line: the rank of the first call that waits in it. */
	readonly #first: Map<string, number>;
	readonly #now: number;

	constructor(blocks: readonly { counterId: string; rankAt: number }[], now: number) {
		this.#first = new Map(blocks.map(({ counterId, rankAt }) => [counterId, rankAt]));
		this.#now = now;
	}

	/** Whether an earlier call waits for this counter: its room is not for this one. */
	isTaken(counterId: string, trial: Trial): boolean {
		return this.#linesBefore(counterId, trial).length > 0;
	}

	/** The lines a call would only join. One that may hold something is looked at in any case. */
	hopelessIn(trial: Trial): string[] {
		if (trial.mayHold) return [];
		const counterIds = trial.blockedBy.map((line) => line.replace(LEVEL, ''));

		return [...counterIds, anythingOf(trial.tenantId)].flatMap((counterId) =>
			this.#linesBefore(counterId, trial),
		);
	}

	note(trial: Trial, reservationId: string, outcome: TryOutcome): void {
		const { id } = trial;
		switch (outcome.kind) {
			case 'held':
				this.releases.push({ id, outcome: 'allowed', answer: outcome.answer, reservationId });
				return;
			case 'never': {
				const answer = { decision: 'reject', reasons: outcome.reasons } as const;
				this.releases.push({ id, outcome: 'rejected', answer, reservationId: null });
				return;
			}
			case 'notNow':
				this.#putInLine(trial, outcome);
				return;
			case 'ended':
				this.#putBack(trial, { inMs: RETRY_MS.min, blockedBy: [], renumber: true });
		}
	}

	/** Gives a call back as it came. */
	leave(call: WaitingCall): void {
		this.#putBack(call, { inMs: 0, blockedBy: call.blockedBy, mayHold: call.mayHold });
	}

	/** Gives a call back without a try: it waits in these lines. */
	leaveInLine(call: WaitingCall, lines: readonly string[]): void {
		this.#putBack(call, { inMs: 0, blockedBy: lines });
	}

	/** Gives a call back that was tried, nobody knows with what result. */
	leaveUnknown(call: WaitingCall, inMs: number): void {
		this.#putBack(call, { inMs, blockedBy: call.blockedBy, mayHold: true });
	}

	#putInLine(trial: Trial, outcome: Extract<TryOutcome, { kind: 'notNow' }>): void {
		const { rankAt, tenantId, fillPct } = trial;
		const { retryAfterMs, blockedBy, letsPass = false } = outcome;
		const standsAlone = blockedBy.length === 0 && letsPass;
		const max = standsAlone ? PASSED_RETRY_MS_MAX : RETRY_MS.max;
		const inMs = Math.min(max, Math.max(RETRY_MS.min, retryAfterMs ?? RETRY_MS.min));
		const until = iso(this.#now + inMs);
		const counterIds = blockedBy.length > 0 || letsPass ? blockedBy : [anythingOf(tenantId)];
		const lines = counterIds.flatMap((counterId) => {
			const before = this.#linesBefore(counterId, trial);
			if (before.length > 0) return before;
			const line = lineOf(counterId, fillPct);
			this.#first.set(line, rankAt);
			this.blocks.push({ counterId: line, rankAt: iso(rankAt), until });
			return [line];
		});
		this.#putBack(trial, { inMs, blockedBy: lines });
	}

	/** What found no room below a ceiling says nothing of those with a higher one: they have a line of their own. */
	#linesBefore(counterId: string, { rankAt, fillPct }: Trial): string[] {
		return FILL_LEVELS_PCT.filter((level) => level >= fillPct)
			.map((level) => lineOf(counterId, level))
			.filter((line) => (this.#first.get(line) ?? Infinity) <= rankAt);
	}

	#putBack(
		{ id }: WaitingCall,
		back: { inMs: number; blockedBy: readonly string[]; mayHold?: boolean; renumber?: boolean },
	): void {
		const { inMs, blockedBy, mayHold = false, renumber = false } = back;
		const nextTryAt = iso(this.#now + inMs);
		this.putBacks.push({ id, nextTryAt, blockedBy, mayHold, renumber });
	}
}

const LEVEL = /@\d+$/;

/** Calls that may fill a counter up wait in a line of its own name, those below a ceiling in one for the ceiling. */
function lineOf(counterId: string, fillPct: number): string {
	return fillPct === 100 ? counterId : `${counterId}@${fillPct}`;
}

/**
 * What a call refused without a counter that says why stands for: nothing else of its tenant is tried either. The name
 * is known to claim_waiting.
 */
function anythingOf(tenantId: string): string {
	return `any|${tenantId}`;
}
