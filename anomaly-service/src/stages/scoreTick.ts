import { setImmediate as breathe } from 'node:timers/promises';
import { minuteOf } from '../../../core/behaviour/minuteSums.ts';
import type { Score } from '../detectors/detector.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { ActivityBook } from './activityBook.ts';
import { detect, type DetectDependencies } from './detect.ts';
import type { Scorer } from './score.ts';
import type { SnapshotKeeper } from './snapshotKeeper.ts';

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
};

/** Tenants scored in one call: requests wait some 10 ms for the features of so many, or for an embedded database. */
export const TENANTS_AT_A_TIME = 250;

/**
 * Scores every active tenant and looks at what came out. Called again at the next interval when it is done: a tick that
 * takes longer than its interval makes the ones it missed drop out, so scores are one tick late at most.
 */
export async function scoreTick(deps: ScoreTickDependencies, now: number): Promise<void> {
	const { activities, config, keeper, metrics, scorer, scores } = deps;
	const started = performance.now();
	const active = activities.active();
	for (let from = 0; from < active.length; from += TENANTS_AT_A_TIME) {
		const latest = await scorer.score(active.slice(from, from + TENANTS_AT_A_TIME), now);
		metrics.scoredTenants.inc({}, latest.size);
		for (const [tenantId, score] of latest) {
			scores.set(tenantId, score);
			await detect(deps, { runsOn: 'tick', tenantId, asOf: now, score });
		}
		// An embedded database answers without ever letting requests have their turn.
		await breathe();
	}
	for (const [tenantId, { at }] of scores) if (at !== now) scores.delete(tenantId);
	keeper.forget(minuteOf(now));

	const tookMs = performance.now() - started;
	metrics.scoreTickSeconds.observe({}, tookMs / 1000);
	metrics.scoreLagSeconds.set(Math.max(0, tookMs - config.scoreIntervalMs) / 1000);
	metrics.scoreTicksMissed.inc({}, Math.floor(tookMs / config.scoreIntervalMs));
}
