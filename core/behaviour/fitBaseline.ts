import { fitCentroids, type Centroid } from './centroids.ts';
import { embed } from './embedding.ts';
import { rawFeatures } from './features.ts';
import { fitLevels } from './fitLevels.ts';
import { fitWindows, WINDOW_DAYS } from './fitWindows.ts';
import { MINUTES_PER_DAY, type History, type Levels } from './levels.ts';
import { PastWindows } from './pastWindows.ts';
import { fitScales, standardise, type Scale } from './scales.ts';

/** Raw features as they were on their day. `minute` since the epoch. */
export type RawRow = { minute: number; raw: number[] };

/** A tenant's normal: what single features should be, how much they vary, and which mixtures recur. */
export type Baseline = {
	levels: Levels;
	scales: Scale[];
	centroids: Centroid[];
	/** The snapshots behind it, oldest first. */
	rows: RawRow[];
};

type Span = { to: number; firstMinute: number; excluded: ReadonlySet<number> };

/**
 * Fits a baseline on the history before minute `to`. Each past day is looked at with levels fitted on the days before
 * it only: scales learned in sample are too narrow and cost half the recall.
 */
export function fitBaseline(history: History, span: Span, random: () => number): Baseline {
	const { firstMinute, to, excluded } = span;
	const from = Math.max(firstMinute, to - 2 * WINDOW_DAYS * MINUTES_PER_DAY);
	const past = PastWindows.over(history, { from, to, excluded });
	const levelsAt = (day: number) =>
		fitWindows(past, fitLevels(history, { firstMinute, excluded, to: day }), day);
	const rows: RawRow[] = [];
	const firstDay = Math.max(firstMinute + MINUTES_PER_DAY, to - WINDOW_DAYS * MINUTES_PER_DAY);
	for (let day = firstDay; day < to; day += MINUTES_PER_DAY) {
		const levels = levelsAt(day);
		for (const snapshot of past.between(day, Math.min(to, day + MINUTES_PER_DAY))) {
			rows.push({ minute: snapshot.minute, raw: rawFeatures(snapshot, levels) });
		}
	}
	return baselineOf(levelsAt(to), rows, random);
}

/** The baseline that follows from levels and the raw rows of earlier days, each made with the levels of its own day. */
export function baselineOf(levels: Levels, rows: RawRow[], random: () => number): Baseline {
	const scales = fitScales(rows.map(({ raw }) => raw));
	const vectors = rows.map(({ minute, raw }) => ({
		minute,
		vector: embed(standardise(raw, scales), minute),
	}));
	return { levels, scales, centroids: fitCentroids(vectors, random), rows };
}
