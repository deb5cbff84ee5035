import {
	costResidual,
	equalPairs,
	latencyResidual,
	WINDOW_MINUTES,
	type WindowMinutes,
} from './features.ts';
import { MINUTES_PER_DAY, type History, type Levels, type Residual } from './levels.ts';
import { sumWindow, type Moments } from './minuteSums.ts';
import { quantile } from './quantile.ts';

/** Days whose windows teach how much this tenant's windows differ from one another. */
export const WINDOW_DAYS = 7;

/** Windows overlap, so neighbours say the same: every 5th (5-minute window) or 15th minute is enough. */
export function strideOf(windowMinutes: WindowMinutes): number {
	return windowMinutes <= 5 ? 5 : 15;
}

/**
 * Completes levels with what needs whole windows: the between-window variance of the three means (robust, minus what
 * the number of calls explains), and the usual share of equal pairs. Returns new levels.
 */
export function fitWindows(
	history: History,
	levels: Levels,
	{ to, firstMinute, excluded }: { to: number; firstMinute: number; excluded: ReadonlySet<number> },
): Levels {
	const fitted: Levels = {
		...levels,
		cost: { ...levels.cost, between: {} },
		latency: { ...levels.latency, between: {} },
		cacheShare: { ...levels.cacheShare, between: {} },
		pairShare: {},
	};
	for (const windowMinutes of WINDOW_MINUTES) {
		const means: Record<'cost' | 'latency' | 'cacheShare', Moments[]> = {
			cost: [],
			latency: [],
			cacheShare: [],
		};
		let pairs = 0;
		let possible = 0;
		const from = Math.max(firstMinute + windowMinutes, to - WINDOW_DAYS * MINUTES_PER_DAY);
		for (let minute = from; minute < to; minute += strideOf(windowMinutes)) {
			if (excluded.has(minute)) continue;
			const sums = sumWindow(history, minute, windowMinutes);
			if (sums.requests === 0) continue;
			means.cost.push(costResidual(sums, levels));
			means.latency.push(latencyResidual(sums, levels));
			means.cacheShare.push(sums.cacheShare);
			pairs += equalPairs(sums);
			possible += (sums.requests * (sums.requests - 1)) / 2;
		}
		for (const name of ['cost', 'latency', 'cacheShare'] as const) {
			fitted[name].between[windowMinutes] = betweenVariance(means[name], levels[name]);
		}
		fitted.pairShare[windowMinutes] = (pairs + 1) / (possible + 100);
	}
	return fitted;
}

function betweenVariance(windows: readonly Moments[], level: Residual): number {
	const usable = windows.filter((window) => window.count >= 3);
	if (usable.length < 20) return 0.1 * level.variance;

	const shifts = usable
		.map((window) => window.sum / window.count - level.mean)
		.sort((a, b) => a - b);
	const middle = quantile(shifts, 0.5);
	const spread = Math.max(quantile(shifts, 0.84) - middle, middle - quantile(shifts, 0.16));
	const noise =
		usable.reduce((sum, window) => sum + level.variance / window.count, 0) / usable.length;

	return Math.max(0.02 * level.variance, spread * spread - noise);
}
