import { WINDOW_MINUTES } from './features.ts';
import { MINUTES_PER_DAY, type Levels, type Residual } from './levels.ts';
import type { Moments } from './minuteSums.ts';
import type { PastWindows } from './pastWindows.ts';
import { quantile } from './quantile.ts';

/** Days whose windows teach how much this tenant's windows differ from one another. */
export const WINDOW_DAYS = 7;

/**
 * Completes levels with what needs whole windows: the between-window variance of the cache share (robust, minus what the
 * number of calls explains). Looks at the last WINDOW_DAYS before minute `to`. Returns new levels.
 */
export function fitWindows(past: PastWindows, levels: Levels, to: number): Levels {
	const between: Residual['between'] = {};
	const snapshots = [...past.between(to - WINDOW_DAYS * MINUTES_PER_DAY, to)];
	for (const windowMinutes of WINDOW_MINUTES) {
		const seen = snapshots.flatMap(({ windows }) => windows.get(windowMinutes)?.sums ?? []);
		between[windowMinutes] = betweenVariance(
			seen.map(({ cacheShare }) => cacheShare),
			levels.cacheShare,
		);
	}
	return { ...levels, cacheShare: { ...levels.cacheShare, between } };
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
