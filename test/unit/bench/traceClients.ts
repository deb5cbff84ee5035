import type { Client } from '../../../bench/detection/clients.ts';

/** Clients with a day and a night, as simple as a trace can be. */
export function traceClients(): Client[] {
	return [0, 1, 2].map((tier) => ({
		id: `client-${tier}`,
		tier,
		...{ meanRps: 1, peakToMean: 2, weekRatio: 1 },
		rate: Array.from(
			{ length: 2016 },
			(_, window) => [0.1, 1, 1.9][Math.floor(window / 48) % 3] ?? 0,
		),
		cv: new Array<number>(2016).fill(1),
		input: new Array<number[]>(56).fill([100, 400, 900, 3000]),
		output: new Array<number[]>(56).fill([20, 150, 300, 800]),
	}));
}
