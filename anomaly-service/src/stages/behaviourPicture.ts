import { HOUR_MS } from '../../../core/durations.ts';
import { fitPlane, project, type Plane } from '../../../core/projection.ts';
import { iso } from '../../../core/utc.ts';
import type { Score } from '../detectors/detector.ts';
import type { BacktestFunctions } from '../ports/backtestFunctions.ts';
import type { Database } from '../ports/database.ts';

export type BehaviourDependencies = {
	database: Database;
	/** Latest scores by tenant. */
	scores: ReadonlyMap<string, Pick<Score, 'at' | 'distance' | 'strength'>>;
};

type Stored = NonNullable<BacktestFunctions['tenant_behaviour']['result']>;

/** More points than this are a cloud that nobody tells apart. */
const MOST_SNAPSHOTS = 1500;
/** Fewer snapshots than this say little about a plane: then all of them have a say. */
const FIT_ON_LEAST = 50;

/**
 * A tenant's snapshots and centroids as seen on the plane that shows most of them. Undefined: it has no baseline. Epoch ms.
 */
export async function behaviourOf(
	{ database, scores }: BehaviourDependencies,
	{ tenantId, from, to }: { tenantId: string; from: number; to: number },
) {
	const span = { tenantId, from: iso(from), to: iso(to) };
	const stored = await database.call('tenant_behaviour', { ...span, limit: MOST_SNAPSHOTS });
	if (!stored) return undefined;
	const { incidents } = await database.call('known_spans', span);
	const plane = planeOf(stored, to);
	const latest = scores.get(tenantId);

	return {
		...span,
		baselineVersion: stored.version,
		space: stored.space,
		limit: stored.limit,
		threshold: distanceAt(stored.limit),
		explained: rounded(plane.explained),
		centroids: stored.centroids.map(({ vector, weight }) => ({
			...seen(plane, vector),
			weight,
			radius: rounded(radiusOf(vector, stored.limit)),
		})),
		snapshots: stored.snapshots.map(([at, distance, strength, vector]) => ({
			...{ at: iso(at), ...seen(plane, vector), distance, strength, flagged: strength > 1 },
		})),
		snapshotsFound: stored.found,
		latest: latest
			? { at: iso(latest.at), distance: latest.distance, strength: latest.strength }
			: null,
		incidents: incidents.map(({ id, rule, from: openedAt, to: closedAt }) => ({
			...{ incidentId: id, rule, openedAt: iso(openedAt) },
			closedAt: closedAt === null ? null : iso(closedAt),
		})),
	};
}

/**
 * Fitted on what was there at the last full hour: a picture that is drawn again every few seconds must not turn with every
 * new point.
 */
function planeOf({ centroids, snapshots }: Stored, to: number): Plane {
	const hour = Math.floor(to / HOUR_MS) * HOUR_MS;
	const settled = snapshots.filter(([at]) => at < hour);
	const fitted = settled.length >= FIT_ON_LEAST ? settled : snapshots;

	return fitPlane([
		...centroids.map(({ vector }) => vector),
		...fitted.map(([, , , vector]) => vector),
	]);
}

function seen(plane: Plane, vector: readonly number[]): { x: number; y: number } {
	const [x, y] = project(plane, vector);

	return { x: rounded(x), y: rounded(y) };
}

/** At a right angle to the centroid the limit lies tan(angle) times its length away. */
function radiusOf(centroid: readonly number[], limit: number): number {
	return limit * Math.sqrt(centroid.reduce((sum, value) => sum + value * value, 0));
}

/** The cosine distance whose tangent is `limit`. */
function distanceAt(limit: number): number {
	return 1 - 1 / Math.sqrt(1 + limit * limit);
}

function rounded(value: number): number {
	return Math.round(value * 10_000) / 10_000;
}
