import { fitLatencyLines } from './latencyLines.ts';
import {
	isWeekend,
	MINUTES_PER_DAY,
	predictLatency,
	RATE_BINS,
	rateBin,
	type History,
	type Levels,
	type Residual,
	type Tail,
} from './levels.ts';
import { addResidual } from './measures.ts';
import {
	addCounts,
	addMoments,
	addShapes,
	emptySums,
	noMoments,
	type MinuteSums,
	type Moments,
	type ShapeCell,
} from './minuteSums.ts';

/** Yesterday counts twice as much as three days before it. */
const HALF_LIFE_DAYS = 3;
export const HISTORY_DAYS = 14;

/**
 * Fits a tenant's levels on the minutes [to - HISTORY_DAYS, to), exponentially weighted; the result serves the day
 * that starts at `to`. `excluded` minutes (confirmed incidents) are left out, so that an incident cannot teach the
 * baseline. `firstMinute` is where the tenant's history starts: silence before it is not a quiet tenant.
 * Between-window variances are added by fitWindows.ts.
 */
export function fitLevels(
	history: History,
	{ to, firstMinute, excluded }: { to: number; firstMinute: number; excluded: ReadonlySet<number> },
): Levels {
	const from = Math.max(firstMinute, to - HISTORY_DAYS * MINUTES_PER_DAY);
	const totals = weightedTotals(history, from, to, excluded);
	const requests = Math.max(1e-9, totals.requests);
	const cacheMean = totals.cacheShare.sum / requests;

	const latencyLines = fitLatencyLines(totals.cells);
	return {
		...fitRates(totals, totals.requests / Math.max(1e-9, totals.minutes)),
		costPerRequest: Math.max(1, totals.costMicroCents / requests),
		latencyMsPerRequest: totals.latencyMs / requests,
		errorShare: (totals.errors + 1) / (requests + 100),
		retryShare: (totals.retries + 0.1) / (requests + 100),
		largeContext: fitTail(totals.contexts, 0.01),
		longOutput: fitTail(totals.outputs, 0.01),
		commonShapes: fitCommonShapes(totals.cells, requests),
		knownModels: new Set([...totals.cells.values()].map(({ modelKey }) => modelKey)),
		callers: new Map([...totals.callers].map(([caller, calls]) => [caller, calls / requests])),
		latencyLines,
		cost: fitResidual(totals.cells, (cell) => ({
			...{ key: cell.endpoint, moments: cell.logCost, level: 0 },
		})),
		latency: fitResidual(totals.cells, (cell) => {
			const level = predictLatency(latencyLines, cell);

			return level === undefined
				? undefined
				: { key: cell.modelKey, moments: cell.logLatency, level };
		}),
		cacheShare: {
			levels: new Map(),
			overall: cacheMean,
			mean: cacheMean,
			variance: Math.max(1e-4, totals.cacheShare.squares / requests - cacheMean ** 2),
			between: {},
		},
	};
}

type Totals = Omit<MinuteSums, 'repeats' | 'executions'> & {
	/** Weighted minutes, with and without traffic. */
	minutes: number;
	/** Weighted requests and minutes per half-hour, for working days [0] and weekends [1]. */
	seen: [number[], number[]];
	exposure: [number[], number[]];
};

function weightedTotals(
	history: History,
	from: number,
	to: number,
	excluded: ReadonlySet<number>,
): Totals {
	const bins = () => new Array<number>(RATE_BINS).fill(0);
	const totals: Totals = {
		...emptySums(),
		minutes: 0,
		seen: [bins(), bins()],
		exposure: [bins(), bins()],
	};
	for (let minute = from; minute < to; minute++) {
		if (excluded.has(minute)) continue;
		const weight = 0.5 ** ((to - minute) / MINUTES_PER_DAY / HALF_LIFE_DAYS);
		const kind = isWeekend(minute) ? 1 : 0;
		const bin = rateBin(minute);
		const sums = history.get(minute);
		totals.minutes += weight;
		totals.exposure[kind][bin] = (totals.exposure[kind][bin] ?? 0) + weight;
		if (!sums) continue;
		totals.seen[kind][bin] = (totals.seen[kind][bin] ?? 0) + weight * sums.requests;
		addWeighted(totals, sums, weight);
	}
	return totals;
}

function addWeighted(totals: Totals, sums: MinuteSums, weight: number): void {
	addShapes(totals, sums, weight);
	totals.errors += weight * sums.errors;
	totals.costMicroCents += weight * sums.costMicroCents;
	totals.latencyMs += weight * sums.latencyMs;
	totals.retries += weight * sums.retries;
	addMoments(totals.cacheShare, sums.cacheShare, weight);
	addCounts(totals.outputs, sums.outputs, weight);
	addCounts(totals.callers, sums.callers, weight);
}

/** Half-hours smoothed ¼-½-¼ over their neighbours and shrunk to the mean by 30 minutes of it; one weekend factor. */
function fitRates(totals: Totals, rate: number): Pick<Levels, 'ratePerMinute' | 'weekendFactor'> {
	const at = (values: [number[], number[]], bin: number) =>
		(values[0][bin] ?? 0) + (values[1][bin] ?? 0);
	const ratePerMinute = Array.from({ length: RATE_BINS }, (_, bin) => {
		const before = (bin + RATE_BINS - 1) % RATE_BINS;
		const after = (bin + 1) % RATE_BINS;
		const smooth = (values: [number[], number[]]) =>
			at(values, bin) + 0.5 * at(values, before) + 0.5 * at(values, after);

		return (30 * rate + smooth(totals.seen)) / (30 + smooth(totals.exposure));
	});
	const factor = (kind: 0 | 1) => {
		let seen = 240 * rate;
		let expected = 240 * rate;
		for (let bin = 0; bin < RATE_BINS; bin++) {
			seen += totals.seen[kind][bin] ?? 0;
			expected += (totals.exposure[kind][bin] ?? 0) * (ratePerMinute[bin] ?? 0);
		}
		return expected > 0 ? seen / expected : 1;
	};
	return { ratePerMinute, weekendFactor: [factor(0), factor(1)] };
}

/** The lowest bin above which at most `share` of the calls lie. */
function fitTail(histogram: ReadonlyMap<number, number>, share: number): Tail {
	const bins = [...histogram].sort(([a], [b]) => b - a);
	const total = bins.reduce((sum, [, count]) => sum + count, 0);
	let tail = 0;
	let bin = Number.MAX_SAFE_INTEGER;
	for (const [at, count] of bins) {
		if (tail + count > share * total) {
			// Bins between this one and the next higher one are empty: "above this bin" includes them.
			bin = Math.min(bin, at + 1);
			break;
		}
		tail += count;
		bin = at;
	}
	return { bin, share: Math.max(total > 0 ? tail / total : 0, 1e-4) };
}

/** All but the least common shapes that together hold at most 1 % of the calls. */
function fitCommonShapes(cells: ReadonlyMap<string, ShapeCell>, requests: number): Set<string> {
	let mass = 0;
	const common = new Set<string>();
	for (const [key, cell] of [...cells].sort(([, a], [, b]) => a.count - b.count)) {
		mass += cell.count;
		if (mass > 0.01 * requests) common.add(key);
	}
	return common;
}

/** Mean per key, shrunk by five calls' worth of the overall mean, and the pooled variance around those means. */
function fitResidual(
	cells: ReadonlyMap<string, ShapeCell>,
	pick: (cell: ShapeCell) => { key: string; moments: Moments; level: number } | undefined,
): Residual {
	const perKey = new Map<string, Moments>();
	const all = noMoments();
	for (const cell of cells.values()) {
		const picked = pick(cell);
		if (!picked) continue;
		const sum = perKey.get(picked.key) ?? noMoments();
		addResidual(sum, picked.moments, picked.level);
		addResidual(all, picked.moments, picked.level);
		perKey.set(picked.key, sum);
	}
	const overall = all.count > 0 ? all.sum / all.count : 0;
	const levels = new Map<string, number>();
	const around = noMoments();
	for (const [key, moments] of perKey) {
		const level = (moments.sum + 5 * overall) / (moments.count + 5);
		levels.set(key, level);
		addResidual(around, moments, level);
	}
	const variance = Math.max(1e-3, all.count > 0 ? around.squares / all.count : 1);

	return { levels, overall, mean: 0, variance, between: {} };
}
