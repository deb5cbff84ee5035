import { MINUTE_MS } from '../../../core/durations.ts';
import { embed } from '../../../core/behaviour/embedding.ts';
import { rawFeatures, WINDOW_MINUTES } from '../../../core/behaviour/features.ts';
import { snapshotAt } from '../../../core/behaviour/fitBaseline.ts';
import { minuteOf } from '../../../core/behaviour/minuteSums.ts';
import { standardise } from '../../../core/behaviour/scales.ts';
import { reasonsOf, strengthOf } from '../../../core/behaviour/score.ts';
import type { WindowScore } from '../detectors/detector.ts';
import type { Database } from '../ports/database.ts';
import type { DatabaseFunctions } from '../ports/databaseFunctions.ts';
import type { Log } from '../ports/log.ts';
import type { ActivityBook } from './activityBook.ts';
import type { BaselineBook } from './baselineBook.ts';

type ScoreDependencies = {
	database: Database;
	activities: ActivityBook;
	baselines: BaselineBook;
	log: Log;
};

type StoredSnapshot = DatabaseFunctions['score_snapshots']['args']['snapshots'][number];
type Embedded = { snapshot: StoredSnapshot; vector: number[] };

/**
 * Takes a snapshot of every active tenant in every window, stores them as vectors and reads their cosine distance to
 * the tenant's baseline: one SQL call for all of them. Tenants without a baseline are left out.
 */
export async function scoreSnapshots(
	deps: ScoreDependencies,
	now: number,
): Promise<Map<string, WindowScore[]>> {
	const embedded = deps.activities.active().flatMap((tenantId) => embedTenant(deps, tenantId, now));
	const vectors = new Map(embedded.map((made) => [keyOf(made.snapshot), made.vector]));
	const scores = new Map<string, WindowScore[]>();
	if (embedded.length === 0) return scores;

	const snapshots = embedded.map(({ snapshot }) => snapshot);
	for (const scored of await deps.database.call('score_snapshots', { snapshots })) {
		const { tenantId, distance } = scored;
		const windowMinutes = WINDOW_MINUTES.find((known) => known === scored.windowMinutes);
		if (windowMinutes === undefined) continue;
		const score = {
			windowMinutes,
			distance,
			strength: strengthOf(distance, windowMinutes),
			reasons: reasonsOf(vectors.get(keyOf(scored)) ?? []),
		};
		scores.set(tenantId, [...(scores.get(tenantId) ?? []), score]);
	}
	return scores;
}

function embedTenant(deps: ScoreDependencies, tenantId: string, now: number): Embedded[] {
	const baseline = deps.baselines.get(tenantId);
	if (!baseline) return [];
	const minute = minuteOf(now);
	const passed = (now % MINUTE_MS) / MINUTE_MS;
	const { minutes } = deps.activities.of(tenantId);

	return WINDOW_MINUTES.flatMap((windowMinutes) => {
		const taken = snapshotAt(minutes, minute, windowMinutes, passed);
		const raw = rawFeatures(taken, baseline.levels);
		const vector = embed(standardise(raw, baseline.scales.get(windowMinutes) ?? []), minute);
		if (!vector.every(Number.isFinite)) {
			// All tenants are scored in one statement: one bad vector must not cost the others their score.
			deps.log.error({ tenantId, windowMinutes }, 'snapshot is not finite; left out');
			return [];
		}
		const snapshot = {
			tenantId,
			windowMinutes,
			at: new Date(minute * MINUTE_MS).toISOString(),
			baselineVersion: baseline.version,
			raw: raw.map(rounded),
			v: JSON.stringify(vector.map(rounded)),
		};
		return [{ snapshot, vector }];
	});
}

function keyOf({ tenantId, windowMinutes }: { tenantId: string; windowMinutes: number }): string {
	return `${windowMinutes}|${tenantId}`;
}

/** The database keeps single precision; more digits would only make the message longer. */
function rounded(value: number): number {
	return Math.round(value * 1e5) / 1e5;
}
