/**
 * SQLSTATE classes and codes with which Postgres, or a pooler before it, says that it cannot serve now: 08 connection
 * exceptions, 53 out of connections, memory or disk, 57P0x shut down, crashed or starting, 57014 a statement over its time
 * limit, 25006 a failover that left this connection on a standby.
 */
const UNAVAILABLE_STATE = /^(08...|53...|57P0.|57014|25006)$/;

/** Calls are undone when they meet on the same rows; a third meeting in a row is not chance any more. */
const TRIES = 3;

export function isUnavailableState(code: string): boolean {
	return UNAVAILABLE_STATE.test(code);
}

/** Serialization failure and deadlock: Postgres undid the whole call, so to make it again is safe. */
export function isUndone(error: unknown): boolean {
	const code: unknown =
		typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;

	return code === '40001' || code === '40P01';
}

export async function repeatedWhenUndone<Result>(call: () => Promise<Result>): Promise<Result> {
	for (let tried = 1; ; tried++) {
		try {
			return await call();
		} catch (error) {
			if (!isUndone(error) || tried === TRIES) throw error;
		}
	}
}
