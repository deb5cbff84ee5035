import type { MinuteSums, ShapeCell } from './minuteSums.ts';

/** A tenant's normal, as far as single features go. Fitted once a day from its own past (fitLevels.ts). */
export type Levels = {
	/** Expected requests per minute for each half-hour of the UTC day. */
	ratePerMinute: number[];
	/** Multiplies the rate on working days [0] and on weekends [1]. */
	weekendFactor: [number, number];
	/** Micro-cents, at least 1: what does not cost anything is not divided by. */
	costPerRequest: number;
	latencyMsPerRequest: number;
	errorShare: number;
	/** Share of calls that ask for the same as the call before them in their execution. */
	retryShare: number;
	largeContext: Tail;
	longOutput: Tail;
	/** Shapes that together hold 99 % of the calls; every other shape is rare. */
	commonShapes: ReadonlySet<string>;
	cost: Residual;
	latency: Residual;
	cacheShare: Residual;
	/** Every endpoint × model that was ever called. */
	knownModels: ReadonlySet<string>;
	/** Share of the calls of each caller that was ever seen. */
	callers: ReadonlyMap<string, number>;
	/** What a call takes, per endpoint × model. */
	latencyLines: ReadonlyMap<string, LatencyLine>;
};

/** Milliseconds of a call = start + perInput × uncached input tokens + perOutput × output tokens. */
export type LatencyLine = { start: number; perInput: number; perOutput: number };

/** No answer is faster; also what a line may say of sizes never seen. */
const FASTEST_MS = 50;

/** Log of what the calls of a cell usually take, at their mean sizes; undefined: nothing is known of the model. */
export function predictLatency(
	lines: Levels['latencyLines'],
	{ modelKey, logLatency, uncached, output }: ShapeCell,
): number | undefined {
	const line = lines.get(modelKey);
	if (!line || logLatency.count === 0) return undefined;
	const ofTokens = (line.perInput * uncached + line.perOutput * output) / logLatency.count;

	return Math.log(Math.max(FASTEST_MS, line.start + ofTokens));
}

/** Histogram bins from `bin` on hold `share` of the tenant's calls. */
export type Tail = { bin: number; share: number };

export type Residual = {
	/** Mean per cell, in the unit of the residual (log µ¢, log ms, share). */
	levels: ReadonlyMap<string, number>;
	/** Level of a cell never seen. */
	overall: number;
	mean: number;
	variance: number;
	/** Variance of window means beyond what the number of calls explains, per window length in minutes. */
	between: Partial<Record<number, number>>;
};

export const MINUTES_PER_DAY = 1440;
export const RATE_BINS = 48;
const MINUTES_PER_BIN = MINUTES_PER_DAY / RATE_BINS;

/** No tenant is expected to be silent: the floor keeps ratios finite. */
const MIN_RATE = 1e-4;

type ExpectedWindow = { minute: number; windowMinutes: number; lastMinuteShare: number };

/** Requests expected in the `length` minutes that end with `lastMinute`, of which `lastMinuteShare` has passed. */
export function expectedRequests(
	levels: Levels,
	{ minute: lastMinute, windowMinutes: length, lastMinuteShare }: ExpectedWindow,
): number {
	let expected = 0;
	for (let minute = lastMinute - length + 1; minute <= lastMinute; minute++) {
		const rate = levels.ratePerMinute[rateBin(minute)] ?? 0;
		const share = minute === lastMinute ? lastMinuteShare : 1;
		expected += share * Math.max(MIN_RATE, rate * levels.weekendFactor[isWeekend(minute) ? 1 : 0]);
	}
	return expected;
}

export function rateBin(minute: number): number {
	return Math.floor((minute % MINUTES_PER_DAY) / MINUTES_PER_BIN);
}

/** Minute 0 of the epoch was a Thursday, so day 2 was the first Saturday. */
export function isWeekend(minute: number): boolean {
	const day = Math.floor(minute / MINUTES_PER_DAY) % 7;

	return day === 2 || day === 3;
}

export type History = ReadonlyMap<number, MinuteSums>;

/**
 * What is stored: sets and maps become lists. Their keys are endpoints, models and callers, which others choose; as keys
 * of an object, one called `constructor` would find what is not there.
 */
export type StoredLevels = Omit<Levels, SetName | MapName | ResidualName> &
	Record<SetName, string[]> &
	Record<ResidualName, StoredResidual> & {
		callers: [string, number][];
		latencyLines: [string, LatencyLine][];
	};

type SetName = 'commonShapes' | 'knownModels';
type MapName = 'callers' | 'latencyLines';
type ResidualName = 'cost' | 'latency' | 'cacheShare';
type StoredResidual = Omit<Residual, 'levels'> & { levels: [string, number][] };

export function storeLevels(levels: Levels): StoredLevels {
	const store = (residual: Residual) => ({ ...residual, levels: [...residual.levels] });

	return {
		...levels,
		commonShapes: [...levels.commonShapes],
		knownModels: [...levels.knownModels],
		callers: [...levels.callers],
		latencyLines: [...levels.latencyLines],
		cost: store(levels.cost),
		latency: store(levels.latency),
		cacheShare: store(levels.cacheShare),
	};
}

export function restoreLevels(stored: StoredLevels): Levels {
	const restore = (residual: StoredResidual) => ({
		...residual,
		levels: new Map(residual.levels),
	});

	return {
		...stored,
		commonShapes: new Set(stored.commonShapes),
		knownModels: new Set(stored.knownModels),
		callers: new Map(stored.callers),
		latencyLines: new Map(stored.latencyLines),
		cost: restore(stored.cost),
		latency: restore(stored.latency),
		cacheShare: restore(stored.cacheShare),
	};
}
