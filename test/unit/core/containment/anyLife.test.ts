import fc from 'fast-check';
import { OUTCOMES, type Action } from '../../../../core/containment/action.ts';
import {
	approve,
	claim,
	decline,
	handOut,
	MAX_ATTEMPTS,
	report,
	retry,
	undo,
	type Transition,
} from '../../../../core/containment/transitions.ts';
import { anAction } from './anAction.ts';

type Order = (action: Action, now: number) => Transition;

/** Attempts as somebody may name them: near the present one, on both sides. */
const back = fc.integer({ min: -1, max: 3 });
const anyDelivery = fc.oneof(
	fc.constantFrom({ kind: 'waiting' } as const, { kind: 'lost' } as const),
	fc.nat().map((at) => ({ kind: 'delivered', at }) as const),
);
const byAPerson: { name: string; order: Order }[] = [
	{ name: 'approve', order: (action, now) => approve(action, 'ada', now) },
	{ name: 'decline', order: (action) => decline(action, 'ada') },
	{ name: 'retry', order: (action, now) => retry(action, 'ada', now) },
	{ name: 'undo', order: (action, now) => undo(action, 'ada', now) },
];
const anyOrder: fc.Arbitrary<{ name: string; order: Order }> = fc.oneof(
	fc.constantFrom(...byAPerson),
	back.map((n) => ({
		name: 'claim',
		order: (action: Action, now: number) => claim(action, action.attempt - n, now),
	})),
	anyDelivery.map((delivery) => ({
		name: 'handOut',
		order: (action: Action, now: number) => handOut(action, delivery, now),
	})),
	fc
		.tuple(back, fc.constantFrom(...OUTCOMES), fc.option(fc.constantFrom(401, 500)))
		.map(([n, outcome, status]) => ({
			name: 'report',
			order: (action: Action, now: number) =>
				report(
					action,
					{
						...{ attempt: action.attempt - n, outcome },
						...(status === null ? {} : { http: { status } }),
					},
					now,
				),
		})),
);

const anyStart = fc
	.tuple(fc.boolean(), fc.constantFrom('awaitingApproval', 'dryRun', 'requested'))
	.map(([reversible, state]) =>
		state === 'requested'
			? anAction({ reversible })
			: anAction({ reversible, attempt: 0, status: { state } }),
	);

/** Whatever people, workflows and time do to a step, in any order. */
const anyLife = fc.tuple(
	anyStart,
	fc.array(fc.tuple(anyOrder, fc.nat({ max: 900_000 })), { maxLength: 60 }),
);

type Moment = { name: string; before: Action; moved: Transition; now: number };

function live([start, orders]: [Action, [{ name: string; order: Order }, number][]]): Moment[] {
	let action = start;
	let now = 0;

	return orders.map(([{ name, order }, passed]) => {
		now += passed;
		const moved = order(action, now);
		const moment = { name, before: action, moved, now };
		if (moved.kind === 'changed') action = moved.action;
		return moment;
	});
}

const changes = (moments: Moment[]) =>
	moments.flatMap(({ moved, ...rest }) =>
		moved.kind === 'changed' ? [{ ...rest, ...moved, after: moved.action }] : [],
	);

describe('in any life of a step', () => {
	it('attempts and decisions only rise, and no decision is handed out more often than it may be', () => {
		fc.assert(
			fc.property(anyLife, (life) => {
				for (const { before, after } of changes(live(life))) {
					expect(after.attempt).toBeGreaterThanOrEqual(before.attempt);
					expect(after.sequence).toBeGreaterThanOrEqual(before.sequence);
					expect(after.attempt - after.attemptsBefore).toBeLessThanOrEqual(MAX_ATTEMPTS);
					expect(after.attemptsBefore).toBeLessThanOrEqual(after.attempt);
				}
			}),
		);
	});

	it('nobody is granted a claim, or handed the step, while another one holds it', () => {
		fc.assert(
			fc.property(anyLife, (life) => {
				let heldUntil = 0;
				for (const { name, after, before, now, handOut: isOut } of changes(live(life))) {
					if (name === 'claim' || isOut) expect(now).toBeGreaterThanOrEqual(heldUntil);
					const { status } = after;
					if (name === 'claim' && status.state === 'requested')
						heldUntil = status.claimedUntil ?? 0;
					// Whoever reports lets go, and what is over needs nobody.
					if (name === 'report' || after.status.state !== 'requested') heldUntil = 0;
					expect(before.id).toBe(after.id);
				}
			}),
		);
	});

	it('what cannot be undone is handed out only after a person approved, and never to be undone', () => {
		fc.assert(
			fc.property(anyLife, ([start, orders]) => {
				const moments = changes(live([{ ...start, reversible: false }, orders]));
				for (const { after, handOut: isOut } of moments) {
					if (!isOut) continue;
					expect(after.direction).toBe('apply');
					if (start.status.state === 'awaitingApproval') expect(after.decidedBy).not.toBeNull();
				}
			}),
		);
	});

	it('what is only told stays so', () => {
		fc.assert(
			fc.property(anyLife, ([, orders]) => {
				const told = anAction({ attempt: 0, status: { state: 'dryRun' } });
				expect(changes(live([told, orders]))).toEqual([]);
			}),
		);
	});

	it('a step is done or undone only by a report, or when nobody had begun it', () => {
		fc.assert(
			fc.property(anyLife, (life) => {
				for (const { name, before, after } of changes(live(life))) {
					if (before.status.state === after.status.state) continue;
					if (after.status.state === 'done') expect(name).toBe('report');
					if (after.status.state === 'undone' && name !== 'report') {
						expect(name).toBe('undo');
						expect(after.status.outcome).toBe('already');
					}
				}
			}),
		);
	});

	it('a report said again changes nothing', () => {
		fc.assert(
			fc.property(anyLife, ([start, orders]) => {
				for (const { name, after, now } of changes(live([start, orders]))) {
					if (name !== 'report' || after.status.state === 'requested') continue;
					const { status, attempt } = after;
					const outcome = 'outcome' in status ? status.outcome : 'failed';
					expect(report(after, { attempt, outcome }, now + 1)).toEqual({ kind: 'kept' });
				}
			}),
		);
	});
});
