import { findingsOf } from '../detectors/detector.ts';
import type { DetectDependencies } from './detect.ts';

/**
 * Looks again at tenants whose newest call is at most `withinMs` old, and acts on what trips: a process may have died
 * between recording a call and looking at it, or between opening a breaker and saying so.
 */
export async function lookAgain(
	{ activities, actor, detectors, log, maintenance }: Omit<DetectDependencies, 'metrics'>,
	{ now, withinMs }: { now: number; withinMs: number },
): Promise<void> {
	const ofUsage = detectors.filter(({ runsOn }) => runsOn === 'usage');
	for (const tenantId of activities.active()) {
		const activity = activities.of(tenantId);
		const { latestCallAt: asOf } = activity;
		if (asOf === undefined || asOf < now - withinMs || asOf > now) continue;
		const view = { tenantId, asOf, activity, score: undefined };
		const rests = maintenance.at(tenantId, asOf) !== undefined;
		for (const detector of ofUsage) {
			if (rests && detector.restsInMaintenance) continue;
			const trips = findingsOf(detector, view).filter(
				({ verdict, isSuppressed }) => verdict === 'trip' && isSuppressed !== true,
			);
			for (const finding of trips) {
				try {
					await actor.act(finding, view);
				} catch (error) {
					log.error({ err: error, tenantId }, 'breach not acted on; looking again');
				}
			}
		}
	}
}
