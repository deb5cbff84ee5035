import { queueBench } from '../support/queueBench.ts';
import { queueSuite } from '../support/queueSuite.ts';
import { startWaitingExecutions } from '../support/waitingExecutions.ts';

const MINUTE = 60_000;
const BY = { tenantId: null, actor: 'key_1' };
const suite = queueSuite();

describe('a receiver', () => {
	it('that has not come to its Wait node yet is told again', async () => {
		const { queue, clock, n8n, resumed, stateOf } = suite;
		n8n.next('early', 409);
		const queueId = await queue.park({ tenantId: 'acme', resumeUrl: n8n.wait('early') });
		clock.move(1000);
		await queue.tick();
		expect(await stateOf(queueId)).toBe('releasing');

		clock.move(1000);
		await queue.tick();
		expect(resumed()).toEqual(['early']);
		expect(await stateOf(queueId)).toBe('done');
	});

	it('that went on without our hearing of it is not told twice', async () => {
		const { queue, clock, n8n, room, resumed, stateOf } = suite;
		n8n.next('unheard', 'runAndBreakOff');
		const queueId = await queue.park({ tenantId: 'acme', resumeUrl: n8n.wait('unheard') });
		clock.move(1000);
		await queue.tick();
		clock.move(1000);
		await queue.tick();

		expect(n8n.requests).toEqual(['unheard', 'unheard']);
		expect(resumed()).toEqual(['unheard']);
		expect(await stateOf(queueId)).toBe('done');
		expect(room.used('tenant=acme')).toBe(100);
	});

	it('that hangs does not hold up another', async () => {
		const { queue, clock, n8n } = suite;
		const slow = await startWaitingExecutions();
		for (let call = 0; call < 20; call++) {
			slow.next(`hung-${call}`, 'hang');
			await queue.park({ tenantId: 'acme', resumeUrl: slow.wait(`hung-${call}`) });
		}
		await queue.park({ tenantId: 'acme', resumeUrl: n8n.wait('well') });
		clock.move(1000);
		const started = performance.now();
		await queue.scheduler.run();
		while (n8n.resumed.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
		expect(performance.now() - started).toBeLessThan(1000);
		await queue.resumer.settled();

		await slow.close();
	});

	it('that cannot be reached leaves the room to others after five minutes, and the call its place', async () => {
		const { queue, clock, room, stateOf } = suite;
		const gone = await startWaitingExecutions();
		const queueId = await queue.park({ tenantId: 'acme', resumeUrl: gone.wait('1') });
		await gone.close();
		for (let second = 0; second < 350; second += 10) {
			clock.move(10_000);
			await queue.tick();
		}

		expect(room.used('tenant=acme')).toBe(0);
		expect(await stateOf(queueId)).toBe('waiting');
	});

	it('that refuses until a minute past the deadline makes a dead letter, and the hold is given back', async () => {
		const { queue, clock, n8n, room } = suite;
		const deadlineAt = clock.now() + MINUTE;
		const resumeUrl = n8n.wait('gone').replace('token', 'wrong');
		const queueId = await queue.park({ tenantId: 'acme', resumeUrl, deadlineAt });
		for (let second = 0; second < 120; second += 10) {
			clock.move(10_000);
			await queue.tick();
		}

		expect(await queue.calls.find(queueId, null)).toMatchObject({
			...{ state: 'dead', outcome: 'allowed', lastError: 'HTTP 401' },
		});
		expect(room.used('tenant=acme')).toBe(0);
		n8n.wait('gone');
		expect(await queue.calls.retryDead({ ...BY, queueId, now: clock.now() })).toBe('retried');
		await queue.tick();
		expect(room.used('tenant=acme')).toBe(100);
	});

	it('that may have gone on keeps its hold when it is given up', async () => {
		const { queue, clock, n8n, room, stateOf } = suite;
		const deadlineAt = clock.now() + 2000;
		const queueId = await queue.park({ tenantId: 'acme', resumeUrl: n8n.wait('odd'), deadlineAt });
		for (let second = 0; second < 70; second++) {
			n8n.next('odd', 502);
			clock.move(1000);
			await queue.tick();
		}

		expect(await stateOf(queueId)).toBe('dead');
		expect(room.used('tenant=acme')).toBe(100);
	});

	it('is never named in full in a log line', async () => {
		const { queue, clock, n8n, lines } = suite;
		n8n.next('secret', 500);
		await queue.park({ tenantId: 'acme', resumeUrl: n8n.wait('secret') });
		clock.move(1000);
		await queue.tick();

		expect(JSON.stringify(lines)).toContain('call could not be resumed');
		expect(JSON.stringify(lines)).not.toMatch(/token-of|webhook-waiting/);
	});

	it('that hangs when the service stops is cut off after two seconds and told after the next start', async () => {
		const { database, room, clock, n8n, queue, resumed } = suite;
		const stopping = queueBench({ database, room, clock, timeoutMs: 60_000 });
		n8n.next('cut', 'hang');
		await queue.park({ tenantId: 'acme', resumeUrl: n8n.wait('cut') });
		clock.move(1000);
		await stopping.scheduler.run();
		while (n8n.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
		const started = performance.now();
		await stopping.stop();
		expect(performance.now() - started).toBeLessThan(3000);

		await queue.tick();
		expect(resumed()).toEqual(['cut']);
	});
});
