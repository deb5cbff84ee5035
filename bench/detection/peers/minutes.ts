import { MINUTES } from '../calendar.ts';
import type { Request } from '../request.ts';
import { tierAt } from '../tiers.ts';

/** What a monitor can plot of a tenant, as sums of all minutes before: the sum of a window is one difference. */
export type MinuteSeries = Readonly<Record<SeriesName, Float64Array>>;

export type SeriesName =
	| 'requests'
	| 'errors'
	| 'input'
	| 'output'
	| 'cached'
	| 'costMicroCents'
	| 'latencyMs'
	/** Sum over requests of the share of the context that is used. */
	| 'contextUse'
	/** Requests to the two dearest tiers. */
	| 'dear';

export function minuteSeries(requests: readonly Request[]): MinuteSeries {
	const of = (valueOf: (request: Request) => number) => runningSums(requests, valueOf);

	return {
		requests: of(() => 1),
		errors: of(({ status }) => Number(status >= 400)),
		input: of(({ input }) => input),
		output: of(({ output }) => output),
		cached: of(({ cached }) => cached),
		costMicroCents: of(({ costMicroCents }) => costMicroCents),
		latencyMs: of(({ latencyMs }) => latencyMs),
		contextUse: of(({ input, output, tier }) => (input + output) / tierAt(tier).contextTokens),
		dear: of(({ tier }) => Number(tier >= 2)),
	};
}

/** Sum over the `length` minutes that end with `minute`. */
export function sumOf(sums: Float64Array, minute: number, length: number): number {
	return (sums[minute + 1] ?? 0) - (sums[Math.max(0, minute + 1 - length)] ?? 0);
}

export function unscored(): Float32Array {
	return new Float32Array(MINUTES).fill(NaN);
}

function runningSums(
	requests: readonly Request[],
	valueOf: (request: Request) => number,
): Float64Array {
	const sums = new Float64Array(MINUTES + 1);
	for (const request of requests) {
		const after = Math.min(MINUTES, Math.floor(request.time / 60) + 1);
		sums[after] = (sums[after] ?? 0) + valueOf(request);
	}
	for (let minute = 1; minute <= MINUTES; minute++) {
		sums[minute] = (sums[minute] ?? 0) + (sums[minute - 1] ?? 0);
	}
	return sums;
}
