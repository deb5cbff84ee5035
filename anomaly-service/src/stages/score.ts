import { embed } from '../../../core/behaviour/embedding.ts';
import {
	rawFeatures,
	WINDOW_MINUTES,
	type WindowMinutes,
} from '../../../core/behaviour/features.ts';
import { snapshotAt } from '../../../core/behaviour/fitBaseline.ts';
import { MINUTE_MS, minuteOf } from '../../../core/behaviour/minuteSums.ts';
import { standardise } from '../../../core/behaviour/scales.ts';
import { reasonsOf, strengthOf } from '../../../core/behaviour/score.ts';
import type { WindowScore } from '../detectors/detector.ts';
import type { Database } from '../ports/database.ts';
import type { ActivityBook } from './activityBook.ts';
import type { BaselineBook } from './baselineBook.ts';

/**
 * Takes a snapshot of every active tenant in every window, stores them as vectors and reads their cosine distance to
 * the tenant's baseline: one SQL call for all of them. Tenants without a baseline are left out.
 */
export async function scoreSnapshots(
	{
		database,
		activities,
		baselines,
	}: { database: Database; activities: ActivityBook; baselines: BaselineBook },
	now: number,
): Promise<Map<string, WindowScore[]>> {
	const minute = minuteOf(now);
	const vectors = new Map<string, number[]>();
	const snapshots = activities.active().flatMap((tenantId) => {
		const baseline = baselines.get(tenantId);
		if (!baseline) return [];
		const { minutes } = activities.of(tenantId);

		return WINDOW_MINUTES.map((windowMinutes) => {
			const raw = rawFeatures(snapshotAt(minutes, minute, windowMinutes), baseline.levels);
			const vector = embed(standardise(raw, baseline.scales.get(windowMinutes) ?? []), minute);
			vectors.set(`${windowMinutes}|${tenantId}`, vector);

			return {
				tenantId,
				windowMinutes,
				at: new Date(minute * MINUTE_MS).toISOString(),
				baselineVersion: baseline.version,
				raw: raw.map(rounded),
				v: JSON.stringify(vector.map(rounded)),
			};
		});
	});
	const scores = new Map<string, WindowScore[]>();
	if (snapshots.length === 0) return scores;

	for (const { tenantId, windowMinutes, distance } of await database.call('score_snapshots', {
		snapshots,
	})) {
		const window = WINDOW_MINUTES.find((known): known is WindowMinutes => known === windowMinutes);
		if (window === undefined) continue;
		scores.set(tenantId, [
			...(scores.get(tenantId) ?? []),
			{
				windowMinutes: window,
				distance,
				strength: strengthOf(distance, window),
				reasons: reasonsOf(vectors.get(`${window}|${tenantId}`) ?? []),
			},
		]);
	}
	return scores;
}

/** The database keeps single precision; more digits would only make the message longer. */
function rounded(value: number): number {
	return Math.round(value * 1e5) / 1e5;
}
