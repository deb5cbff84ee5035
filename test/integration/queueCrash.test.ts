import { StoreUnavailableError, type Database } from '../../anomaly-service/src/ports/database.ts';
import type { DatabaseFunctions } from '../../anomaly-service/src/ports/databaseFunctions.ts';
import { queueBench, type QueueBench } from '../support/queueBench.ts';
import { queueSuite } from '../support/queueSuite.ts';
import { Room } from '../support/room.ts';

/** A claim's lease is 10 s, that of a resume 30 s. */
const PAST_EVERY_LEASE_MS = 31_000;

const suite = queueSuite();

/** The database as a process sees it that is killed when it calls `verb`: before it was sent, or after it was done. */
function dyingAt(verb: keyof DatabaseFunctions, when: 'before' | 'after'): Database {
	let dead = false;
	return {
		async call(name, args) {
			if (name === verb && when === 'before') dead = true;
			if (dead) throw new Error('this process is dead');
			const result = await suite.database.call(name, args);
			if (name === verb) dead = true;
			if (dead) throw new Error('this process is dead');
			return result;
		},
		close: () => Promise.resolve(),
	};
}

async function parkThree(): Promise<void> {
	const { queue, clock, n8n } = suite;
	for (const name of ['a', 'b', 'c']) {
		await queue.park({ tenantId: 'acme', resumeUrl: n8n.wait(name) });
		clock.move(1);
	}
	clock.move(1000);
}

const runUntilDead = async (queue: QueueBench) => {
	await queue.tick().catch(() => undefined);
	await queue.resumer.settled();
};
const resumedOnce = () => {
	expect(suite.resumed().toSorted()).toEqual(['a', 'b', 'c']);
};

describe.each([
	['after it claimed', 'claim_waiting', 'after'],
	['after it held room, before that is recorded', 'record_release', 'before'],
	['when it recorded whom it releases', 'record_release', 'after'],
	['when it claimed whom to tell', 'claim_resumes', 'after'],
	['after it told, before that is recorded', 'finish_call', 'before'],
	['when it recorded whom it told', 'finish_call', 'after'],
] as const)('a replica that dies %s', (_, verb, when) => {
	it('loses no call and lets none run twice; each holds its room once', async () => {
		const { queue, clock, room } = suite;
		await parkThree();
		await runUntilDead(queueBench({ database: dyingAt(verb, when), room, clock }));
		clock.move(PAST_EVERY_LEASE_MS);
		await queue.tick();
		clock.move(PAST_EVERY_LEASE_MS);
		await queue.tick();

		resumedOnce();
		expect(room.used('tenant=acme')).toBe(300);
		expect(room.holds.size).toBe(3);
		expect((await queue.calls.summary(null, clock.now())).lanes).toEqual([]);
	});
});

describe('a replica that dies with a call’s hold', () => {
	it('leaves it to the rejection of the call to give that back', async () => {
		const { queue, clock, n8n, room } = suite;
		const deadlineAt = clock.now() + 5000;
		await queue.park({ tenantId: 'acme', resumeUrl: n8n.wait('late'), deadlineAt });
		clock.move(1000);
		const dying = queueBench({ database: dyingAt('record_release', 'before'), room, clock });
		await runUntilDead(dying);
		expect(room.used('tenant=acme')).toBe(100);
		clock.move(PAST_EVERY_LEASE_MS);
		await queue.tick();

		expect(suite.told().decision).toBe('reject');
		expect(room.used('tenant=acme')).toBe(0);
	});

	it('leaves the call its turn, also when the limit is full now', async () => {
		const { queue, clock, room } = suite;
		room.capacity.set('tenant=acme', 300);
		await parkThree();
		await runUntilDead(queueBench({ database: dyingAt('record_release', 'before'), room, clock }));
		clock.move(PAST_EVERY_LEASE_MS);
		await queue.tick();

		resumedOnce();
	});
});

describe('two replicas', () => {
	it('release every call once, whichever of them gets to it', async () => {
		const { queue, clock, n8n, room, database } = suite;
		const replicas = [queue, queueBench({ database, room, clock })];
		const names = Array.from({ length: 300 }, (_, index) => `call-${index}`);
		for (const name of names) {
			await queue.park({ tenantId: 'acme', resumeUrl: n8n.wait(name) });
		}
		clock.move(1000);
		for (let round = 0; n8n.resumed.length < names.length && round < 20; round++) {
			await Promise.all(replicas.map((replica) => replica.tick()));
			clock.move(2000);
		}

		expect(n8n.requests.toSorted()).toEqual(names.toSorted());
		expect(room.tries).toHaveLength(300);
		await replicas[1]?.stop();
	});

	it('that both decide a call, as one was thought dead, let it run once and keep one hold', async () => {
		const { queue, clock, n8n, room, database } = suite;
		await queue.park({ tenantId: 'acme', resumeUrl: n8n.wait('once') });
		clock.move(1000);
		const other = queueBench({ database, room, clock });
		let isFirst = true;
		room.beforeAnswer = async () => {
			if (!isFirst) return;
			isFirst = false;
			clock.move(PAST_EVERY_LEASE_MS);
			await other.tick();
		};
		await queue.tick();

		expect(n8n.requests).toEqual(['once']);
		expect(room.holds.size).toBe(1);
		expect(room.used('tenant=acme')).toBe(100);
		await other.stop();
	});
});

describe('a counter store that does not answer', () => {
	it('ends the look at the queue; nothing is decided, and the next one finds every call in its place', async () => {
		const { queue, room } = suite;
		await parkThree();
		room.beforeAnswer = () => {
			throw new StoreUnavailableError('The counter store', undefined);
		};
		await expect(queue.scheduler.run()).rejects.toThrow('does not answer');
		expect(room.tries).toHaveLength(1);

		room.beforeAnswer = () => undefined;
		await queue.tick();
		expect(suite.resumed()).toEqual(['a', 'b', 'c']);
	});

	it('keeps calls from being told until their holds can be looked after', async () => {
		const { queue, room, clock, n8n } = suite;
		await parkThree();
		for (const name of ['a', 'b', 'c']) n8n.next(name, 409);
		await queue.tick();
		clock.move(10_000);
		let isDown = true;
		const other = queueBench({
			...suite,
			room: Object.assign(new Room(), {
				renew: (lease: Parameters<Room['renew']>[0]) => {
					if (isDown) throw new StoreUnavailableError('The counter store', undefined);
					return room.renew(lease);
				},
			}),
		});
		await other.tick();
		expect(suite.resumed()).toEqual([]);

		isDown = false;
		clock.move(30_000);
		await other.tick();
		resumedOnce();
		await other.stop();
	});
});

describe('a call that cannot be tried', () => {
	it('holds up no other, and is tried again after ten seconds', async () => {
		const { queue, room, clock, lines } = suite;
		await parkThree();
		let faults = 0;
		room.beforeAnswer = () => {
			faults += 1;
			if (faults === 1) throw new TypeError('a defect');
		};
		await queue.tick();
		expect(suite.resumed()).toEqual(['b', 'c']);
		expect(JSON.stringify(lines)).toContain('waiting call could not be tried');

		clock.move(10_000);
		await queue.tick();
		resumedOnce();
	});
});
