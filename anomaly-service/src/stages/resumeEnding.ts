import { HOUR_MS, MINUTE_MS } from '../../../core/durations.ts';
import type { ResumingCall } from '../ports/queueFunctions.ts';
import type { WebhookResult } from '../ports/webhookSender.ts';

/**
 * `notSent`: nothing left the service. `interrupted`: the service stops, nobody is to blame. `holdLost`: there is no room
 * held any more that the call could be told of.
 */
export type Attempt =
	| WebhookResult
	| { outcome: 'notSent' | 'holdLost'; error: string }
	| { outcome: 'interrupted'; error: string; wasSent: boolean };

/** What becomes of the call: it has its answer, is told again, waits for new room, or is given up. */
export type Ending =
	| { kind: 'told' }
	| { kind: 'again'; inMs: number; error: string; mayHaveArrived: boolean }
	| { kind: 'requeued'; inMs: number; error: string }
	| { kind: 'dead'; error: string; mayHaveArrived: boolean };

export const INTERRUPTED = {
	outcome: 'interrupted',
	error: 'the service was stopped',
	wasSent: false,
} as const;

const FIRST_RETRY_MS = 1000;
/** Short: what is held for the call meanwhile is nobody else's. */
const MAX_RETRY_MS = 30_000;
/** A call that is allowed in the last moment has this long to hear of it. */
const GRACE_MS = MINUTE_MS;
/** A rejection holds nothing; within an hour a receiver that is being repaired is back. */
const TELL_REJECTION_MS = HOUR_MS;
/** A receiver that cannot be reached for this long costs others their room: the call goes back to where it waited. */
const HOLD_AT_MOST_MS = 5 * MINUTE_MS;
const REQUEUE_MS = MINUTE_MS;
/**
 * How n8n answers at the URL of an execution that runs or has ended (409) or was removed since (404), others at one that is
 * gone. After an attempt that may have arrived this says that it did. Without one it says nothing: n8n answers 409
 * also for an execution that has not come to its Wait node yet.
 */
const RESUMED_STATUSES = [404, 409, 410];

export function afterAttempt(call: ResumingCall, attempt: Attempt, now: number): Ending {
	if (attempt.outcome === 'delivered' || isKnownThere(call, attempt)) return { kind: 'told' };
	const { error } = attempt;
	if (attempt.outcome === 'holdLost') return { kind: 'requeued', inMs: 0, error };
	const mayHaveArrived = call.mayHaveArrived || mayArrive(attempt);
	if (attempt.outcome === 'interrupted') return { kind: 'again', inMs: 0, error, mayHaveArrived };
	const inMs = retryDelayMs(call.attempts);
	const isTooLate = now + inMs > giveUpAt(call);
	if (isTooLate || attempt.outcome === 'gone') return { kind: 'dead', error, mayHaveArrived };
	return isHeldTooLong(call, now) && !mayHaveArrived
		? { kind: 'requeued', inMs: REQUEUE_MS, error }
		: { kind: 'again', inMs, error, mayHaveArrived };
}

function isHeldTooLong({ outcome, decidedAt }: ResumingCall, now: number): boolean {
	return outcome === 'allowed' && now - decidedAt > HOLD_AT_MOST_MS;
}

function isKnownThere(call: ResumingCall, attempt: Attempt): boolean {
	const status = 'status' in attempt ? attempt.status : undefined;

	return call.mayHaveArrived && status !== undefined && RESUMED_STATUSES.includes(status);
}

/** No answer, or one of a proxy that may have passed the message on. Whoever refuses a message has not used it. */
function mayArrive(attempt: Exclude<Attempt, { outcome: 'delivered' }>): boolean {
	if (attempt.outcome === 'interrupted') return attempt.wasSent;
	if (attempt.outcome !== 'failed' || attempt.unreached) return false;

	return attempt.status === undefined || attempt.status >= 500;
}

function giveUpAt({ outcome, deadlineAt, decidedAt }: ResumingCall): number {
	return outcome === 'allowed' ? deadlineAt + GRACE_MS : decidedAt + TELL_REJECTION_MS;
}

/** Exponential backoff with full jitter over its upper half, so that receivers coming back are not hit at once. */
function retryDelayMs(attempts: number): number {
	const ceiling = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** (attempts - 1));

	return ceiling / 2 + Math.random() * (ceiling / 2);
}
