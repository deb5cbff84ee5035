/**
 * How long a command may take. Redis answers in well under 1 ms; what takes this long is stuck, and callers have better
 * things to do than to wait for it.
 */
export const TIME_LIMIT_MS = 250;

/** Rejects when nothing came of the promise in time. */
export function inTime<Result>(promise: Promise<Result>): Promise<Result> {
	return new Promise((resolve, reject) => {
		const giveUp = () => reject(new Error(`no answer within ${TIME_LIMIT_MS} ms`));
		// After a pause of this process the answer may lie in the socket: it is read before anybody gives up.
		const timer = setTimeout(() => setImmediate(giveUp), TIME_LIMIT_MS);
		promise.then(
			(result) => {
				clearTimeout(timer);
				resolve(result);
			},
			(error: unknown) => {
				clearTimeout(timer);
				reject(error instanceof Error ? error : new Error(String(error)));
			},
		);
	});
}
