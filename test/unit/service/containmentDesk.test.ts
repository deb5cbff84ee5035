import type { Database } from '../../../anomaly-service/src/ports/database.ts';
import { rowOf } from '../../../anomaly-service/src/stages/containmentActions.ts';
import { ContainmentDesk } from '../../../anomaly-service/src/stages/containmentDesk.ts';
import type { Action } from '../../../core/containment/action.ts';
import { anAction } from '../core/containment/anAction.ts';

const NOON = Date.UTC(2026, 9, 14, 12);
const by = { actor: 'ada', now: NOON, tenantId: null };

/** A database with one step, which can refuse to look for what is due. */
function setUp(action: Action, tellDead: () => Promise<void> = async () => undefined) {
	const calls: string[] = [];
	const logged: string[] = [];
	let isDown = false;
	let row: object = { ...rowOf(action), createdAt: NOON };
	let isTold = false;
	const answers: Record<string, (args: Record<string, unknown>) => unknown> = {
		load_action: () => row,
		change_action: ({ next }) => {
			row = { ...row, ...(next as object) };
			return { changed: true };
		},
		due_actions: () => {
			if (isDown) throw new Error('down');
			const isDead = 'state' in row && row.state === 'failed';
			return isDead && !isTold ? [{ ...row, delivery: { kind: 'lost' } }] : [];
		},
		dead_action_told: () => {
			isTold = true;
			return { noted: true };
		},
	};
	const database = {
		call: async (name: string, args: Record<string, unknown>) => {
			calls.push(name);
			return answers[name]?.(args);
		},
	} as unknown as Database;
	const line = (_fields: object, message: string) => void logged.push(message);
	const desk = new ContainmentDesk({
		...{ database, tellDead, outboxChanged: () => undefined },
		log: { debug: line, info: line, warn: line, error: line },
		ownSteps: { run: async () => ({ outcome: 'unsupported' }) },
	});

	return { calls, desk, logged, setDown: () => (isDown = true) };
}

describe('the desk of containment steps', () => {
	it('says that a step was approved also when the database is lost right after', async () => {
		const waiting = anAction({ attempt: 0, status: { state: 'awaitingApproval' } });
		const { desk, logged, setDown } = setUp(waiting);
		setDown();

		expect(await desk.approve('act_1', by)).toBe('approved');
		expect(logged).toEqual(['containment steps not looked at; trying again']);
	});

	it('tells of a dead step until it could be told, and then no more', async () => {
		let told = 0;
		const { calls, desk } = setUp(anAction(), async () => {
			told += 1;
			if (told === 1) throw new Error('down');
		});
		const http = { status: 403 };
		const reported = await desk.report('act_1', { attempt: 1, outcome: 'failed', http }, by);
		expect(reported).toMatchObject({ outcome: 'done', action: { status: { state: 'failed' } } });
		expect([told, calls.includes('dead_action_told')]).toEqual([1, false]);

		await desk.sweep(NOON);
		await desk.sweep(NOON);
		expect([told, calls.includes('dead_action_told')]).toEqual([2, true]);
	});
});
