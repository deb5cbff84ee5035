import type { StoredLevels } from '../../../core/behaviour/levels.ts';
import type { Scale } from '../../../core/behaviour/scales.ts';

/** ISO 8601 instant. */
type Instant = string;
type EpochMs = number;

/**
 * How a version came to be: by the service's own daily round, by the round that an operator's workflow asks for, by hand,
 * as the first one with nothing but the prior behind its scales, or because a new normal was accepted.
 */
export type BaselineCause = 'daily' | 'nightly' | 'refresh' | 'prior' | 'accepted' | 'automatic';

/** What a tenant is scored with from now on. Limits are tan(angle). */
export type ScoringNow = { tangentLimit: number; theta: number; refreshAfter: Instant };

type VersionFacts = {
	version: number;
	fittedAt: Instant;
	/** Before what the tenant's own alerts and dismissals make of it. */
	tangentLimit: number;
	theta: number;
	cause: BaselineCause;
	snapshots: number;
	excludedMinutes: number;
	parent: number | null;
	note: string | null;
	createdBy: string;
	active: boolean;
};

export type ListedBaseline = VersionFacts & { centroids: number };

export type StoredBaseline = VersionFacts & {
	levels: StoredLevels;
	scales: Scale[];
	/** What holds now; null for a version that is not in use. */
	scoring: {
		tangentLimit: number;
		theta: number;
		heldUntil: Instant | null;
		spaces: string[];
	} | null;
	centroids: { vector: number[]; weight: number; days: number }[];
};

/** How old what a tenant is scored against is; null: it is not scored yet. */
export type BaselineState = {
	tenantId: string;
	firstAt: EpochMs;
	version: number | null;
	fittedAt: EpochMs | null;
	/** Until then only a person replaces it. */
	heldUntil: EpochMs | null;
};

/** What moves a tenant's limit. */
export type LimitInputs = {
	tenantId: string;
	version: number;
	/** The version's own. */
	baseLimit: number;
	/** In force. */
	tangentLimit: number;
	theta: number;
	/** Unconfirmed alerts by whole UTC days (since the epoch) that had any, oldest first. */
	alerts: [day: number, count: number][];
	dismissedAt: EpochMs[];
};

/** Versioned baselines and what they are fitted on and flagged at (supabase/migrations/2026112100163x to 164x). */
export type BaselineFunctions = {
	save_baseline: {
		args: {
			baseline: Pick<
				VersionFacts,
				'fittedAt' | 'tangentLimit' | 'theta' | 'cause' | 'snapshots' | 'excludedMinutes' | 'note'
			> & {
				tenantId: string;
				levels: StoredLevels;
				scales: Scale[];
				/** `vector`: JSON text of DIMENSIONS numbers. */
				centroids: { vector: string; weight: number; days: number }[];
			};
			scoring: ScoringNow;
			/** Null: nobody asked for it. */
			actor: string | null;
		};
		/** `version` null: a person went back to an older one meanwhile, and no job replaces that. */
		result: { version: number | null; parent: number | null };
	};
	load_baseline: {
		args: { tenantId: string; version: number | null };
		result: StoredBaseline | null;
	};
	list_baselines: {
		args: { tenantId: string; before: number | null; limit: number };
		result: ListedBaseline[];
	};
	use_baseline: {
		args: {
			tenantId: string;
			version: number;
			/** It is held until `refreshAfter`. */
			scoring: ScoringNow;
			note: string | null;
			actor: string;
			now: Instant;
		};
		result: { outcome: 'used'; previous: number } | { outcome: 'already' | 'unknown' };
	};
	active_baselines: {
		args: {
			activeSince: Instant;
			changedSince: Instant | null;
			after: string | null;
			limit: number;
		};
		result: {
			tenantId: string;
			version: number;
			spaces: string[];
			tangentLimit: number;
			levels: StoredLevels;
			scales: Scale[];
			changedAt: EpochMs;
		}[];
	};
	baseline_states: {
		args: { activeSince: Instant; due: Instant | null; after: string | null; limit: number };
		result: BaselineState[];
	};
	excluded_spans: {
		args: { tenantId: string; since: Instant; now: Instant };
		result: { learnFrom: EpochMs | null; spans: [from: EpochMs, to: EpochMs][] };
	};
	limit_inputs: {
		args: { tenantId: string | null; since: Instant; now: Instant };
		result: LimitInputs[];
	};
	set_limits: {
		args: {
			limits: { tenantId: string; version: number; tangentLimit: number; theta: number }[];
		};
		result: { changed: number };
	};
	level_shift: {
		args: { tenantId: string; now: Instant };
		result: {
			flaggedMinutes: number;
			startedAt: EpochMs | null;
			open: { startedAt: EpochMs; askedAt: EpochMs } | null;
			isDecided: boolean;
		};
	};
	ask_shift: {
		args: { tenantId: string; startedAt: Instant; flaggedMinutes: number; now: Instant };
		result: { asked: boolean };
	};
	decide_shift: {
		args: {
			tenantId: string;
			decision: 'accepted' | 'automatic' | 'ended';
			actor: string;
			now: Instant;
		};
		result: { decided: false } | { decided: true; startedAt: EpochMs };
	};
	prune_baselines: { args: { now: Instant }; result: { removed: number } };
};
