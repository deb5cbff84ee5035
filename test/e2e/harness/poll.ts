import { setTimeout as sleep } from 'node:timers/promises';

const INTERVAL_MS = 20;

interface PollOptions {
	/** Names what is waited for, in the error. */
	what: string;
	timeoutMs?: number;
}

/** Repeats `probe` until it returns something other than undefined; a probe that throws is tried again. */
export async function poll<T>(
	{ what, timeoutMs = 20_000 }: PollOptions,
	probe: () => Promise<T | undefined> | T | undefined,
): Promise<T> {
	const deadline = performance.now() + timeoutMs;
	let lastError: unknown;
	while (performance.now() < deadline) {
		try {
			const found = await probe();
			if (found !== undefined) return found;
			lastError = undefined;
		} catch (error) {
			lastError = error;
		}
		await sleep(INTERVAL_MS);
	}
	throw new Error(`gave up after ${timeoutMs} ms waiting for ${what}`, { cause: lastError });
}
