import { MINUTE_MS } from '../durations.ts';
import { expectedRequests, type Levels, type Residual } from './levels.ts';
import { noMoments, type MinuteSums, type Moments, type ShapeCell } from './minuteSums.ts';

/**
 * What a snapshot is made of, in the order of the vector. `floor` is the smallest spread that counts as normal:
 * 0.35 for log ratios (a change of 42 %), 1 for means in standard errors. `above` and `below` weigh the two
 * directions: a quiet, cheap or fast tenant is no incident, only the cache share matters both ways.
 */
export const FEATURES = [
	{ name: 'volume', floor: 0.35, above: 1, below: 0 },
	{ name: 'spend', floor: 0.35, above: 1, below: 0 },
	{ name: 'highCost', floor: 0.35, above: 1, below: 0 },
	{ name: 'costPerRequest', floor: 1, above: 1, below: 0 },
	{ name: 'context', floor: 0.35, above: 1, below: 0 },
	{ name: 'rareShape', floor: 0.35, above: 1, below: 0 },
	{ name: 'longOutput', floor: 0.35, above: 1, below: 0 },
	{ name: 'tokenLatency', floor: 1, above: 1, below: 0 },
	{ name: 'inFlight', floor: 0.35, above: 1, below: 0 },
	{ name: 'errors', floor: 0.35, above: 1, below: 0 },
	{ name: 'repeats', floor: 0.35, above: 1, below: 0 },
	{ name: 'cacheShare', floor: 1, above: 0.7, below: 0.7 },
	{ name: 'offProfile', floor: 0.35, above: 1, below: 0 },
] as const;

export type FeatureName = (typeof FEATURES)[number]['name'];

/** The windows every tenant is scored in, in minutes: 5 for speed, 60 for what builds up slowly. */
export const WINDOW_MINUTES = [5, 15, 60] as const;
export type WindowMinutes = (typeof WINDOW_MINUTES)[number];

/** Minutes before a window whose traffic the volume is also compared with, so that a busy hour is its own excuse. */
export const RECENT_MINUTES = 120;

/** A change of a mean by less than 15 % is never large, however many calls agree on it. */
const MEAN_FLOOR = 0.15;

export type Snapshot = {
	/** Last minute of the window, in minutes since the epoch. */
	minute: number;
	windowMinutes: WindowMinutes;
	/** How much of the last minute has passed, 0 to 1: a minute in progress is compared with what it should have by now. */
	lastMinuteShare: number;
	sums: MinuteSums;
	/** Requests of the RECENT_MINUTES before the window. */
	recentRequests: number;
};

/** The thirteen raw features of a snapshot against the tenant's levels. */
export function rawFeatures(snapshot: Snapshot, levels: Levels): number[] {
	const { sums, windowMinutes } = snapshot;
	const requests = sums.requests;
	const expected = expectedRequests(levels, snapshot);
	const minutes = windowMinutes - 1 + snapshot.lastMinuteShare;
	const recent = (snapshot.recentRequests * minutes) / RECENT_MINUTES;
	const cost = levels.costPerRequest;
	const pairs = (requests * (requests - 1)) / 2;

	return [
		logRatio(requests, Math.max(expected, recent), 2),
		logRatio(sums.costMicroCents, expected * cost, 2 * cost + 1e-9),
		logRatio(countFrom(sums.costs, levels.highCost.bin), expected * levels.highCost.share, 1),
		shiftOfMean(costResidual(sums, levels), levels.cost, windowMinutes),
		logRatio(
			countFrom(sums.contexts, levels.largeContext.bin),
			requests * levels.largeContext.share,
			1,
		),
		logRatio(rareCalls(sums, levels), requests * 0.01, 1),
		logRatio(countFrom(sums.outputs, levels.longOutput.bin), requests * levels.longOutput.share, 1),
		shiftOfMean(latencyResidual(sums, levels), levels.latency, windowMinutes),
		logRatio(sums.latencyMs / MINUTE_MS, (expected * levels.latencyMsPerRequest) / MINUTE_MS, 0.2),
		logRatio(sums.errors, requests * levels.errorShare, 1),
		logRatio(equalPairs(sums), pairs * (levels.pairShare[windowMinutes] ?? 0.01), 2),
		shiftOfMean(sums.cacheShare, levels.cacheShare, windowMinutes),
		logRatio(requests, expected, 2),
	];
}

/** Calls in bins at or above `bin`. */
function countFrom(histogram: ReadonlyMap<number, number>, bin: number): number {
	let count = 0;
	for (const [at, calls] of histogram) if (at >= bin) count += calls;
	return count;
}

/** Pairs of equal requests within the window: k equal calls make k(k-1)/2 of them. */
export function equalPairs(sums: MinuteSums): number {
	let pairs = 0;
	for (const count of sums.repeats.values()) pairs += (count * (count - 1)) / 2;
	return pairs;
}

/** Log cost of each call against the mean of its endpoint. */
export function costResidual(sums: MinuteSums, levels: Levels): Moments {
	return residualOf(sums, (cell) => ({
		moments: cell.logCost,
		level: levels.cost.levels.get(cell.endpoint) ?? levels.cost.overall,
	}));
}

/** Log latency of each call against calls of the same endpoint, model and length of answer: long is not slow. */
export function latencyResidual(sums: MinuteSums, levels: Levels): Moments {
	return residualOf(sums, (cell) => ({
		moments: cell.logLatency,
		level: levels.latency.levels.get(cell.latencyKey) ?? levels.latency.overall,
	}));
}

function residualOf(
	sums: MinuteSums,
	pick: (cell: ShapeCell) => {
		moments: Moments;
		level: number;
	},
): Moments {
	const residual = noMoments();
	for (const cell of sums.cells.values()) {
		const { moments, level } = pick(cell);
		residual.count += moments.count;
		residual.sum += moments.sum - moments.count * level;
		residual.squares += moments.squares - 2 * level * moments.sum + moments.count * level * level;
	}
	return residual;
}

function rareCalls(sums: MinuteSums, levels: Levels): number {
	let calls = 0;
	for (const [key, cell] of sums.cells) if (!levels.commonShapes.has(key)) calls += cell.count;
	return calls;
}

function logRatio(seen: number, expected: number, smoothing: number): number {
	return Math.log((seen + smoothing) / (expected + smoothing));
}

/** How far the mean moved, in standard errors that also count how much this tenant's windows differ anyway. */
function shiftOfMean(moments: Moments, level: Residual, windowMinutes: WindowMinutes): number {
	if (moments.count === 0) return 0;
	const between = level.between[windowMinutes] ?? 0.1 * level.variance;
	const spread = Math.sqrt(between + level.variance / moments.count + MEAN_FLOOR ** 2);

	return (moments.sum / moments.count - level.mean) / spread;
}
