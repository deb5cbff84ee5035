import type { Action } from '../../../../core/containment/action.ts';
import {
	approve,
	claim,
	decline,
	found,
	handOut,
	MAX_ATTEMPTS,
	report,
	retry,
	take,
	undo,
	type ActionReport,
	type Transition,
} from '../../../../core/containment/transitions.ts';
import { anAction } from './anAction.ts';

const LOST = { kind: 'lost' } as const;
const MINUTE = 60_000;

function after(transition: Transition): Action {
	if (transition.kind !== 'changed') throw new Error(`expected a change, got ${transition.kind}`);
	return transition.action;
}

const says = (outcome: ActionReport['outcome'], more: Partial<ActionReport> = {}) => ({
	...{ attempt: 1, outcome },
	...more,
});

describe('a claim', () => {
	it('is granted to one at a time, and again when its two minutes are over', () => {
		const claimed = after(claim(anAction(), 1, 0));

		expect(claim(claimed, 1, 2 * MINUTE - 1)).toEqual({ kind: 'refused', why: 'claimed' });
		expect(claim(claimed, 1, 2 * MINUTE).kind).toBe('changed');
	});

	it('holds the next hand-out back', () => {
		const claimed = after(claim(anAction(), 1, MINUTE));

		expect(handOut(claimed, LOST, 3 * MINUTE - 1)).toEqual({
			kind: 'refused',
			why: 'notRequested',
		});
		expect(handOut(claimed, LOST, 3 * MINUTE)).toMatchObject({ handOut: true });
	});

	it('is of the newest message only', () => {
		const again = after(handOut(anAction(), LOST, 2 * MINUTE));

		expect(claim(again, 1, 3 * MINUTE)).toEqual({ kind: 'refused', why: 'outdated' });
		expect(claim(again, 3, 3 * MINUTE)).toEqual({ kind: 'refused', why: 'unknownAttempt' });
		expect(claim(again, 2, 3 * MINUTE).kind).toBe('changed');
	});

	it('is refused while a failed attempt waits for its turn', () => {
		const failed = after(report(after(claim(anAction(), 1, 0)), says('failed'), MINUTE));

		expect(claim(failed, 1, MINUTE + 1)).toEqual({ kind: 'refused', why: 'claimed' });
	});
});

describe('a report', () => {
	it('that a step is done ends it, with what an undo needs', () => {
		const restore = { sub_1: null };
		const done = after(report(anAction(), says('applied', { restore, verifiedAt: 4 }), 5));

		expect(done).toMatchObject({ restore, appliedAt: 5, verifiedAt: 4, reportedAt: 5 });
		expect(done.status).toEqual({ state: 'done', outcome: 'applied', detail: null });
	});

	it('said twice changes nothing', () => {
		const done = after(report(anAction(), says('applied'), 5));

		expect(report(done, says('applied'), 6)).toEqual({ kind: 'kept' });
		expect(report(done, says('failed'), 6)).toEqual({ kind: 'kept' });
	});

	it('of an earlier attempt is believed when the step was done', () => {
		const again = after(handOut(anAction(), LOST, 2 * MINUTE));

		expect(report(again, says('failed'), 3 * MINUTE)).toEqual({ kind: 'kept' });
		expect(after(report(again, says('applied'), 3 * MINUTE)).status.state).toBe('done');
	});

	it('that comes after the step was given up is believed when it was done', () => {
		const dead = after(report(anAction(), says('failed', { http: { status: 403 } }), 1));

		expect(dead.status).toEqual({ state: 'failed', error: 'HTTP 403' });
		expect(after(report(dead, says('applied'), 2)).status.state).toBe('done');
	});

	it('of an earlier decision is not taken for the present one, but what it read is kept', () => {
		const undoing = after(undo(after(claim(anAction(), 1, 0)), 'ada', 1));
		const late = report(undoing, says('applied', { restore: { was: 1 } }), 2);

		expect(after(late)).toMatchObject({ restore: { was: 1 }, status: { state: 'requested' } });
	});

	it.each([
		[{}, 30_000],
		[{ retryAfterMs: 1234 }, 1234],
	])('that it failed asks for it again in a while %j', (more, delayMs) => {
		const failed = after(report(anAction(), says('failed', more), 1000));

		expect(failed.status).toMatchObject({ state: 'requested', dueAt: 1000 + delayMs });
	});

	it.each([401, 403])('that a credential is refused (%d) gives up at once', (status) => {
		const failed = report(anAction(), says('failed', { http: { status }, detail: 'no' }), 1);

		expect(after(failed).status).toEqual({ state: 'failed', error: `HTTP ${status}: no` });
	});

	it('that an attempt failed, said twice, changes nothing', () => {
		const failed = after(report(anAction(), says('failed', { detail: 'busy' }), 1000));

		expect(failed.status).toMatchObject({ state: 'requested', error: 'busy' });
		expect(report(failed, says('failed', { detail: 'busy' }), 9000)).toEqual({ kind: 'kept' });
	});

	it('of an attempt before the step was retried is believed when it was done', () => {
		const dead = after(report(anAction(), says('failed', { http: { status: 403 } }), 1));
		const retried = after(retry(dead, 'ada', 2));
		const late = says('applied', { restore: { was: 1 } });

		expect(report(retried, says('failed'), 3)).toEqual({ kind: 'kept' });
		expect(after(report(retried, late, 3))).toMatchObject({
			restore: { was: 1 },
			status: { state: 'done', outcome: 'applied' },
		});
	});

	it('of an attempt that never was is refused', () => {
		const planned = anAction({ attempt: 0, status: { state: 'dryRun' } });

		expect(report(planned, says('applied', { attempt: 0 }), 1).kind).toBe('refused');
		expect(report(anAction(), says('applied', { attempt: 2 }), 1).kind).toBe('refused');
	});
});

describe('a hand-out', () => {
	it('that may still be read costs no attempt, however long the receiver is down', () => {
		let step = anAction();
		for (let minute = 2; minute < 60; minute++) {
			const looked = handOut(step, { kind: 'waiting' }, minute * MINUTE);
			if (looked.kind === 'changed') step = looked.action;
		}

		expect(step).toMatchObject({ attempt: 1, status: { state: 'requested' } });
	});

	it('that arrived just now is given two minutes', () => {
		const looked = handOut(anAction(), { kind: 'delivered', at: 119_000 }, 120_000);

		expect(after(looked)).toMatchObject({ attempt: 1, status: { dueAt: 239_000 } });
	});

	it('that nobody answers is repeated, then is a dead letter', () => {
		let step = anAction();
		let now = 0;
		while (step.status.state === 'requested') {
			now = step.status.dueAt;
			step = after(handOut(step, LOST, now));
		}

		expect(step).toMatchObject({ attempt: MAX_ATTEMPTS, status: { state: 'failed' } });
		expect(now).toBeLessThan(60 * MINUTE);
	});

	it('of a dead letter begins anew, with all its attempts and the same decision', () => {
		const dead = after(report(anAction(), says('failed', { http: { status: 401 } }), 1));
		const again = after(handOut(after(retry(dead, 'ada', 2)), LOST, 2));

		expect(again).toMatchObject({ attempt: 2, attemptsBefore: 1, sequence: 1 });
		expect(retry(again, 'ada', 3)).toEqual({ kind: 'refused', why: 'notFailed' });
	});

	it('to the service itself is claimed at once', () => {
		const due = anAction({
			attempt: 0,
			status: { state: 'requested', dueAt: 0, claimedUntil: null, error: null },
		});

		expect(after(take(due, 0))).toMatchObject({ attempt: 1, wasClaimed: true });
		expect(take(after(take(due, 0)), 1)).toEqual({ kind: 'refused', why: 'notRequested' });
	});
});

describe('a person', () => {
	const waiting = anAction({ attempt: 0, status: { state: 'awaitingApproval' } });

	it('approves what waits, once', () => {
		const approved = after(approve(waiting, 'ada', 5));

		expect(approved).toMatchObject({ decidedBy: 'ada', status: { state: 'requested', dueAt: 5 } });
		expect(approve(approved, 'ada', 6)).toEqual({ kind: 'refused', why: 'notWaiting' });
	});

	it('declines what waits, and puts away what failed', () => {
		const dead = anAction({ status: { state: 'failed', error: 'x' } });

		expect(after(decline(waiting, 'ada')).status.state).toBe('declined');
		expect(after(decline(dead, 'ada')).status.state).toBe('declined');
		expect(decline(anAction(), 'ada')).toEqual({ kind: 'refused', why: 'notWaiting' });
	});
});

describe('undo', () => {
	it('is a new decision, with the values the step stored', () => {
		const done = after(report(anAction(), says('applied', { restore: { was: 1 } }), 5));
		const undoing = after(undo(done, 'ada', 6));

		expect(undoing).toMatchObject({ direction: 'undo', sequence: 2, attemptsBefore: 1 });
		expect(undoing).toMatchObject({ restore: { was: 1 }, status: { dueAt: 6 } });
		const told = after(handOut(undoing, LOST, 6));
		const undone = after(report(told, says('applied', { attempt: 2 }), 7));
		expect(undone.status).toEqual({ state: 'undone', outcome: 'applied' });
	});

	it('withdraws what nobody has begun, also what could not be undone later', () => {
		const withdrawn = after(undo(anAction({ reversible: false }), 'ada', 1));

		expect(withdrawn.status).toEqual({ state: 'undone', outcome: 'already' });
	});

	it('waits for whoever is at the step', () => {
		const claimed = after(claim(anAction(), 1, 0));

		expect(after(undo(claimed, 'ada', 1)).status).toMatchObject({ dueAt: 2 * MINUTE });
	});

	it('waits for nobody where the last attempt has failed', () => {
		const claimed = after(claim(anAction(), 1, 0));
		const failed = after(report(claimed, says('failed', { retryAfterMs: 86_400_000 }), 5));

		expect(after(undo(failed, 'ada', 6)).status).toMatchObject({ dueAt: 6, error: null });
	});

	it.each(['notFound', 'unsupported'] as const)('has nothing to do where it was %s', (outcome) => {
		const done = after(report(anAction(), says(outcome), 5));

		expect(undo(done, 'ada', 6)).toEqual({ kind: 'refused', why: 'nothingToUndo' });
	});

	it('leaves alone what somebody else had done before', () => {
		const done = after(report(anAction(), says('already'), 5));

		expect(after(undo(done, 'ada', 6)).status).toEqual({ state: 'undone', outcome: 'already' });
	});

	it('is refused for what cannot be undone', () => {
		const done = after(report(anAction({ reversible: false }), says('applied'), 5));

		expect(undo(done, 'ada', 6)).toEqual({ kind: 'refused', why: 'irreversible' });
	});
});

describe('values of before', () => {
	it('are those that were told first', () => {
		const read = after(found(anAction(), { attempt: 1, restore: { was: 5000 } }));

		expect(found(read, { attempt: 1, restore: { was: 1 } })).toEqual({ kind: 'kept' });
		expect(after(report(read, says('already', { restore: { was: 1 } }), 5)).restore).toEqual({
			was: 5000,
		});
	});
});

describe('a step for a while', () => {
	it('ends when its time is over', () => {
		const done = after(report(anAction({ settings: { duration: '1h' } }), says('applied'), 5));

		expect(done.endsAt).toBe(5 + 60 * MINUTE);
	});
});
