import type { CallFilter, CallQueue } from '../stages/callQueue.ts';
import type { Caller } from '../stages/serviceKeys.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { ProblemError } from './problemError.ts';
import { queuedCallBody, queuePlace } from './schemas/queue.ts';

/** One page of calls as the API answers it. */
export async function pageBody(
	queue: CallQueue,
	filter: Omit<CallFilter, 'cursor'>,
	cursor: string | undefined,
): Promise<object> {
	const from = readCursor(cursor, queuePlace);
	const { calls, next } = await queue.list({ ...filter, cursor: from });

	return { calls: calls.map(queuedCallBody), nextCursor: next && writeCursor(next) };
}

/** One call as the API answers it; of another tenant than the key's it is not there. */
export async function callBody(queue: CallQueue, queueId: string, caller: Caller): Promise<object> {
	const call = await queue.find(queueId, caller.tenantId);
	if (!call) throw noSuchCall(queueId);

	return queuedCallBody(call);
}

/** An order for one call; a key bound to a tenant reaches that tenant's only. */
export function orderFor(queueId: string, caller: Caller, now: number) {
	return { queueId, tenantId: caller.tenantId, actor: caller.keyId, now };
}

/** Refuses an order that was not carried out, and says why. */
export function refuseUnlessDone(outcome: string, queueId: string): void {
	if (outcome === 'unknown') throw noSuchCall(queueId);
	if (outcome === 'notWaiting') {
		throw new ProblemError('conflict', `The call ${queueId} does not wait any more.`);
	}
	if (outcome === 'notDead') {
		throw new ProblemError('conflict', `The call ${queueId} is no dead letter.`);
	}
}

function noSuchCall(queueId: string): ProblemError {
	return new ProblemError('not-found', `There is no queued call ${queueId}.`);
}
