import type { KnownIncident, Stretch } from '../../../core/backtest/knownIncident.ts';
import {
	LimitReplay,
	type RefusedByLimit,
	type SizedCall,
} from '../../../core/backtest/limitReplay.ts';
import { ReplaySide, type Firing } from '../../../core/backtest/replaySide.ts';
import { HOUR_MS, MINUTE_MS } from '../../../core/durations.ts';
import { applicableLimits, type AppliedLimit, type CallSubjects } from '../../../core/limits.ts';
import type { MicroCents } from '../../../core/money.ts';
import { inputTokens } from '../../../core/usage.ts';
import { findingsOf, type Detector, type Score } from '../detectors/detector.ts';
import { createReplayedDetectors } from '../detectors/index.ts';
import type { BacktestSettings } from './backtestSettings.ts';
import { LimitIndex } from './limitIndex.ts';
import type { RecordedCall } from './recordedCall.ts';
import { ReplayedActivity } from './replayedActivity.ts';

/** What both sides of a backtest start from. */
export type BacktestStart = {
	tenantId: string;
	plan: string | null;
	from: number;
	/** Hours before `from`: epoch ms of their start, and what was spent in them. */
	hours: readonly (readonly [number, MicroCents])[];
	known: readonly KnownIncident[];
	maintenance: readonly Stretch[];
};

const FORGET_EVERY_MS = 10 * MINUTE_MS;

/**
 * One tenant's history through the detectors, the alerts, the breaker and the limits of one set of rules. Calls and scores
 * come in the order they were. As in the pipeline, detectors look as of every second that had a call.
 */
export class BacktestRun {
	readonly #side: ReplaySide;
	readonly #limits: LimitReplay;
	readonly #settings: BacktestSettings;
	readonly #start: BacktestStart;
	readonly #detectors: readonly Detector[];
	readonly #activity = new ReplayedActivity();
	/** The newest call of a second the detectors have not looked at yet; epoch ms. */
	#unseen: number | undefined;
	#forgottenAt = 0;

	constructor(start: BacktestStart, settings: BacktestSettings) {
		this.#start = start;
		this.#settings = settings;
		this.#side = new ReplaySide(start.known);
		this.#limits = new LimitReplay(limitsOf(start, settings));
		this.#detectors = createReplayedDetectors(settings.thresholds).filter(
			({ name }) => settings.detectors[name] !== false,
		);
		for (const [at, microCents] of start.hours) {
			this.#activity.addHour(at, microCents, start.from);
		}
	}

	/** A call from before the replay: it fills windows, and nothing is decided about it. */
	recall(call: RecordedCall): void {
		this.#limits.count(sized(call));
		// Its hour is among those the run began with.
		if (call.at >= this.#start.from - HOUR_MS) {
			this.#activity.observeRecent(behaviourOf(call), call.at);
		}
	}

	replay(call: RecordedCall): void {
		const { at, costMicroCents: microCents } = call;
		if (this.#unseen !== undefined && secondOf(this.#unseen) !== secondOf(at)) this.#look();
		this.#passTo(at);
		if (!this.#limits.admit(sized(call))) return;
		this.#side.admit({ at, microCents });
		// Also what the breaker refused: while it is asked for, nobody closes the breaker.
		this.#activity.observe(behaviourOf(call), at);
		this.#unseen = at;
	}

	score(score: Score): void {
		this.#look();
		this.#passTo(score.at);
		const strength = score.strength / this.#settings.vectorLimitFactor;
		this.#detect('tick', score.at, { ...score, strength });
	}

	/** Nothing comes after `at`. */
	end(at: number): void {
		this.#look();
		this.#passTo(at);
	}

	/** What happened so far. */
	get result(): { firings: readonly Firing[]; limits: readonly RefusedByLimit[] } {
		return { firings: this.#side.firings, limits: this.#limits.refused };
	}

	#look(): void {
		const at = this.#unseen;
		this.#unseen = undefined;
		if (at !== undefined) this.#detect('usage', at, undefined);
	}

	#detect(runsOn: Detector['runsOn'], asOf: number, score: Score | undefined): void {
		const { tenantId, maintenance } = this.#start;
		const rests = maintenance.some(({ from, to }) => from <= asOf && asOf < (to ?? Infinity));
		const view = { tenantId, asOf, score, activity: this.#activity };
		for (const detector of this.#detectors) {
			if (detector.runsOn !== runsOn || (rests && detector.restsInMaintenance)) continue;
			for (const finding of findingsOf(detector, view)) {
				if (finding.isSuppressed !== true) this.#side.act(finding, asOf);
			}
		}
	}

	/** What happens by itself until `at`. */
	#passTo(at: number): void {
		const closedAt = this.#side.closeDue(at);
		// Whoever lets a tenant go forgives what it spent: its next call must not trip the breaker again.
		if (closedAt !== undefined) this.#activity.forgive(closedAt);
		if (at - this.#forgottenAt < FORGET_EVERY_MS) return;
		this.#activity.forget(at);
		this.#forgottenAt = at;
	}
}

/** The limits a call has to pass, worked out once for each combination of subjects. */
function limitsOf({ plan }: BacktestStart, { limits }: BacktestSettings) {
	const index = new LimitIndex(limits);
	const known = new Map<string, readonly AppliedLimit[]>();

	return (call: CallSubjects): readonly AppliedLimit[] => {
		const key = JSON.stringify(Object.values(call));
		const applied = known.get(key) ?? applicableLimits(index.candidates(call, plan), call, plan);
		known.set(key, applied);
		return applied;
	};
}

function sized(call: RecordedCall): SizedCall {
	const { at, tenantId, source, workflowId, nodeName, provider, model, keyId, usage } = call;

	return {
		at,
		subjects: {
			...{ tenantId, source, provider, model },
			workflowId: workflowId ?? undefined,
			nodeName: nodeName ?? undefined,
			keyId: keyId ?? undefined,
		},
		size: {
			microCents: call.costMicroCents,
			inputTokens: inputTokens(usage),
			cacheReadTokens: usage.cacheRead,
			outputTokens: usage.output + usage.outputAudio,
		},
	};
}

/** The part of a call that detectors of spend look at; its behaviour is in the stored scores. */
function behaviourOf({ at, endpoint, model, usage, costMicroCents }: RecordedCall) {
	return {
		...{ at, endpoint, model, costMicroCents },
		...{ input: inputTokens(usage), cached: usage.cacheRead, output: usage.output },
		...{ contextTokens: 0, latencyMs: undefined, failed: false },
		...{ caller: '', keyId: '', execution: '' },
	};
}

function secondOf(at: number): number {
	return Math.floor(at / 1000);
}
