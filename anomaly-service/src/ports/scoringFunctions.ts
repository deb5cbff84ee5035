import type { Scale } from '../../../core/behaviour/scales.ts';

/** ISO 8601 instant. */
type Instant = string;

export const FEEDBACK_VERDICTS = ['fine', 'incident'] as const;
export type FeedbackVerdict = (typeof FEEDBACK_VERDICTS)[number];

/** What somebody said of one snapshot, or of the flagged ones of an alert. */
export type Feedback = {
	id: string;
	tenantId: string;
	verdict: FeedbackVerdict;
	/** First and last minute that was judged. */
	fromAt: Instant;
	toAt: Instant;
	/** Of the farthest one, in units of the limit at its time. */
	strength: number;
	space: string;
	note: string | null;
	createdBy: string;
	createdAt: Instant;
	expiresAt: Instant;
};

/** A time of expected change: nobody is alerted of behaviour. */
export type MaintenanceWindow = {
	id: string;
	tenantId: string;
	fromAt: Instant;
	toAt: Instant;
	/** Whether the baseline learns from it. */
	learn: boolean;
	note: string | null;
};

/** A snapshot as it was kept. */
export type StoredSnapshot = {
	at: Instant;
	version: number;
	space: string;
	raw: number[];
	vector: number[];
	distance: number;
	/** 1 was at the limit. */
	strength: number;
	/** Of the baseline that made it; null: that one is gone. */
	scales: Scale[] | null;
};

export type NearSnapshot = { at: Instant; version: number; distance: number; strength: number };

/** The SQL functions of scoring and of what people say of it; the files of supabase/migrations say more. */
export type ScoringFunctions = {
	score_snapshots: {
		args: {
			at: Instant;
			space: string;
			tenants: readonly string[];
			versions: readonly number[];
			/** sparsevec literals. */
			vectors: readonly string[];
		};
		/** In the order given, null where a tenant has no such baseline. */
		result: {
			distances: (number | null)[];
			strengths: (number | null)[];
			suppressed: [place: number, feedbackId: string][];
		};
	};
	alike_feedback: {
		args: {
			tenantId: string;
			space: string;
			/** JSON text. */
			vector: string;
			strength: number;
			tangentLimit: number;
			at: Instant;
		};
		result: string | null;
	};
	store_snapshots: {
		args: {
			at: Instant;
			space: string;
			snapshots: readonly (readonly [
				tenantId: string,
				version: number,
				raw: string,
				vector: string,
				distance: number,
				strength: number,
			])[];
		};
		result: { stored: number };
	};
	prune_snapshots: { args: { now: Instant; limit: number }; result: { removed: number } };
	snapshot_at: { args: { tenantId: string; at: Instant }; result: StoredSnapshot | null };
	nearest_snapshots: {
		args: { tenantId: string; space: string; vector: string; before: Instant; limit: number };
		result: NearSnapshot[];
	};
	give_feedback: {
		args: {
			tenantId: string;
			at: Instant | null;
			openedAt: Instant | null;
			verdict: FeedbackVerdict;
			note: string | null;
			expiresAt: Instant;
			actor: string;
			now: Instant;
		};
		result:
			| { outcome: 'noAlert' | 'noSnapshot' | 'tooMany' }
			| { outcome: 'given'; feedback: Feedback };
	};
	list_feedback: {
		args: { tenantId: string; id: string | null; limit: number };
		result: Feedback[];
	};
	delete_feedback: {
		args: { tenantId: string; id: string; actor: string; now: Instant };
		result: { deleted: boolean };
	};
	stale_judgements: {
		args: { now: Instant; limit: number };
		result: [feedbackId: string, at: Instant, tenantId: string, raw: number[]][];
	};
	renew_judgements: {
		args: {
			judgements: readonly (readonly [
				feedbackId: string,
				at: Instant,
				version: number,
				vector: string,
			])[];
		};
		result: { renewed: number };
	};
	put_maintenance_window: {
		args: { window: MaintenanceWindow; replace: boolean; actor: string; now: Instant };
		result: { outcome: 'created' | 'replaced' | 'unchanged' | 'idTaken' | 'tooMany' };
	};
	list_maintenance_windows: {
		args: { tenantId: string | null; id: string | null; since: Instant; limit: number };
		result: (MaintenanceWindow & { createdBy: string; createdAt: Instant })[];
	};
	delete_maintenance_window: {
		args: { tenantId: string; id: string; actor: string; now: Instant };
		result: { deleted: boolean };
	};
};
