import { fitCentroids, type Centroid, type Recurrence } from '../../../core/behaviour/centroids.ts';
import { MINUTES_PER_DAY } from '../../../core/behaviour/levels.ts';
import { tangentOf } from '../../../core/behaviour/score.ts';
import type { Embedder } from '../ports/embedder.ts';

export type EmbeddedBaseline = {
	space: string;
	/** tan(angle) to the nearest centroid at which a snapshot is flagged, for theta 0. */
	tangentLimit: number;
	centroids: (readonly number[])[];
};

type PastSnapshot = {
	/** Since the epoch. */
	minute: number;
	/** In the order of COORDINATES. */
	standardised: readonly number[];
};

type EmbeddedRow = { minute: number; vector: readonly number[] };

/** Windows overlap: a row a quarter of an hour tells what there is to tell, at a fifteenth of the price. */
const STRIDE_MINUTES = 15;
/** Below this many rows clusters are noise, and a limit learned from them is too low. */
const MIN_ROWS = 200;
/** With more gaps the rows left are a choice of the moments when the embedder answered. */
const MIN_EMBEDDED_SHARE = 0.9;
/** Two texts of equal meaning are not the same point: a limit of 0 would flag every new word. */
const SMALLEST_LIMIT = 0.05;
/**
 * Days are not quite exchangeable: at the greatest past distance itself 12 tenants of real traffic had 4.3 false alerts a
 * week. This factor makes it one, and one on 12 others; measured with a stand-in for a model (docs/embedders.md).
 */
const MARGIN = 1.45;

/**
 * A tenant's baseline in the space of a text embedder, from its past snapshots. Undefined when there are too few of them
 * or too few could be embedded: the tenant then stays in the space `features`.
 *
 * The limit is the tenant's own, as no other tenant's tells anything about a space of words: of each day the distance to
 * centroids of the other days, and of all of these the greatest, times a margin. Bound: if days were exchangeable, a new
 * snapshot is over the greatest of n such distances with probability 1/(n + 1), so that a week of 672 quarters of an hour
 * has 672/(n + 1) of them over it: 1 after a week of history, 2.3 after three days. The margin is for days that are not;
 * theta (core/behaviour/threshold.ts) corrects the rest by the alerts that come.
 */
export async function embeddedBaseline({
	rows,
	embedder,
	tenantId,
	random,
}: {
	rows: readonly PastSnapshot[];
	embedder: Embedder | undefined;
	tenantId: string;
	/** [0, 1) */
	random: () => number;
}): Promise<EmbeddedBaseline | undefined> {
	const chosen = rows.filter(({ minute }) => minute % STRIDE_MINUTES === 0);
	if (!embedder || chosen.length < MIN_ROWS) return undefined;
	const vectors = await embedder.embed(chosen.map((row) => ({ tenantId, ...row })));
	const embedded = chosen.flatMap(({ minute }, index) => {
		const vector = vectors[index];
		return vector ? [{ minute, vector }] : [];
	});
	if (embedded.length < Math.max(MIN_ROWS, MIN_EMBEDDED_SHARE * chosen.length)) return undefined;

	const centroids = recurring(embedded, random);
	const furthest = furthestOutOfSample(embedded, random);
	if (centroids.length === 0 || furthest === undefined) return undefined;
	return {
		space: embedder.space,
		tangentLimit: Math.max(SMALLEST_LIMIT, MARGIN * tangentOf(furthest)),
		centroids: centroids.map(({ vector }) => vector),
	};
}

/** The origin means nothing in a space of words, so what recurs little is a place of its own too. */
const RECURRENCE: Recurrence = { minShare: 0.003, minDays: 2 };

/** Without a mixture that recurs fitCentroids answers the origin of `features`, which is no place in another space. */
function recurring(rows: readonly EmbeddedRow[], random: () => number): Centroid[] {
	return fitCentroids(rows, random, RECURRENCE).filter(({ days }) => days > 0);
}

/** The greatest distance of a row to the centroids of all other days; undefined when no day could be compared. */
function furthestOutOfSample(
	rows: readonly EmbeddedRow[],
	random: () => number,
): number | undefined {
	const distances = [...Map.groupBy(rows, dayOf)].flatMap(([day, ofDay]) => {
		const centroids = recurring(
			rows.filter((row) => dayOf(row) !== day),
			random,
		);
		return centroids.length === 0 ? [] : ofDay.map(({ vector }) => nearest(vector, centroids));
	});
	return distances.length === 0 ? undefined : distances.reduce((a, b) => Math.max(a, b));
}

function dayOf({ minute }: EmbeddedRow): number {
	return Math.floor(minute / MINUTES_PER_DAY);
}

function nearest(vector: readonly number[], centroids: readonly Centroid[]): number {
	return Math.min(...centroids.map((centroid) => cosineDistance(vector, centroid.vector)));
}

function cosineDistance(a: readonly number[], b: readonly number[]): number {
	return 1 - dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

function dot(a: readonly number[], b: readonly number[]): number {
	return a.reduce((sum, value, axis) => sum + value * (b[axis] ?? 0), 0);
}
