import { MINUTE_MS } from '../durations.ts';
import { parseDuration } from '../windows.ts';
import type { Action, ActionStatus, GoodOutcome, Outcome } from './action.ts';

/** After so many hand-outs of one decision it is a dead letter: the last one some 40 minutes after the first. */
export const MAX_ATTEMPTS = 8;
/** A claim holds so long: more than a workflow takes at one vendor, its own retries included. */
const CLAIM_MS = 2 * MINUTE_MS;
/** Nobody said a word for so long after the message arrived: it is handed out again. */
const UNANSWERED_MS = 2 * MINUTE_MS;
const FIRST_RETRY_MS = MINUTE_MS / 2;
const MAX_RETRY_MS = 10 * MINUTE_MS;
/** While a message is still on its way nothing is lost by looking again a little later. */
const LOOK_AGAIN_MS = MINUTE_MS / 2;
/** A credential that is refused will be refused again: a person has to mend it. */
const NEVER_AGAIN: readonly number[] = [401, 403];

/** What somebody who was handed a step says of it. */
export type ActionReport = {
	attempt: number;
	outcome: Outcome;
	detail?: string | undefined;
	/** Values before the step, enough to undo it. */
	restore?: Record<string, unknown> | undefined;
	http?: { status: number; requestId?: string | undefined } | undefined;
	/** Epoch ms: a read at the vendor showed it. */
	verifiedAt?: number | undefined;
	retryAfterMs?: number | undefined;
};

/**
 * What became of the message of the last hand-out: `waiting` is still tried, `delivered` arrived at that moment, `lost`
 * was given up, or nobody subscribed to it.
 */
export type Delivery = { kind: 'waiting' } | { kind: 'delivered'; at: number } | { kind: 'lost' };

export type Refusal =
	/** It does not wait for a person. */
	| 'notWaiting'
	/** Nobody is asked to do it. */
	| 'notRequested'
	/** It was handed out again since, or decided anew. */
	| 'outdated'
	/** It was never handed out that often. */
	| 'unknownAttempt'
	| 'claimed'
	| 'notFailed'
	| 'nothingToUndo'
	| 'irreversible';

/** `handOut`: whoever does it is told now. `kept`: all is as it was, and that is fine. */
export type Transition =
	| { kind: 'changed'; action: Action; handOut: boolean }
	| { kind: 'kept' }
	| { kind: 'refused'; why: Refusal };

const KEPT: Transition = { kind: 'kept' };

/** A person lets a step happen; it is handed out when nothing stands before it. */
export function approve(action: Action, by: string, now: number): Transition {
	if (action.status.state !== 'awaitingApproval') return refused('notWaiting');

	return changed({ ...action, decidedBy: by, status: requested(now) });
}

/** A person says no to a step, or puts away one that failed. */
export function decline(action: Action, by: string): Transition {
	const { state } = action.status;
	if (state !== 'awaitingApproval' && state !== 'failed') return refused('notWaiting');

	return changed({ ...action, decidedBy: by, status: { state: 'declined' } });
}

/** Whoever was handed the step says that it is at it: nobody else is, for two minutes. */
export function claim(action: Action, attempt: number, now: number): Transition {
	const { status } = action;
	if (attempt > action.attempt) return refused('unknownAttempt');
	if (status.state !== 'requested') return refused('notRequested');
	if (attempt < action.attempt || attempt <= action.attemptsBefore) return refused('outdated');
	if (status.claimedUntil !== null && status.claimedUntil > now) return refused('claimed');
	const claimedUntil = now + CLAIM_MS;
	const dueAt = Math.max(status.dueAt, claimedUntil);

	return changed({ ...action, wasClaimed: true, status: { ...status, claimedUntil, dueAt } });
}

/**
 * What became of a step. A late word that it WAS done is believed, whichever attempt it is of: it happened. Said twice it
 * changes nothing.
 */
export function report(action: Action, said: ActionReport, now: number): Transition {
	if (said.attempt > action.attempt || action.attempt === 0) return refused('unknownAttempt');
	const { outcome } = said;
	// The first decision has every attempt, also those before somebody retried it.
	const isOfEarlier = said.attempt <= action.attemptsBefore && action.sequence > 1;
	if (isOfEarlier) return reportOfEarlier(action, said);
	if (outcome === 'failed') return reportFailure(action, said, now);

	return reportDone(action, { ...said, outcome }, now);
}

/** Of a decision that was replaced: what an undo needs is still taken in. */
function reportOfEarlier(action: Action, { outcome, restore }: ActionReport): Transition {
	const isNews = outcome !== 'failed' && restore !== undefined && action.restore === null;

	return isNews && action.direction === 'undo' ? changed({ ...action, restore }) : KEPT;
}

function reportFailure(action: Action, said: ActionReport, now: number): Transition {
	const { status } = action;
	if (status.state !== 'requested' || said.attempt < action.attempt) return KEPT;
	// Said before, or of an attempt that somebody has retried since.
	if (said.attempt <= Math.max(action.failedAttempt, action.attemptsBefore)) return KEPT;
	const isHopeless = said.http !== undefined && NEVER_AGAIN.includes(said.http.status);
	const tries = action.attempt - action.attemptsBefore;
	const error = errorOf(said);
	const told = { ...action, failedAttempt: said.attempt, reportedAt: now };
	if (isHopeless || tries >= MAX_ATTEMPTS) {
		return changed({ ...told, status: { state: 'failed', error } });
	}
	const dueAt = now + (said.retryAfterMs ?? retryDelayMs(tries));
	// Until it is handed out again nobody may begin it: the same message may come twice.
	return changed({ ...told, status: { ...status, dueAt, claimedUntil: dueAt, error } });
}

function reportDone(
	action: Action,
	said: ActionReport & { outcome: GoodOutcome },
	now: number,
): Transition {
	const { status, direction } = action;
	const verifiedAt = action.verifiedAt ?? said.verifiedAt ?? null;
	if (status.state === 'done' || status.state === 'undone') {
		return verifiedAt === action.verifiedAt ? KEPT : changed({ ...action, verifiedAt });
	}
	if (status.state !== 'requested' && status.state !== 'failed') return KEPT;
	const told = { ...action, reportedAt: now, verifiedAt };
	const { outcome, detail = null } = said;
	if (direction === 'undo') {
		return changed({ ...told, endsAt: null, status: { state: 'undone', outcome } });
	}
	return changed({
		...told,
		restore: action.restore ?? said.restore ?? null,
		appliedAt: outcome === 'applied' ? now : null,
		endsAt: isInForce(outcome) ? endOf(action, now) : null,
		status: { state: 'done', outcome, detail },
	});
}

/**
 * Values before the step, told between reading them and changing them: a run that dies in between leaves them to the next.
 * The first to tell them is right, a later one may have read what an earlier one changed.
 */
export function found(
	action: Action,
	{ attempt, restore }: { attempt: number; restore: Record<string, unknown> },
): Transition {
	if (attempt > action.attempt || action.attempt === 0) return refused('unknownAttempt');
	const { status, direction } = action;
	if (status.state !== 'requested' || direction !== 'apply') return refused('notRequested');
	if (attempt <= action.attemptsBefore) return refused('outdated');

	return action.restore === null ? changed({ ...action, restore }) : KEPT;
}

/** Time to hand a step out (again): nobody has said how it went. */
export function handOut(action: Action, delivery: Delivery, now: number): Transition {
	const { status, attempt, attemptsBefore } = action;
	if (status.state !== 'requested' || status.dueAt > now) return refused('notRequested');
	const tries = attempt - attemptsBefore;
	const isUnheard = tries > 0 && status.claimedUntil === null;
	const lookAt = isUnheard ? lookAgainAt(delivery, now) : null;
	if (lookAt !== null) return changed({ ...action, status: { ...status, dueAt: lookAt } });
	if (tries >= MAX_ATTEMPTS) {
		const error =
			delivery.kind === 'lost' && isUnheard
				? 'no workflow could be told: none is subscribed to action.requested, or none answers'
				: (status.error ?? `nobody reported how it went in ${MAX_ATTEMPTS} attempts`);
		return changed({ ...action, status: { state: 'failed', error } });
	}
	const dueAt = now + Math.max(UNANSWERED_MS, retryDelayMs(tries + 1));
	return {
		kind: 'changed',
		handOut: true,
		action: {
			...action,
			attempt: attempt + 1,
			requestedAt: action.requestedAt ?? now,
			status: { ...status, dueAt, claimedUntil: null },
		},
	};
}

/** Whoever looks for its work itself takes a step that is due: nobody has to be told. */
export function take(action: Action, now: number): Transition {
	const handed = handOut(action, { kind: 'lost' }, now);
	if (handed.kind !== 'changed' || !handed.handOut) return handed;

	return claim(handed.action, handed.action.attempt, now);
}

/** Gives a dead letter all its attempts again. */
export function retry(action: Action, by: string, now: number): Transition {
	if (action.status.state !== 'failed') return refused('notFailed');

	return changed({
		...action,
		decidedBy: by,
		attemptsBefore: action.attempt,
		status: requested(now),
	});
}

/**
 * Puts back what a step changed. One that nobody has begun is withdrawn at once; one that somebody is at is undone when
 * they had their time.
 */
export function undo(action: Action, by: string, now: number): Transition {
	const { status } = action;
	if (action.direction === 'undo' || !mayHaveHappened(status)) return refused('nothingToUndo');
	if (isUnbegun(action) || wasSoBefore(action)) {
		return changed({ ...decidedAnew(action, by), status: { state: 'undone', outcome: 'already' } });
	}
	if (!action.reversible) return refused('irreversible');
	const isAtIt = status.state === 'requested' && action.failedAttempt < action.attempt;
	const claimedUntil = isAtIt ? (status.claimedUntil ?? now) : now;
	return changed({ ...decidedAnew(action, by), status: requested(Math.max(now, claimedUntil)) });
}

function decidedAnew(action: Action, by: string): Action {
	return {
		...action,
		...{ direction: 'undo', decidedBy: by, sequence: action.sequence + 1 },
		...{ attemptsBefore: action.attempt, wasClaimed: false, endsAt: null },
		...{ requestedAt: null, verifiedAt: null, reportedAt: null },
	};
}

/** A step that a vendor does not know or cannot do changed nothing. */
function mayHaveHappened(status: ActionStatus): boolean {
	if (status.state === 'done') return isInForce(status.outcome);

	return status.state === 'requested' || status.state === 'failed';
}

function isInForce(outcome: GoodOutcome): boolean {
	return outcome === 'applied' || outcome === 'already';
}

function isUnbegun({ status, wasClaimed, reportedAt }: Action): boolean {
	return status.state === 'requested' && !wasClaimed && reportedAt === null;
}

/** Somebody else had done it, and no value of before is known: there is nothing of ours to put back. */
function wasSoBefore({ status, restore }: Action): boolean {
	return status.state === 'done' && status.outcome === 'already' && restore === null;
}

/** When to look again at a message that may still be read; null: it will not be. */
function lookAgainAt(delivery: Delivery, now: number): number | null {
	if (delivery.kind === 'waiting') return now + LOOK_AGAIN_MS;
	if (delivery.kind === 'lost') return null;
	const answerBy = delivery.at + UNANSWERED_MS;

	return answerBy > now ? answerBy : null;
}

/** 30 s, doubled with each try, 10 minutes at most. */
function retryDelayMs(tries: number): number {
	return Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** (tries - 1));
}

function endOf({ settings }: Action, now: number): number | null {
	const { duration } = settings;
	const lastsMs = typeof duration === 'string' ? parseDuration(duration) : undefined;

	return lastsMs === undefined ? null : now + lastsMs;
}

function errorOf({ detail, http }: ActionReport): string {
	const status = http === undefined ? undefined : `HTTP ${http.status}`;

	return [status, detail].filter((part) => part !== undefined).join(': ') || 'failed';
}

function requested(dueAt: number): ActionStatus {
	return { state: 'requested', dueAt, claimedUntil: null, error: null };
}

function changed(action: Action): Transition {
	return { kind: 'changed', action, handOut: false };
}

function refused(why: Refusal): Transition {
	return { kind: 'refused', why };
}
