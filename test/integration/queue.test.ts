import { parseBusinessHours } from '../../core/businessHours.ts';
import { verifyWebhook } from '../../core/webhookSignature.ts';
import { anAsk } from '../support/parkedCalls.ts';
import { queueBench, SECRET } from '../support/queueBench.ts';
import { queueSuite } from '../support/queueSuite.ts';
import { type Resume } from '../support/waitingExecutions.ts';

const MINUTE = 60_000;
const BY = { tenantId: null, actor: 'key_1' };
const suite = queueSuite();

describe('a parked call', () => {
	it('is told as soon as there is room, once, with a signature of the key that parked it', async () => {
		const { queue, clock, n8n, room, stateOf } = suite;
		room.capacity.set('tenant=acme', 100);
		room.fill('tenant=acme', 1);
		const queueId = await queue.park({ tenantId: 'acme', resumeUrl: n8n.wait('told-once') });
		clock.move(1000);
		await queue.tick();
		expect(n8n.requests).toEqual([]);
		room.fill('tenant=acme', 0);
		clock.move(1000);
		await queue.tick();
		await queue.tick();

		expect(n8n.requests).toEqual(['told-once']);
		expect(JSON.parse(n8n.resumed[0]?.body ?? '')).toEqual({
			type: 'call.resumed',
			timestamp: new Date(clock.now()).toISOString(),
			data: {
				...{ queueId, tenantId: 'acme', decision: 'allow', heldMicroCents: 100, reasons: [] },
				reservationId: expect.stringMatching(/^rsv_/),
				expiresAt: new Date(0).toISOString(),
			},
		});
		const [{ headers, body }] = n8n.resumed as [Resume];
		const signed = {
			id: String(headers['webhook-id']),
			timestamp: String(headers['webhook-timestamp']),
			signature: String(headers['webhook-signature']),
		};
		expect(signed.id).toBe(queueId);
		expect(verifyWebhook(SECRET, signed, body, clock.now())).toEqual({ valid: true });
		expect(await stateOf(queueId)).toBe('done');
	});

	it('is left alone for a second, so that n8n has it written down', async () => {
		const { queue, n8n, room } = suite;
		await queue.park({ tenantId: 'acme', resumeUrl: n8n.wait('not-yet') });
		await queue.tick();

		expect(room.tries).toHaveLength(0);
	});

	it('is refused at its deadline, and its receiver told so', async () => {
		const { queue, clock, n8n, room, told } = suite;
		room.capacity.set('tenant=late', 100);
		room.fill('tenant=late', 1);
		const deadlineAt = clock.now() + MINUTE;
		await queue.park({ tenantId: 'late', resumeUrl: n8n.wait('late'), deadlineAt });
		clock.move(MINUTE - 1);
		await queue.tick();
		room.fill('tenant=late', 0);
		clock.move(1);
		await queue.tick();
		expect(n8n.requests).toEqual([]);
		clock.move(1000);
		await queue.tick();

		expect(told()).toMatchObject({
			...{ decision: 'reject', reservationId: null, heldMicroCents: 0, expiresAt: null },
			reasons: [{ code: 'deadlineExceeded', message: expect.any(String) }],
		});
		expect(room.used('tenant=late')).toBe(0);
	});

	it('that can never fit is refused at once', async () => {
		const { queue, clock, n8n, room, told } = suite;
		room.capacity.set('tenant=small', 50);
		await queue.park({ tenantId: 'small', resumeUrl: n8n.wait('too-big') });
		clock.move(1000);
		await queue.tick();

		expect(told()).toMatchObject({ decision: 'reject', reasons: [] });
	});

	it('that an operator cancels while it is tried gives its hold back and is told no', async () => {
		const { queue, clock, n8n, room, told } = suite;
		const queueId = await queue.park({ tenantId: 'acme', resumeUrl: n8n.wait('cancelled') });
		room.beforeAnswer = () => queue.calls.cancel({ ...BY, queueId, now: clock.now() });
		clock.move(1000);
		await queue.tick();

		expect(told()).toMatchObject({ decision: 'reject', reasons: [{ code: 'cancelled' }] });
		expect(room.used('tenant=acme')).toBe(0);
		expect(room.holds.size).toBe(1);
	});

	it('waits again for new room when its hold ran out before it could be told', async () => {
		const { queue, clock, n8n, room, told, stateOf } = suite;
		n8n.next('slow-start', 503);
		const queueId = await queue.park({ tenantId: 'acme', resumeUrl: n8n.wait('slow-start') });
		n8n.next('slow-start', 409);
		clock.move(1000);
		await queue.tick();
		for (const hold of room.holds.values()) hold.state = 'ended';
		clock.move(6000);
		await queue.tick();
		await queue.tick();

		expect(room.holds.size).toBe(2);
		expect(room.used('tenant=acme')).toBe(100);
		expect(told().reservationId).toBe([...room.holds.keys()][1]);
		expect(await stateOf(queueId)).toBe('done');
	});
});

describe('the order of release', () => {
	it('is by lane and time of waiting when room comes bit by bit', async () => {
		const { queue, clock, n8n, room, resumed } = suite;
		room.capacity.set('tenant=acme', 0);
		const park = (name: string, lane: 'interactive' | 'standard' | 'bulk') =>
			queue.park({ tenantId: 'acme', lane, resumeUrl: n8n.wait(name) });
		await park('bulk', 'bulk');
		await park('standard', 'standard');
		clock.move(MINUTE - 1);
		await park('interactive-in-time', 'interactive');
		clock.move(2);
		await park('interactive-too-late', 'interactive');
		clock.move(13 * MINUTE - 2);
		await park('standard-in-time', 'standard');
		clock.move(2);
		await park('standard-too-late', 'standard');
		clock.move(1000);
		for (let step = 1; step <= 6; step++) {
			room.capacity.set('tenant=acme', step * 100);
			await queue.tick();
			clock.move(1000);
		}

		expect(resumed()).toEqual([
			...['interactive-in-time', 'standard', 'interactive-too-late'],
			...['standard-in-time', 'bulk', 'standard-too-late'],
		]);
	});

	it('holds for small calls behind a large one that waits for the same limit', async () => {
		const { queue, clock, n8n, room, resumed } = suite;
		room.capacity.set('tenant=acme', 100);
		for (const [name, microCents] of Object.entries({ one: 60, large: 90, small: 10 })) {
			const ask = anAsk('acme', { size: { ...anAsk('acme').size, microCents } });
			await queue.park({ tenantId: 'acme', resumeUrl: n8n.wait(name), ask });
			clock.move(1);
		}
		clock.move(1000);
		await queue.tick();
		expect(resumed()).toEqual(['one']);

		clock.move(1000);
		room.capacity.set('tenant=acme', 150);
		await queue.tick();
		expect(resumed()).toEqual(['one', 'large']);
	});

	it('lets small calls pass a large one that no room can come for but at a known time', async () => {
		const { queue, clock, n8n, room, resumed } = suite;
		room.capacity.set('tenant=acme', 100);
		room.fill('tenant=acme', 50);
		room.letsPass = true;
		for (const [name, microCents] of Object.entries({ large: 90, small: 10 })) {
			const ask = anAsk('acme', { size: { ...anAsk('acme').size, microCents } });
			await queue.park({ tenantId: 'acme', resumeUrl: n8n.wait(name), ask });
			clock.move(1);
		}
		clock.move(1000);
		await queue.tick();
		expect(resumed()).toEqual(['small']);

		room.fill('tenant=acme', 0);
		clock.move(59_000);
		await queue.tick();
		expect(room.tries).toHaveLength(2);
		clock.move(1000);
		await queue.tick();
		expect(resumed()).toEqual(['small', 'large']);
	});

	it('lets calls pass that need nothing an earlier one waits for', async () => {
		const { queue, clock, n8n, room, resumed } = suite;
		room.capacity.set('model=m', 100);
		room.fill('model=m', 1);
		const withModel = anAsk('acme', { call: { tenantId: 'acme', model: 'm' } });
		await queue.park({ tenantId: 'acme', resumeUrl: n8n.wait('model'), ask: withModel });
		clock.move(1);
		await queue.park({ tenantId: 'acme', resumeUrl: n8n.wait('plain') });
		clock.move(1000);
		await queue.tick();

		expect(resumed()).toEqual(['plain']);
	});

	it('puts calls an operator promoted first', async () => {
		const { queue, clock, n8n, room, resumed } = suite;
		room.capacity.set('tenant=acme', 100);
		room.fill('tenant=acme', 1);
		await queue.park({ tenantId: 'acme', resumeUrl: n8n.wait('usual'), lane: 'interactive' });
		const queueId = await queue.park({
			...{ tenantId: 'acme', resumeUrl: n8n.wait('promoted'), lane: 'bulk' },
		});
		clock.move(1000);
		await queue.tick();
		await queue.calls.promote({ ...BY, queueId, lane: null, now: clock.now() });
		room.fill('tenant=acme', 0);
		await queue.tick();

		expect(resumed()).toEqual(['promoted']);
	});
});

describe('a full limit', () => {
	it('costs one try for each look, however many calls wait for it, and holds up no other tenant', async () => {
		const { queue, clock, n8n, room, resumed } = suite;
		room.capacity.set('tenant=full', 100);
		room.fill('tenant=full', 1);
		for (let call = 0; call < 250; call++) {
			await queue.park({
				...{ tenantId: 'full', resumeUrl: n8n.wait(`full-${call}`) },
				blockedBy: ['tenant=full'],
			});
		}
		await queue.park({ tenantId: 'free', resumeUrl: n8n.wait('free'), lane: 'bulk' });
		clock.move(1000);
		await queue.tick();
		await queue.tick();
		expect(room.tries.map(({ tenantId }) => tenantId)).toEqual(['full', 'free']);

		clock.move(1000);
		await queue.tick();
		expect(room.tries).toHaveLength(3);
		expect(resumed()).toEqual(['free']);
	});

	it('is kept partly free for people during business hours, but not from a call past its bound', async () => {
		const { clock, n8n, room, database, resumed, told, lines } = suite;
		const businessHours = parseBusinessHours('Mon-Fri 09:00-18:00 UTC');
		const queue = queueBench({
			database,
			room,
			clock,
			lines,
			...(businessHours && { businessHours }),
		});
		room.capacity.set('tenant=acme', 110);
		// 80 % are 88, 95 % are 104.
		const deadlineAt = clock.now() + 2 * 60 * MINUTE;
		const bulk = { tenantId: 'acme', lane: 'bulk', deadlineAt } as const;
		await queue.park({ ...bulk, resumeUrl: n8n.wait('bulk') });
		await queue.park({ tenantId: 'acme', lane: 'standard', resumeUrl: n8n.wait('standard') });
		clock.move(1000);
		await queue.tick();
		expect(resumed()).toEqual(['standard']);
		await room.release({ reservationId: told().reservationId, tenantId: 'acme' });
		clock.move(60 * MINUTE - 1000);
		await queue.tick();
		expect(resumed()).toEqual(['standard']);

		clock.move(1000);
		await queue.tick();
		expect(resumed()).toEqual(['standard', 'bulk']);
	});

	it('lets more urgent calls pass those their lane’s ceiling holds back, at one try for each lane', async () => {
		const { database, clock, n8n, room, resumed } = suite;
		const businessHours = parseBusinessHours('Mon-Fri 09:00-18:00 UTC');
		const queue = queueBench({ database, room, clock, ...(businessHours && { businessHours }) });
		room.capacity.set('tenant=acme', 2000);
		room.fill('tenant=acme', 1650);
		const park = (name: string, lane: 'interactive' | 'standard' | 'bulk') =>
			queue.park({
				...{ tenantId: 'acme', lane, resumeUrl: n8n.wait(name), blockedBy: ['tenant=acme'] },
				deadlineAt: clock.now() + 120 * MINUTE,
			});
		for (let call = 0; call < 50; call++) await park(`bulk-${call}`, 'bulk');
		clock.move(16 * MINUTE);
		for (let call = 0; call < 50; call++) await park(`standard-${call}`, 'standard');
		clock.move(2 * MINUTE);
		for (let call = 0; call < 50; call++) await park(`interactive-${call}`, 'interactive');
		clock.move(1000);
		await queue.tick();

		// 80 % are 1600, 95 % are 1900, 100 % are 2000.
		expect(resumed().map((name) => name.split('-')[0])).toEqual([
			...['standard', 'standard', 'interactive'],
		]);
		expect(room.tries.map(({ fillPct }) => fillPct)).toEqual([80, 95, 95, 95, 100, 100]);
		clock.move(1000);
		await queue.tick();
		expect(room.tries).toHaveLength(9);
		await queue.stop();
	});

	it('is told to newcomers by every replica once a call waited longer than its lane’s bound', async () => {
		const { queue, clock, n8n, room, database } = suite;
		const other = queueBench({ database, room, clock });
		room.capacity.set('tenant=acme', 100);
		room.fill('tenant=acme', 1);
		await queue.park({ tenantId: 'acme', resumeUrl: n8n.wait('overdue'), lane: 'interactive' });
		clock.move(30_000);
		await queue.tick();
		await other.tick();
		expect(other.view.waitingFor('acme')).toBe(true);
		expect(other.view.waitingFor('acme', clock.now() - 30_000)).toBe(false);
		expect(other.view.waitingFor('free')).toBe(false);
		expect([...other.view.overdueCounters()]).toEqual([]);

		clock.move(1000);
		await other.tick();
		expect([...other.view.overdueCounters()]).toEqual(['tenant=acme']);
		await other.stop();
	});
});
