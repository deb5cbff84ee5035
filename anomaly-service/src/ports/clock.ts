/** Time is a port, so that tests and the replay move it. Epoch milliseconds. */
export interface Clock {
	now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };
