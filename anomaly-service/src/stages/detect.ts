import type { Detector, Score } from '../detectors/detector.ts';
import type { Log } from '../ports/log.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Actor } from './act.ts';
import type { ActivityBook } from './activityBook.ts';
import type { MaintenanceBook } from './maintenanceBook.ts';

export type DetectDependencies = {
	detectors: readonly Detector[];
	activities: ActivityBook;
	actor: Pick<Actor, 'act'>;
	log: Log;
	maintenance: Pick<MaintenanceBook, 'at'>;
	metrics: Pick<Metrics, 'findingsSuppressed'>;
};

/**
 * Asks the detectors about one tenant and acts on what they find. A detector that fails is logged and skipped: what
 * was recorded stays recorded, and the other detectors still look. What feedback or a maintenance window suppresses is
 * counted, and no more.
 */
export async function detect(
	{ detectors, activities, actor, log, maintenance, metrics }: DetectDependencies,
	occasion: {
		runsOn: Detector['runsOn'];
		tenantId: string;
		asOf: number;
		score?: Score;
	},
): Promise<void> {
	const { tenantId, asOf, score } = occasion;
	const view = { tenantId, asOf, score, activity: activities.of(tenantId) };
	for (const detector of detectors) {
		if (detector.runsOn !== occasion.runsOn) continue;
		try {
			const finding = detector.inspect(view);
			if (!finding) continue;
			const rests = detector.restsInMaintenance && maintenance.at(tenantId, asOf) !== undefined;
			if (rests || finding.isSuppressed === true) {
				const by = rests ? 'maintenance' : 'feedback';
				metrics.findingsSuppressed.inc({ rule: finding.rule, by });
			} else await actor.act(finding, view);
		} catch (error) {
			log.error({ err: error, detector: detector.name, tenantId }, 'detector or action failed');
		}
	}
}
