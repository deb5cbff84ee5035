import { StoreUnavailableError } from '../../ports/database.ts';

/** Replies that mean "not now": starting, failing over, moving slots, out of memory, busy with another script. */
const NOT_NOW =
	/^(LOADING|READONLY|MASTERDOWN|NOREPLICAS|MOVED|ASK|TRYAGAIN|CLUSTERDOWN|OOM|BUSY|UNKILLABLE)\b/;

export function isNoScript(error: unknown): boolean {
	return isReply(error) && error.message.startsWith('NOSCRIPT');
}

/**
 * A driver's error as the port knows it. Redis is away unless it answered that the command itself is wrong, which is a
 * defect and stays what it is.
 */
export function asStoreError(error: unknown): Error {
	if (error instanceof StoreUnavailableError) return error;
	if (isReply(error) && !NOT_NOW.test(error.message)) return error;

	return new StoreUnavailableError('Redis', error);
}

function isReply(error: unknown): error is Error {
	return error instanceof Error && error.name === 'ReplyError';
}
