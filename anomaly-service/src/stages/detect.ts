import type { Finding } from '../../../core/finding.ts';
import {
	findingsOf,
	type Detector,
	type Score,
	type Surroundings,
	type TenantView,
} from '../detectors/detector.ts';
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
	deps: DetectDependencies,
	occasion: {
		runsOn: Detector['runsOn'];
		tenantId: string;
		asOf: number;
		score?: Score | undefined;
		surroundings?: Surroundings;
	},
): Promise<void> {
	const { detectors, activities, log } = deps;
	const { tenantId, asOf, score, surroundings } = occasion;
	const view = { tenantId, asOf, score, surroundings, activity: activities.of(tenantId) };
	for (const detector of detectors) {
		if (detector.runsOn !== occasion.runsOn) continue;
		try {
			for (const finding of findingsOf(detector, view)) await act(deps, detector, finding, view);
		} catch (error) {
			log.error({ err: error, detector: detector.name, tenantId }, 'detector or action failed');
		}
	}
}

async function act(
	{ actor, maintenance, metrics }: DetectDependencies,
	{ restsInMaintenance }: Detector,
	finding: Finding,
	view: TenantView,
): Promise<void> {
	const rests = restsInMaintenance && maintenance.at(view.tenantId, view.asOf) !== undefined;
	if (rests || finding.isSuppressed === true) {
		const by = rests ? 'maintenance' : 'feedback';
		metrics.findingsSuppressed.inc({ rule: finding.rule, by });
	} else await actor.act(finding, view);
}
