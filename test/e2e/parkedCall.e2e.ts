import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startParkingCall, type ParkingExecution, type Told } from './harness/parkingWorkflow.ts';
import { onlyPlaceAt, type QueuedCall } from './harness/onlyPlace.ts';
import { poll } from './harness/poll.ts';
import type { World } from './harness/startWorld.ts';

export function parkedCallWakesItsExecution(world: World): void {
	describe('a parked call of a waiting execution', () => {
		const { service, n8n } = world;

		const { take, ask, release, callsOf } = onlyPlaceAt(service);
		const callIs = (tenantId: string, fits: (call: QueuedCall) => boolean) =>
			poll({ what: `the call of ${tenantId}` }, async () => (await callsOf(tenantId)).find(fits));
		const isDone = ({ state }: QueuedCall) => state === 'done';
		const resume = (url: string) => fetch(url, { method: 'POST', body: '{}' });

		it('wakes it with its reservation when there is room, once', async () => {
			const holder = await take('patient');
			const parking = await startParkingCall(world, { tenantId: 'patient' });
			await parking.executionIs('waiting');

			assert.equal((await release(holder)).outcome, 'released');

			const told = whatItWasTold(await parking.executionIs('success'));
			const call = await callIs('patient', isDone);
			assert.equal(told.type, 'call.resumed');
			assert.equal(told.data.decision, 'allow');
			assert.equal(told.data.queueId, call.queueId);
			assert.equal(told.data.reservationId, call.reservationId);
			assert.deepEqual([call.outcome, call.attempts, call.lastError], ['allowed', 1, null]);
			assert.equal((await callsOf('patient')).length, 1);
			assert.equal((await parking.executions()).length, 1);
			// The place is its own, until it gives it back.
			assert.equal((await ask('patient')).decision, 'reject');
			assert.equal((await release(told.data.reservationId)).outcome, 'released');
			assert.equal((await ask('patient')).decision, 'allow');
		});

		it('lets it go on with a rejection at the deadline', async () => {
			const holder = await take('late');
			const parking = await startParkingCall(world, { tenantId: 'late', deadlineSeconds: 5 });
			await parking.executionIs('waiting');

			const told = whatItWasTold(await parking.executionIs('success'));

			assert.equal(told.data.decision, 'reject');
			assert.equal(told.data.reservationId, null);
			assert.deepEqual(
				told.data.reasons.map(({ code }) => code),
				['deadlineExceeded'],
			);
			assert.equal((await callIs('late', isDone)).outcome, 'rejected');
			assert.equal((await release(holder)).outcome, 'released');
		});

		it('is told again when the execution has not come to its Wait node yet', async () => {
			const holder = await take('busy');
			const parking = await startParkingCall(world, { tenantId: 'busy', busySeconds: 5 });
			await callIs('busy', ({ state }) => state === 'waiting');

			await release(holder);

			const refused = await callIs('busy', ({ lastError }) => lastError !== null);
			assert.deepEqual([refused.state, refused.lastError], ['releasing', 'HTTP 409']);
			const told = whatItWasTold(await parking.executionIs('success'));
			assert.equal(told.data.decision, 'allow');
			const call = await callIs('busy', isDone);
			assert.ok(call.attempts > 1, `${call.attempts} attempts`);
			assert.equal((await release(told.data.reservationId)).outcome, 'released');
		});

		it('wakes it at the Wait node with the suffix it asked with', async () => {
			const holder = await take('suffixed');
			const parking = await startParkingCall(world, { tenantId: 'suffixed', suffix: 'first' });
			await parking.executionIs('waiting');

			await release(holder);

			const told = whatItWasTold(await parking.executionIs('success'));
			assert.equal(told.data.decision, 'allow');
			assert.equal((await callIs('suffixed', isDone)).attempts, 1);
		});

		it('that is told twice gets 409 of an execution that ended and 404 of one that was removed', async () => {
			const holder = await take('ended');
			const parking = await startParkingCall(world, { tenantId: 'ended' });
			await parking.executionIs('waiting');
			await release(holder);
			const ended = await parking.executionIs('success');
			const { resumeUrl } = whatItWasTold(ended);

			assert.equal((await resume(resumeUrl)).status, 409);
			await n8n.post('/rest/executions/delete', { ids: [ended.id] });
			assert.equal((await resume(resumeUrl)).status, 404);
		});
	});
}

/** What the Wait node handed on; throws when it did not do so exactly once. */
function whatItWasTold({ data }: ParkingExecution): Told {
	const runs = data.resultData.runData.Told ?? [];
	const told = runs[0]?.data.main[0]?.[0]?.json;
	assert.equal(runs.length, 1);
	assert.ok(told);
	return told;
}
