import type { LimitScope, LimitUnit } from './limits.ts';
import type { MicroCents } from './money.ts';

/** How urgent waiting work is. */
export type Lane = 'interactive' | 'standard' | 'bulk';

/**
 * The answer to "may I make this call?". A "no" is a value with reasons, never an exception. Times are epoch ms.
 * - `allow`: `wouldReject` are limits in shadow mode that had no room; `degraded`: the counter store does not answer,
 *   nothing is held, and every limit of this call lets through meanwhile.
 * - `queue`: the call is parked for good; its resume URL is called when there is room, or at its deadline.
 */
export type Decision =
	| {
			decision: 'allow';
			reservationId: string;
			heldMicroCents: MicroCents;
			expiresAt: number;
			wouldReject: RejectReason[];
			degraded: boolean;
	  }
	| {
			decision: 'queue';
			queueId: string;
			lane: Lane;
			deadlineAt: number;
			reasons: RejectReason[];
			retryAfterMs: number | null;
	  }
	| { decision: 'reject'; reasons: RejectReason[]; retryAfterMs: number | null };

export type RejectReason =
	| { code: 'breakerOpen'; message: string; incidentId: string | null }
	| {
			code: 'limitExceeded';
			message: string;
			limitId: string;
			scope: LimitScope;
			subject: string;
			unit: LimitUnit;
			window: string;
			capacity: number;
			spent: number;
			held: number;
			requested: number;
			resetsAt: number | null;
	  }
	/** The vendor said not to call before `until`. */
	| { code: 'providerThrottled'; message: string; provider: string; until: number }
	/** The model has no price, or part of what the call uses has none, and operators want no such calls. */
	| { code: 'unknownPrice'; message: string; provider: string; model: string }
	/** Parked calls have waited longer than they should; they go first. */
	| { code: 'queueAhead'; message: string; limitIds: string[] }
	/** The counter store does not answer, and these limits let nothing through without it. */
	| { code: 'storeUnavailable'; message: string; limitIds: string[] };
