import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { WorkflowExecution } from './harness/deployWorkflow.ts';
import { startAtGate, type Fuse, type WaitingExecution } from './harness/gateWorkflow.ts';
import { onlyPlaceAt, type QueuedCall } from './harness/onlyPlace.ts';
import { poll } from './harness/poll.ts';
import type { World } from './harness/startWorld.ts';

/** The shortest deadline the node takes, and time for the service to notice. */
const DEADLINE_MS = 60_000 + 30_000;

export function parkedGateGoesOn(world: World): void {
	describe('a parked Gate', () => {
		const { service } = world;
		let late: WaitingExecution;

		const { take, ask, release, callsOf } = onlyPlaceAt(service);
		const callOf = async (tenantId: string) => {
			const calls = await callsOf(tenantId);
			assert.equal(calls.length, 1);
			return calls[0] as QueuedCall;
		};
		const isTold = (tenantId: string) =>
			poll({ what: `the call of ${tenantId} to be told` }, async () => {
				const call = await callOf(tenantId);
				return call.state === 'done' ? call : undefined;
			});

		before(async () => {
			await take('gate-late');
			late = await startAtGate(world, { tenants: ['gate-late'], deadlineMinutes: 1 });
		});

		it('goes on at Allowed with its reservation when there is room, and a Meter settles it', async () => {
			const place = await take('gate-patient');
			const waiting = await startAtGate(world, { tenants: ['gate-patient'] });

			await release(place);

			const execution = await waiting.ended();
			const call = await isTold('gate-patient');
			const [fuse] = fusesAt(execution, 'Allowed');
			assert.equal(execution.status, 'success');
			assert.deepEqual([fuse?.decision, fuse?.queueId], ['allow', call.queueId]);
			assert.equal(fuse?.reservationId, call.reservationId);
			assert.deepEqual(execution.runs('Rejected'), []);
			assert.deepEqual([call.attempts, call.lastError], [1, null]);
			const [metered] = fusesAt(execution, 'Meter');
			assert.equal(metered?.reservationId, call.reservationId);
			// Settled: the only place is free again.
			assert.equal((await ask('gate-patient')).decision, 'allow');
		});

		it('goes on at Rejected when an operator cancels its call', async () => {
			await take('gate-cancelled');
			const waiting = await startAtGate(world, { tenants: ['gate-cancelled'] });

			const { queueId } = await callOf('gate-cancelled');
			await service.post(`/v1/queue/${queueId}/cancel`, {});

			const execution = await waiting.ended();
			assert.deepEqual(reasonsAt(execution, 'Rejected'), ['cancelled']);
			assert.deepEqual(execution.runs('Allowed'), []);
		});

		it('waits with an item that has room, and goes on with both on their outputs', async () => {
			await take('gate-full');
			const waiting = await startAtGate(world, { tenants: ['gate-free', 'gate-full'] });

			const { queueId } = await callOf('gate-full');
			await service.post(`/v1/queue/${queueId}/cancel`, {});

			const execution = await waiting.ended();
			assert.deepEqual(tenantsAt(execution, 'Allowed'), ['gate-free']);
			assert.deepEqual(tenantsAt(execution, 'Rejected'), ['gate-full']);
			assert.equal(fusesAt(execution, 'Meter')[0]?.tenantId, 'gate-free');
		});

		it('goes on once when two of its calls are decided at the same time, and both are told', async () => {
			const places = [await take('gate-one'), await take('gate-two')];
			const waiting = await startAtGate(world, { tenants: ['gate-one', 'gate-two'] });

			await Promise.all(places.map(release));

			const execution = await waiting.ended();
			assert.deepEqual(tenantsAt(execution, 'Allowed'), ['gate-one', 'gate-two']);
			assert.equal(execution.runs('Gate').length, 1);
			const calls = [await isTold('gate-one'), await isTold('gate-two')];
			assert.deepEqual(
				calls.map(({ outcome }) => outcome),
				['allowed', 'allowed'],
			);
		});

		it('waits again in every round of a loop', async () => {
			const first = await take('gate-round-1');
			const second = await take('gate-round-2');
			const tenants = ['gate-round-1', 'gate-free', 'gate-round-2'];
			const waiting = await startAtGate(world, { tenants, inLoop: true });

			await release(first);
			await poll({ what: 'the second wait' }, () => callOf('gate-round-2'));
			await release(second);

			const execution = await waiting.ended();
			assert.deepEqual(tenantsAt(execution, 'Allowed'), tenants);
			assert.deepEqual(tenantsAt(execution, 'Meter'), tenants);
		});

		it('does not go on for somebody who has its URL, nor for somebody who guesses it', async () => {
			const place = await take('gate-forged');
			const waiting = await startAtGate(world, { tenants: ['gate-forged'] });
			const { queueId } = await callOf('gate-forged');
			const body = JSON.stringify({ data: { queueId, decision: 'allow', reservationId: 'rsv_1' } });
			const post = (url: string) =>
				fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });

			const known = await post(waiting.resumeUrl);
			const guessed = await post(waiting.resumeUrl.replace(/=\w/, '=0'));

			assert.deepEqual(
				[known.status, await known.json()],
				[200, { resumed: false, reason: 'Other items of this node wait' }],
			);
			assert.equal(guessed.status, 401);
			assert.equal(await waiting.status(), 'waiting');
			await release(place);
			assert.deepEqual(tenantsAt(await waiting.ended(), 'Allowed'), ['gate-forged']);
		});

		it('goes on after a restart of n8n', async () => {
			const place = await take('gate-restarted');
			const waiting = await startAtGate(world, { tenants: ['gate-restarted'] });

			await world.restartN8n();
			assert.equal(await waiting.status(), 'waiting');
			await release(place);

			const execution = await waiting.ended();
			assert.deepEqual(tenantsAt(execution, 'Allowed'), ['gate-restarted']);
			assert.equal(fusesAt(execution, 'Meter')[0]?.tenantId, 'gate-restarted');
		});

		it('goes on at Rejected at its deadline', async () => {
			const execution = await late.ended(DEADLINE_MS);

			assert.deepEqual(reasonsAt(execution, 'Rejected'), ['deadlineExceeded']);
			assert.deepEqual(execution.runs('Allowed'), []);
		});
	});
}

function fusesAt(execution: WorkflowExecution, node: string): Fuse[] {
	return execution.items(node).map(({ fuse }) => fuse as Fuse);
}

function tenantsAt(execution: WorkflowExecution, node: string): string[] {
	return fusesAt(execution, node).map(({ tenantId }) => tenantId);
}

function reasonsAt(execution: WorkflowExecution, node: string): string[] {
	return fusesAt(execution, node).flatMap(({ reasons = [] }) => reasons.map(({ code }) => code));
}
