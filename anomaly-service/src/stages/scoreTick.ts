import { setImmediate as breathe } from 'node:timers/promises';
import { minuteOf } from '../../../core/behaviour/minuteSums.ts';
import type { Score } from '../detectors/detector.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { ActivityBook } from './activityBook.ts';
import { detect, type DetectDependencies } from './detect.ts';
import type { Scorer } from './score.ts';
import { SERVICE_TENANT } from './serviceTenant.ts';
import type { SnapshotKeeper } from './snapshotKeeper.ts';
import type { TenantSurroundings } from './tenantSurroundings.ts';

export type ScoreTickDependencies = Omit<DetectDependencies, 'activities' | 'metrics'> & {
	activities: ActivityBook;
	config: { scoreIntervalMs: number };
	keeper: SnapshotKeeper;
	metrics: Pick<
		Metrics,
		| 'findingsSuppressed'
		| 'scoredTenants'
		| 'scoreTickSeconds'
		| 'scoreTicksMissed'
		| 'scoreLagSeconds'
	>;
	scorer: Pick<Scorer, 'score'>;
	/** Latest scores by tenant. */
	scores: Map<string, Score>;
	surroundings: Pick<TenantSurroundings, 'begin' | 'look' | 'ofService'>;
};

/** Tenants scored in one call: requests wait some 10 ms for the features of so many, or for an embedded database. */
export const TENANTS_AT_A_TIME = 250;

/**
 * Scores every active tenant and lets the detectors look at every tenant there is, at last at the service itself: what all
 * tenants share. Called again at the next interval when it is done: a tick that takes longer than its interval makes the
 * ones it missed drop out, so scores are one tick late at most.
 */
export async function scoreTick(deps: ScoreTickDependencies, now: number): Promise<void> {
	const { activities, config, keeper, metrics, scorer, scores, surroundings } = deps;
	const started = performance.now();
	const known = activities.known();
	surroundings.begin(now);
	for (let from = 0; from < known.length; from += TENANTS_AT_A_TIME) {
		const some = known.slice(from, from + TENANTS_AT_A_TIME);
		const active = some.filter((tenantId) => !activities.of(tenantId).isQuiet);
		const latest = active.length > 0 ? await scorer.score(active, now) : new Map<string, Score>();
		metrics.scoredTenants.inc({}, latest.size);
		const around = await surroundings.look(some, now);
		for (const tenantId of some) {
			const score = latest.get(tenantId);
			if (score) scores.set(tenantId, score);
			if (tenantId === SERVICE_TENANT) continue;
			await detect(deps, {
				...{ runsOn: 'tick', tenantId, asOf: now, score },
				surroundings: around(tenantId),
			});
		}
		// An embedded database answers without ever letting requests have their turn.
		await breathe();
	}
	for (const [tenantId, { at }] of scores) if (at !== now) scores.delete(tenantId);
	keeper.forget(minuteOf(now));
	const shared = await surroundings.ofService(now);
	await detect(deps, {
		...{ runsOn: 'tick', tenantId: SERVICE_TENANT, asOf: now, surroundings: shared },
		score: scores.get(SERVICE_TENANT),
	});

	const tookMs = performance.now() - started;
	metrics.scoreTickSeconds.observe({}, tookMs / 1000);
	metrics.scoreLagSeconds.set(Math.max(0, tookMs - config.scoreIntervalMs) / 1000);
	metrics.scoreTicksMissed.inc({}, Math.floor(tookMs / config.scoreIntervalMs));
}
