import type { Outside } from './build.ts';
import { AlertBook } from './stages/alertBook.ts';
import { AlertDesk } from './stages/alertDesk.ts';
import { AlertRouting } from './stages/alertRouting.ts';
import { AlertStates } from './stages/alertStates.ts';
import { Mutes } from './stages/mutes.ts';
import { NotificationDesk } from './stages/notificationDesk.ts';
import { NotificationPlanner } from './stages/notificationPlanner.ts';
import { NotificationSweep } from './stages/notificationSweep.ts';
import { ServiceAlerts } from './stages/serviceAlerts.ts';

/** What tells people. */
export type AlertParts = {
	alertBook: AlertBook;
	alertRouting: AlertRouting;
	alertStates: AlertStates;
	alerts: AlertDesk;
	mutes: Mutes;
	notificationSweep: NotificationSweep;
	notifications: NotificationDesk;
	outboxChanged: () => void;
	planner: NotificationPlanner;
	serviceAlerts: ServiceAlerts;
};

export function buildAlerts(outside: Outside, outboxChanged: () => void): AlertParts {
	const { broadcast, clock, database, log } = outside;
	const mutes = new Mutes({
		database,
		changed: () => void broadcast.publish({ kind: 'mutesChanged' }),
	});
	const alertRouting = new AlertRouting({
		database,
		changed: () => void broadcast.publish({ kind: 'alertRoutingChanged' }),
	});
	const planner = new NotificationPlanner({ mutes, routing: alertRouting });
	const book = new AlertBook({ ...outside, mutes, planner, outboxChanged });
	const serviceAlerts = new ServiceAlerts({ book, log });
	const alertStates = new AlertStates({
		...{ database, outboxChanged },
		changed: async () => {
			await book.load(clock.now());
			await broadcast.publish({ kind: 'alertsChanged' });
		},
	});

	return {
		...{ alertBook: book, alertRouting, alertStates, mutes, outboxChanged, planner, serviceAlerts },
		alerts: new AlertDesk({ book, database, log }),
		notifications: new NotificationDesk({ ...outside, outboxChanged }),
		notificationSweep: new NotificationSweep({ book, database, serviceAlerts, outboxChanged }),
	};
}
