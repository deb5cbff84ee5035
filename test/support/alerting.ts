import { soleReplica } from '../../anomaly-service/src/adapters/memory/soleReplica.ts';
import type { Broadcast } from '../../anomaly-service/src/ports/broadcast.ts';
import type { Database } from '../../anomaly-service/src/ports/database.ts';
import { AlertBook } from '../../anomaly-service/src/stages/alertBook.ts';
import { AlertDesk } from '../../anomaly-service/src/stages/alertDesk.ts';
import { AlertRouting } from '../../anomaly-service/src/stages/alertRouting.ts';
import { Mutes } from '../../anomaly-service/src/stages/mutes.ts';
import { NotificationPlanner } from '../../anomaly-service/src/stages/notificationPlanner.ts';
import { ServiceAlerts } from '../../anomaly-service/src/stages/serviceAlerts.ts';

const quiet = () => undefined;
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };

/** What tells people, as one replica has it, on a database of a test. */
export function alertingOn(database: Database, broadcast: Broadcast = soleReplica()) {
	const muted: string[] = [];
	const mutes = new Mutes({ database, changed: quiet });
	const routing = new AlertRouting({ database, changed: quiet });
	const planner = new NotificationPlanner({ mutes, routing });
	const metrics = {
		alertsRaised: { inc: quiet },
		alertsMuted: { inc: (labels: Record<string, string> = {}) => muted.push(labels['rule'] ?? '') },
	};
	const book = new AlertBook({
		...{ broadcast, database, log, metrics, mutes, planner },
		outboxChanged: quiet,
	});

	return {
		...{ book, mutes, muted, planner, routing },
		desk: new AlertDesk({ book, database, log }),
		serviceAlerts: new ServiceAlerts({ book, log }),
	};
}
