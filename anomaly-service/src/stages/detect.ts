import type { Detector, WindowScore } from '../detectors/detector.ts';
import type { Log } from '../ports/log.ts';
import type { Actor } from './act.ts';
import type { ActivityBook } from './activityBook.ts';

export type DetectDependencies = {
	detectors: readonly Detector[];
	activities: ActivityBook;
	actor: Actor;
	log: Log;
};

/**
 * Asks the detectors about one tenant and acts on what they find. A detector that fails is logged and skipped: what
 * was recorded stays recorded, and the other detectors still look.
 */
export async function detect(
	{ detectors, activities, actor, log }: DetectDependencies,
	occasion: {
		runsOn: Detector['runsOn'];
		tenantId: string;
		asOf: number;
		scores?: readonly WindowScore[];
	},
): Promise<void> {
	const { tenantId, asOf, scores = [] } = occasion;
	const view = { tenantId, asOf, scores, activity: activities.of(tenantId) };
	for (const detector of detectors) {
		if (detector.runsOn !== occasion.runsOn) continue;
		try {
			const finding = detector.inspect(view);
			if (finding) await actor.act(finding, view);
		} catch (error) {
			log.error({ err: error, detector: detector.name, tenantId }, 'detector or action failed');
		}
	}
}
