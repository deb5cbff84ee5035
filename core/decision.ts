import type { LimitScope, LimitUnit } from './limits.ts';
import type { MicroCents } from './money.ts';

/** The answer to "may I make this call?". A "no" is a value with reasons, never an exception. */
export type Decision =
	| { decision: 'allow'; reservationId: string; heldMicroCents: MicroCents; expiresAt: number }
	| { decision: 'reject'; reasons: RejectReason[]; retryAfterMs: number | null };

export type RejectReason =
	| { code: 'breakerOpen'; message: string; incidentId: string | null }
	| {
			code: 'limitExceeded';
			message: string;
			limitId: string;
			scope: LimitScope;
			unit: LimitUnit;
			capacity: number;
			spent: number;
			held: number;
			requested: number;
			resetsAt: number | null;
	  };
