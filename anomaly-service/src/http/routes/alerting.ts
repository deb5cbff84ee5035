import type { Database } from '../../ports/database.ts';
import type { AlertRouting } from '../../stages/alertRouting.ts';
import type { AlertStates } from '../../stages/alertStates.ts';
import type { Mutes } from '../../stages/mutes.ts';
import type { NotificationDesk } from '../../stages/notificationDesk.ts';
import type { Route } from '../route.ts';
import { alertRoutingRoutes } from './alertRouting.ts';
import { alertRoutes } from './alerts.ts';
import { muteRoutes } from './mutes.ts';
import { notificationRoutes } from './notifications.ts';

export type AlertingRouteDependencies = {
	alertRouting: AlertRouting;
	alertStates: AlertStates;
	database: Database;
	mutes: Mutes;
	notifications: NotificationDesk;
};

/** What people are told, where, and who takes care of it. */
export function alertingRoutes(parts: AlertingRouteDependencies): Route[] {
	return [
		...alertRoutes(parts),
		...alertRoutingRoutes(parts),
		...muteRoutes(parts),
		...notificationRoutes(parts),
	];
}
