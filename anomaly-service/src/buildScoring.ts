import type { Score } from './detectors/detector.ts';
import type { Broadcast } from './ports/broadcast.ts';
import type { Database } from './ports/database.ts';
import type { Embedder } from './ports/embedder.ts';
import type { Log } from './ports/log.ts';
import type { ActivityBook } from './stages/activityBook.ts';
import type { BaselineBook } from './stages/baselineBook.ts';
import { Explainer } from './stages/explanation.ts';
import { MaintenanceBook } from './stages/maintenanceBook.ts';
import { Scorer } from './stages/score.ts';
import { SnapshotKeeper } from './stages/snapshotKeeper.ts';

export type ScoringParts = {
	explainer: Explainer;
	keeper: SnapshotKeeper;
	maintenance: MaintenanceBook;
	scorer: Scorer;
	/** Latest scores by tenant, replaced on every tick. */
	scores: Map<string, Score>;
};

/** What says how far from its normal each tenant is, and why. */
export function buildScoring(outside: {
	activities: ActivityBook;
	baselines: BaselineBook;
	broadcast: Broadcast;
	database: Database;
	embedder: Embedder | undefined;
	log: Log;
}): ScoringParts {
	const { broadcast } = outside;
	const keeper = new SnapshotKeeper(outside);
	const maintenance = new MaintenanceBook({
		...outside,
		changed: () => void broadcast.publish({ kind: 'maintenanceChanged' }),
	});
	const scorer = new Scorer({ ...outside, keeper });
	const explainer = new Explainer({ ...outside, scorer });

	return { explainer, keeper, maintenance, scorer, scores: new Map() };
}
