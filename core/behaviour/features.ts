import {
	callsOf,
	costResidual,
	countFrom,
	latencyResidual,
	riseOfMean,
	shareLately,
	shiftOfMean,
	strangeCalls,
	surplus,
} from './measures.ts';
import { expectedRequests, type Levels } from './levels.ts';
import type { Moments, ShapeSums } from './minuteSums.ts';
import type { Snapshot, WindowSums } from './snapshot.ts';

/** The windows every tenant is looked at in, in minutes: 5 for speed, 60 for what builds up slowly. */
export const WINDOW_MINUTES = [5, 15, 60] as const;
export type WindowMinutes = (typeof WINDOW_MINUTES)[number];

/** Minutes whose traffic, without the window itself, a window is also compared with: a busy hour is its own excuse. */
export const CONTEXT_MINUTES = 180;

/** Minutes a snapshot reaches back, and an hour more for whoever comes late. */
export const MINUTES_KEPT = CONTEXT_MINUTES + 61;

/**
 * What is looked at in every window. Raw values are standard deviations above what this tenant's levels expect
 * (measures.ts), only `execution` is a logarithm; 0 is as expected. `floor` is the smallest spread that counts as normal.
 * `weights` (per WINDOW_MINUTES) say how much a spread of it turns the vector. There is no way down: a quiet, cheap or
 * fast tenant is no incident.
 *
 * The weights were learned on injected incidents of the tuning tenants of bench/detection (12 clients, 6 seeds): gradient
 * ascent on the mean recall of the incident types at 0.5, 1 and 3 false alerts per tenant-week, seven tenths of each step
 * shared by the windows of a feature and the features of a window, so that few numbers are really free. On clients left
 * out of the learning it reaches what it reaches on the others but 0.01. `newModel` and `noWorkflow` would be larger
 * still (3 and 2.7): those tenants never try a model, yours may. What it can do without (measured: no gain): requests
 * against the time of day alone, requests under way, dear requests, falling cache shares, limits from a tenant's own tail.
 */
export const FEATURES = [
	{ name: 'volume', floor: 1, weights: [1.2, 2.1, 0.8] },
	{ name: 'spend', floor: 1, weights: [0.35, 0.35, 0.45] },
	{ name: 'costPerRequest', floor: 1, weights: [0.6, 0.8, 0.9] },
	{ name: 'context', floor: 1, weights: [1.1, 1.4, 0.75] },
	{ name: 'rareShape', floor: 1, weights: [2, 1.1, 0.55] },
	{ name: 'longOutput', floor: 1, weights: [0.55, 0.85, 0.75] },
	{ name: 'tokenLatency', floor: 1, weights: [1.5, 1.4, 1.1] },
	{ name: 'errors', floor: 1, weights: [1.8, 2, 1.9] },
	{ name: 'retries', floor: 1, weights: [1.2, 1.8, 1.5] },
	{ name: 'repeats', floor: 1, weights: [0.4, 0.45, 0.35] },
	{ name: 'cacheShare', floor: 1, weights: [0.55, 0.9, 0.9] },
	{ name: 'newModel', floor: 1, weights: [2, 2, 2] },
	{ name: 'noWorkflow', floor: 1, weights: [2, 2, 2] },
	{ name: 'newCaller', floor: 1, weights: [0.55, 0.5, 0.35] },
	{ name: 'callerVolume', floor: 1, weights: [0.3, 0.3, 0.3] },
	{ name: 'execution', floor: 0.35, weights: [0.3, 0.4, 1] },
] as const;

export type FeatureName = (typeof FEATURES)[number]['name'];

/** What each number of a snapshot is, in the order of the vector: every feature in every window. */
export const COORDINATES = WINDOW_MINUTES.flatMap((windowMinutes, window) =>
	FEATURES.map(({ name, floor, weights }) => ({
		...{ windowMinutes, feature: name, floor },
		weight: weights[window] ?? 0,
	})),
);

/** The raw features of a snapshot against the tenant's levels, in the order of COORDINATES. */
export function rawFeatures(snapshot: Snapshot, levels: Levels): number[] {
	const context = measuresOf(snapshot.context, levels);

	return WINDOW_MINUTES.flatMap((windowMinutes) => {
		const window = snapshot.windows.get(windowMinutes);
		if (!window) return FEATURES.map(() => 0);
		const { minute, lastMinuteShare } = snapshot;
		const raw = rawOfWindow({ ...window, minute, lastMinuteShare, windowMinutes }, context, levels);

		return FEATURES.map(({ name }) => raw[name]);
	});
}

type Window = WindowSums &
	Pick<Snapshot, 'minute' | 'lastMinuteShare'> & { windowMinutes: WindowMinutes };

/** What of a window is also compared with the time before it. */
type Measures = {
	requests: number;
	large: number;
	rare: number;
	cost: Moments;
	latency: Moments;
};

function measuresOf(sums: ShapeSums, levels: Levels): Measures {
	return {
		requests: sums.requests,
		large: countFrom(sums.contexts, levels.largeContext.bin),
		rare: callsOf(sums, (_, key) => !levels.commonShapes.has(key)),
		cost: costResidual(sums, levels),
		latency: latencyResidual(sums, levels),
	};
}

function rawOfWindow(
	window: Window,
	context: Measures,
	levels: Levels,
): Record<FeatureName, number> {
	const { sums, windowMinutes } = window;
	const own = measuresOf(sums, levels);
	const { requests } = own;
	const before = context.requests - requests;
	const minutes = windowMinutes - 1 + window.lastMinuteShare;
	const lately = (before * minutes) / (CONTEXT_MINUTES - windowMinutes);
	const usual = Math.max(expectedRequests(levels, window), lately);
	const share = (usually: number, measure: 'large' | 'rare') =>
		requests * shareLately(usually, context[measure] - own[measure], before);

	return {
		volume: surplus(requests, usual),
		spend: surplus(sums.costMicroCents / levels.costPerRequest, usual),
		costPerRequest: riseOfMean(own.cost, without(context.cost, own.cost), levels.cost),
		context: surplus(own.large, share(levels.largeContext.share, 'large')),
		rareShape: surplus(own.rare, share(RARE_SHARE, 'rare')),
		longOutput: surplus(
			countFrom(sums.outputs, levels.longOutput.bin),
			requests * levels.longOutput.share,
		),
		tokenLatency: riseOfMean(own.latency, without(context.latency, own.latency), levels.latency),
		errors: surplus(sums.errors, requests * levels.errorShare),
		retries: surplus(sums.retries, requests * levels.retryShare),
		repeats: surplus(window.topRepeat, 1 + REPEATED_SHARE * requests),
		cacheShare: shiftOfMean(sums.cacheShare, levels.cacheShare, windowMinutes),
		newModel: surplus(
			callsOf(sums, ({ modelKey }) => !levels.knownModels.has(modelKey)),
			0,
		),
		noWorkflow: surplus(sums.callers.get('') ?? 0, requests * (levels.callers.get('') ?? 0)),
		newCaller: surplus(Math.min(own.rare, strangeCalls(sums, levels)), 0),
		callerVolume: busiestCaller(sums.callers, levels, usual),
		execution: Math.log(1 + window.dearestExecution / levels.costPerRequest),
	};
}

/** The share of calls that rare shapes hold by definition (fitLevels.ts). */
const RARE_SHARE = 0.01;

/** One request in fifty may be the most common one without anybody wondering. */
const REPEATED_SHARE = 0.02;

/** The largest surplus of a caller over its share of what is usual. */
function busiestCaller(calls: ReadonlyMap<string, number>, levels: Levels, usual: number): number {
	let most = surplus(0, usual);
	for (const [caller, share] of levels.callers) {
		most = Math.max(most, surplus(calls.get(caller) ?? 0, usual * share));
	}
	return most;
}

function without(all: Moments, part: Moments): Moments {
	return {
		count: all.count - part.count,
		sum: all.sum - part.sum,
		squares: all.squares - part.squares,
	};
}
