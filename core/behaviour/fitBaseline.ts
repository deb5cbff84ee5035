import { fitCentroids, type Centroid } from './centroids.ts';
import { embed } from './embedding.ts';
import {
	RECENT_MINUTES,
	rawFeatures,
	WINDOW_MINUTES,
	type Snapshot,
	type WindowMinutes,
} from './features.ts';
import { fitLevels } from './fitLevels.ts';
import { fitWindows, strideOf, WINDOW_DAYS } from './fitWindows.ts';
import { MINUTES_PER_DAY, type History, type Levels } from './levels.ts';
import { sumWindow } from './minuteSums.ts';
import { fitScales, standardise, type Scale } from './scales.ts';

export type WindowBaseline = {
	windowMinutes: WindowMinutes;
	scales: Scale[];
	centroids: Centroid[];
	/** Snapshots behind it. */
	rows: number;
};

/** A tenant's normal: what single features should be, how much they vary, and which mixtures recur. */
export type Baseline = { levels: Levels; windows: WindowBaseline[] };

/**
 * Fits a baseline on the history before minute `to`. Each past day is embedded with levels fitted on the days before
 * it only: scales learned in sample are too narrow and cost half the recall.
 */
export function fitBaseline(
	history: History,
	span: { to: number; firstMinute: number; excluded: ReadonlySet<number> },
	random: () => number,
): Baseline {
	const levelsAt = (to: number) => {
		const upTo = { ...span, to };

		return fitWindows(history, fitLevels(history, upTo), upTo);
	};
	const rows = new Map<WindowMinutes, { minute: number; raw: number[] }[]>(
		WINDOW_MINUTES.map((window) => [window, []]),
	);
	const firstDay = Math.max(
		span.firstMinute + MINUTES_PER_DAY,
		span.to - WINDOW_DAYS * MINUTES_PER_DAY,
	);
	for (let day = firstDay; day < span.to; day += MINUTES_PER_DAY) {
		const levels = levelsAt(day);
		const end = Math.min(span.to, day + MINUTES_PER_DAY);
		for (const windowMinutes of WINDOW_MINUTES) {
			for (let minute = day; minute < end; minute += strideOf(windowMinutes)) {
				if (span.excluded.has(minute)) continue;
				const snapshot = snapshotAt(history, minute, windowMinutes);
				rows.get(windowMinutes)?.push({ minute, raw: rawFeatures(snapshot, levels) });
			}
		}
	}
	return {
		levels: levelsAt(span.to),
		windows: WINDOW_MINUTES.map((windowMinutes) => {
			const ofWindow = rows.get(windowMinutes) ?? [];
			const scales = fitScales(ofWindow.map((row) => row.raw));
			const vectors = ofWindow.map(({ minute, raw }) => ({
				minute,
				vector: embed(standardise(raw, scales), minute),
			}));
			return {
				windowMinutes,
				scales,
				centroids: fitCentroids(vectors, random),
				rows: ofWindow.length,
			};
		}),
	};
}

export function snapshotAt(
	history: History,
	minute: number,
	windowMinutes: WindowMinutes,
	lastMinuteShare = 1,
): Snapshot {
	const sums = sumWindow(history, minute, windowMinutes);
	const before = minute - windowMinutes;
	let recentRequests = 0;
	for (let earlier = before; earlier > before - RECENT_MINUTES; earlier--) {
		recentRequests += history.get(earlier)?.requests ?? 0;
	}
	return { minute, windowMinutes, lastMinuteShare, sums, recentRequests };
}
