import { predictLatency, type Levels, type Residual } from './levels.ts';
import {
	noMoments,
	type MinuteSums,
	type Moments,
	type ShapeCell,
	type ShapeSums,
} from './minuteSums.ts';

/** Over-dispersion of counts: the variance of a count with mean m is m + m²/4 (negative binomial). */
const DISPERSION = 0.25;

/** A change of a mean by less than 15 % is never large, however many calls agree on it. */
const MEAN_FLOOR = 0.15;

/** Calls' worth of the level in what a window follows on: a lull is no new level. */
const CONTEXT_PRIOR = 10;

/**
 * How many standard deviations a count is above its expectation, exact for small counts and large ones alike: the
 * difference of g(x) = 2/√φ · asinh √(φ (x + 3/8)), which makes the variance of a negative binomial count with
 * dispersion φ constant (Anscombe, Biometrika 35, 1948). 5 calls where 0.5 are expected are 1.9, 100 where 50 are: 1.3.
 */
export function surplus(seen: number, expected: number): number {
	return stabilised(seen) - stabilised(expected);
}

function stabilised(count: number): number {
	return (
		(2 / Math.sqrt(DISPERSION)) * Math.asinh(Math.sqrt(DISPERSION * (Math.max(0, count) + 3 / 8)))
	);
}

/**
 * How far a mean rose above its level, or above what it was lately where that is more: a busy evening of long prompts
 * is one surprise and not one in every window. In standard errors.
 */
export function riseOfMean(window: Moments, before: Moments, level: Residual): number {
	if (window.count === 0) return 0;
	const calls = before.count + CONTEXT_PRIOR;
	const lately = (before.sum - before.count * level.mean) / calls;
	const rise = window.sum / window.count - level.mean - Math.max(0, lately);

	return rise / Math.sqrt(level.variance / window.count + level.variance / calls + MEAN_FLOOR ** 2);
}

/** How far a mean moved, in standard errors that also count how much this tenant's windows differ anyway. */
export function shiftOfMean(moments: Moments, level: Residual, windowMinutes: number): number {
	if (moments.count === 0) return 0;
	const between = level.between[windowMinutes] ?? 0.1 * level.variance;
	const spread = Math.sqrt(between + level.variance / moments.count + MEAN_FLOOR ** 2);

	return (moments.sum / moments.count - level.mean) / spread;
}

/** The usual share of something among calls, or what it was lately where that is more. */
export function shareLately(share: number, seenBefore: number, callsBefore: number): number {
	return Math.max(share, (seenBefore + CONTEXT_PRIOR * share) / (callsBefore + CONTEXT_PRIOR));
}

/** Calls in bins at or above `bin`. */
export function countFrom(histogram: ReadonlyMap<number, number>, bin: number): number {
	let count = 0;
	for (const [at, calls] of histogram) if (at >= bin) count += calls;
	return count;
}

/** Log cost of each call against the mean of its endpoint. */
export function costResidual(sums: ShapeSums, levels: Levels): Moments {
	const residual = noMoments();
	for (const { endpoint, logCost } of sums.cells.values()) {
		addResidual(residual, logCost, levels.cost.levels.get(endpoint) ?? levels.cost.overall);
	}
	return residual;
}

/** Log latency of each call against what its model usually takes for so many tokens: long is not slow. */
export function latencyResidual(sums: ShapeSums, levels: Levels): Moments {
	const residual = noMoments();
	for (const cell of sums.cells.values()) {
		const predicted = predictLatency(levels.latencyLines, cell);
		if (predicted === undefined) continue;
		const level = levels.latency.levels.get(cell.modelKey) ?? levels.latency.overall;
		addResidual(residual, cell.logLatency, predicted + level);
	}
	return residual;
}

/** Adds what `moments` are beyond `level`. */
export function addResidual(residual: Moments, moments: Moments, level: number): void {
	residual.count += moments.count;
	residual.sum += moments.sum - moments.count * level;
	residual.squares += moments.squares - 2 * level * moments.sum + moments.count * level * level;
}

export function callsOf(
	sums: ShapeSums,
	matches: (cell: ShapeCell, key: string) => boolean,
): number {
	let calls = 0;
	for (const [key, cell] of sums.cells) if (matches(cell, key)) calls += cell.count;
	return calls;
}

/** Calls of callers that the levels do not know; where no caller was ever known, that is none. */
export function strangeCalls(sums: MinuteSums, levels: Levels): number {
	let calls = 0;
	for (const [caller, count] of sums.callers) if (!levels.callers.has(caller)) calls += count;
	return calls;
}
