import type { BaselineFunctions } from '../../anomaly-service/src/ports/baselineFunctions.ts';
import type { Database } from '../../anomaly-service/src/ports/database.ts';
import { sparseLiteral } from '../../anomaly-service/src/stages/sparseVector.ts';
import { CONSTANT, origin } from '../../core/behaviour/embedding.ts';
import { emptyLevels } from '../support/baselines.ts';
import { iso, NOON } from './databaseBench.ts';

type Saved = BaselineFunctions['save_baseline']['args'];

export const MINUTE = 60_000;
export const DAY = 1440 * MINUTE;
export const LIMIT = 0.5;

/** A vector whose coordinate is so many limits out. */
export const out = (limits: number, coordinate = 0): number[] =>
	origin().map((value, at) => (at === coordinate ? limits * LIMIT * CONSTANT : value));

/** What tests of baselines do with the database again and again. */
export function baselineBench(db: Database) {
	const save = (
		tenantId: string,
		changes: Partial<Saved['baseline']> = {},
		{ actor = null, ...scoring }: Partial<Saved['scoring'] & { actor: string | null }> = {},
	) =>
		db.call('save_baseline', {
			baseline: {
				...{ tenantId, fittedAt: iso(NOON), levels: emptyLevels(), scales: [] },
				...{ snapshots: 2, tangentLimit: LIMIT, theta: 0, cause: 'daily' },
				...{ excludedMinutes: 0, note: null },
				centroids: [{ vector: JSON.stringify(origin()), weight: 1, days: 2 }],
				...changes,
			},
			scoring: { tangentLimit: LIMIT, theta: 0, refreshAfter: iso(NOON + DAY), ...scoring },
			actor,
		});
	const load = (tenantId: string, version: number | null = null) =>
		db.call('load_baseline', { tenantId, version });
	const snapshots = (tenantId: string, minutes: readonly number[], strength = 2) =>
		Promise.all(
			minutes.map((at) =>
				db.call('store_snapshots', {
					...{ at: iso(at), space: 'features' },
					snapshots: [[tenantId, 1, '{1}', sparseLiteral(out(strength)), 0.2, strength]],
				}),
			),
		);
	const judge = (tenantId: string, verdict: 'fine' | 'incident', at: number, now = NOON) =>
		db.call('give_feedback', {
			...{ tenantId, at: iso(at), openedAt: null, verdict, note: null },
			...{ expiresAt: iso(NOON + 30 * DAY), actor: 'key_1', now: iso(now) },
		});
	const actions = async (tenantId: string) =>
		(
			await db.call('search_audit', {
				...{ tenantId, action: null, actor: null, incidentId: null },
				...{ from: null, to: null, before: null, limit: 10 },
			})
		).map(({ action }) => action);

	return { save, load, snapshots, judge, actions };
}
