import type { CallFilter, CallQueue } from '../stages/callQueue.ts';
import type { Caller } from '../stages/serviceKeys.ts';
import { ProblemError } from './problemError.ts';
import { queuedCallBody, readCursor, writeCursor } from './schemas/queue.ts';

/** One page of calls as the API answers it. */
export async function pageBody(
	queue: CallQueue,
	filter: Omit<CallFilter, 'cursor'>,
	cursor: string | undefined,
): Promise<object> {
	const from = cursor === undefined ? null : readCursor(cursor);
	if (from === undefined) {
		throw new ProblemError('invalid-request', 'The cursor is none of an earlier page.', {
			errors: [{ pointer: 'cursor', detail: 'expected nextCursor of the page before' }],
		});
	}
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

export function noSuchCall(queueId: string): ProblemError {
	return new ProblemError('not-found', `There is no queued call ${queueId}.`);
}
