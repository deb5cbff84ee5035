import { sleep } from 'n8n-workflow';

/** Time as this node uses it, so that tests can move it. */
export type Clock = { now(): number; sleep(ms: number): Promise<void> };

export const systemClock: Clock = {
	now: () => Date.now(),
	sleep: async (ms) => {
		await sleep(ms);
	},
};

/** A stopped execution is noticed within this time. n8n's own sleep takes an abort signal only since 2.41. */
const SLICE_MS = 500;

/** Waits; ends early when `isOver` says so. */
export async function pause(clock: Clock, ms: number, isOver: () => boolean): Promise<void> {
	const until = clock.now() + ms;
	while (!isOver()) {
		const leftMs = until - clock.now();
		if (leftMs <= 0) return;
		await clock.sleep(Math.min(leftMs, SLICE_MS));
	}
}
