import type { RejectReason } from './decision.ts';
import type { CallSize, CallSubjects } from './limits.ts';
import type { MicroCents } from './money.ts';

/** What a waiting call asks for: whose it is, how much it is expected to use, and how long it may take. Never a prompt. */
export type QueuedAsk = {
	call: CallSubjects;
	size: CallSize;
	/** Lease of its hold from the moment it may start. */
	ttlMs: number;
};

/** Room was made and is held. */
export type HeldAnswer = {
	decision: 'allow';
	reservationId: string;
	heldMicroCents: MicroCents;
	/** Epoch ms. */
	expiresAt: number;
};

/** Why a call stopped waiting without a try at its limits. */
export type QueueReason = { code: 'deadlineExceeded' | 'cancelled' | 'drained'; message: string };

export type RefusedAnswer = {
	decision: 'reject';
	reasons: readonly (RejectReason | QueueReason)[];
};

/** What a parked call is told in the end. */
export type QueueAnswer = HeldAnswer | RefusedAnswer;

const QUEUE_REASONS: Record<QueueReason['code'], string> = {
	deadlineExceeded: 'No room was found within the deadline of the call',
	cancelled: 'An operator took the call out of the queue',
	drained: 'An operator emptied the queue',
};

export function refusedBecause(code: QueueReason['code']): RefusedAnswer {
	return { decision: 'reject', reasons: [{ code, message: QUEUE_REASONS[code] }] };
}

/** Longer first parts of a path are likely a secret. */
const SHOWN_PART_MAX = 24;

/**
 * A resume URL as it may be shown: `https://n8n.example.com/webhook-waiting/…`. The rest of it resumes an execution for
 * whoever has it. Throws TypeError when it is no URL.
 */
export function shownUrl(url: string): string {
	const { origin, pathname } = new URL(url);
	const [first = '', ...more] = pathname.slice(1).split('/');
	const isShown = more.length > 0 && first.length <= SHOWN_PART_MAX;

	return isShown ? `${origin}/${first}/…` : `${origin}/…`;
}
