import type { Lane } from '../../../core/decision.ts';
import type { QueueAnswer, QueuedAsk, RefusedAnswer } from '../../../core/queuedCall.ts';

/** ISO 8601 instant. */
type Instant = string;
type EpochMs = number;

export type QueueState = 'waiting' | 'releasing' | 'done' | 'dead';
export type QueueOutcome = 'allowed' | 'rejected' | 'cancelled' | 'drained';

/** A waiting call, claimed to be tried. */
export type WaitingCall = {
	id: string;
	tenantId: string;
	lane: Lane;
	ask: QueuedAsk;
	parkedAt: EpochMs;
	rankAt: EpochMs;
	/** Which reservation of this call the next one is. */
	generation: number;
	/** An earlier try was cut off: there may be a hold. */
	mayHold: boolean;
	/** The lines it waits in: counters that had no room when it was last tried. */
	blockedBy: string[];
	tries: number;
};

/** A decided call, claimed to be told. */
export type ResumingCall = {
	id: string;
	tenantId: string;
	keyId: string;
	resumeUrl: string;
	outcome: QueueOutcome;
	answer: QueueAnswer;
	ttlMs: number;
	generation: number;
	/** Of a rejected call: a try was cut off, what it may have held has to be given back. */
	mayHold: boolean;
	reservationId: string | null;
	deadlineAt: EpochMs;
	decidedAt: EpochMs;
	attempts: number;
	/** An earlier attempt may have reached the receiver. */
	mayHaveArrived: boolean;
};

export type QueuedCallDocument = {
	queueId: string;
	tenantId: string;
	lane: Lane;
	state: QueueState;
	outcome: QueueOutcome | null;
	answer: QueueAnswer | null;
	reservationId: string | null;
	/** Shortened: it resumes nothing. */
	resumeUrl: string;
	keyId: string;
	parkedAt: Instant;
	rankAt: Instant;
	deadlineAt: Instant;
	nextTryAt: Instant;
	blockedBy: string[];
	tries: number;
	attempts: number;
	lastError: string | null;
	decidedAt: Instant | null;
	finishedAt: Instant | null;
};

export type QueueSummary = {
	lanes: {
		tenantId: string;
		lane: Lane;
		waiting: number;
		oldestParkedAt: EpochMs;
		firstRankAt: EpochMs;
	}[];
	/** Counters that had no room for calls which wait longer than their lane's bound. */
	overdueCounters: string[];
	releasing: number;
	dead: number;
};

/** By whom and when; an operator's change is audited. `tenantId` null: of whatever tenant. */
type Order = { id: string; tenantId: string | null; actor: string; now: Instant };
type Claim = { worker: string; now: Instant; leaseMs: number; limit: number };

/** The SQL functions of the queue; the files of supabase/migrations say more. */
export type QueueFunctions = {
	park_call: {
		args: {
			call: {
				id: string;
				tenantId: string;
				lane: Lane;
				ask: QueuedAsk;
				resumeUrl: string;
				shownUrl: string;
				keyId: string;
				parkedAt: Instant;
				rankAt: Instant;
				deadlineAt: Instant;
				nextTryAt: Instant;
				blockedBy: readonly string[];
			};
		};
		result: { parked: boolean; tenantId: string; lane: Lane; deadlineAt: EpochMs };
	};
	claim_waiting: {
		args: Claim & { backlogMax: number };
		result: {
			calls: WaitingCall[];
			blocks: { counterId: string; rankAt: EpochMs }[];
			isFull: boolean;
		};
	};
	record_release: {
		args: {
			calls: {
				id: string;
				outcome: 'allowed' | 'rejected';
				answer: QueueAnswer;
				reservationId: string | null;
			}[];
			now: Instant;
		};
		result: { lost: { id: string; outcome: QueueOutcome }[] };
	};
	put_back: {
		args: {
			worker: string;
			calls: {
				id: string;
				nextTryAt: Instant;
				blockedBy: readonly string[];
				mayHold: boolean;
				renumber: boolean;
			}[];
			blocks: { counterId: string; rankAt: Instant; until: Instant }[];
		};
		result: { putBack: true };
	};
	expire_calls: {
		args: { answer: RefusedAnswer; now: Instant; limit: number };
		result: { expired: number };
	};
	claim_resumes: { args: Claim; result: ResumingCall[] };
	finish_call: { args: { ids: readonly string[]; now: Instant }; result: { finished: number } };
	retry_resume: {
		args: {
			worker: string;
			id: string;
			nextTryAt: Instant;
			error: string;
			mayHaveArrived: boolean;
		};
		result: { retried: true };
	};
	requeue_call: {
		args: { worker: string; id: string; nextTryAt: Instant; error: string };
		result: { requeued: true };
	};
	kill_call: {
		args: { worker: string; id: string; now: Instant; error: string; mayHaveArrived: boolean };
		result: { killed: true };
	};
	list_calls: {
		args: {
			id: string | null;
			tenantId: string | null;
			lane: Lane | null;
			state: QueueState | null;
			afterRank: Instant | null;
			afterId: string | null;
			limit: number;
		};
		result: QueuedCallDocument[];
	};
	promote_call: {
		args: Order & { lane: Lane | null; aheadMs: number };
		result: { outcome: 'promoted' | 'notWaiting' | 'unknown' };
	};
	cancel_call: {
		args: Order & { answer: RefusedAnswer };
		result: { outcome: 'cancelled' | 'notWaiting' | 'unknown' };
	};
	drain_calls: {
		args: Omit<Order, 'id'> & { lane: Lane | null; answer: RefusedAnswer };
		result: { drained: number };
	};
	queue_summary: {
		args: { tenantId: string | null; boundsMs: Record<Lane, number>; now: Instant };
		result: QueueSummary;
	};
	retry_dead: { args: Order; result: { outcome: 'retried' | 'notDead' | 'unknown' } };
	delete_dead: { args: Order; result: { outcome: 'deleted' | 'notDead' | 'unknown' } };
	prune_calls: { args: { now: Instant }; result: { removed: number } };
};
