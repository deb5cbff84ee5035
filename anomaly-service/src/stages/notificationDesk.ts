import { iso } from '../../../core/utc.ts';
import type { Database } from '../ports/database.ts';
import type { Metrics } from '../ports/metrics.ts';
import type {
	NotificationDocument,
	NotificationFunctions,
	NotificationReport,
	NotificationState,
} from '../ports/notificationFunctions.ts';

export type NotificationFilter = {
	tenantId: string | null;
	/** Of this incident or alert. */
	subjectId: string | null;
	state: NotificationState | null;
	/** Behind the message of this id. */
	after: string | null;
	limit: number;
};

/** By whom and when; `tenantId` null: of whatever tenant. */
export type NotificationOrder = { id: string; tenantId: string | null; actor: string; now: number };

/** What workflows that post messages ask and report. */
export class NotificationDesk {
	readonly #deps: {
		database: Database;
		metrics: Pick<Metrics, 'notifications'>;
		outboxChanged: () => void;
	};

	constructor(deps: {
		database: Database;
		metrics: Pick<Metrics, 'notifications'>;
		outboxChanged: () => void;
	}) {
		this.#deps = deps;
	}

	/** Newest first. */
	list(filter: NotificationFilter): Promise<NotificationDocument[]> {
		return this.#deps.database.call('list_notifications', filter);
	}

	/** Takes the present attempt for two minutes; of several workflows that ask, one gets it. */
	claim({
		now,
		...order
	}: NotificationOrder & { attempt: number }): Promise<
		NotificationFunctions['claim_notification']['result']
	> {
		return this.#deps.database.call('claim_notification', { ...order, now: iso(now) });
	}

	/** Notes how an attempt ended. The same report again changes nothing. */
	async report(
		report: NotificationReport,
		{ now, ...order }: NotificationOrder,
	): Promise<NotificationFunctions['report_notification']['result']> {
		const { database, metrics, outboxChanged } = this.#deps;
		const args = { ...order, report, now: iso(now) };
		const result = await database.call('report_notification', args);
		if (result.outcome === 'recorded') {
			metrics.notifications.inc({
				...{ channel: result.notification.channel, outcome: report.outcome },
			});
			// One that waited for this may go now.
			outboxChanged();
		}
		return result;
	}

	async retry({ now, ...order }: NotificationOrder) {
		const { database, outboxChanged } = this.#deps;
		const { outcome } = await database.call('retry_notification', { ...order, now: iso(now) });
		if (outcome === 'retried') outboxChanged();
		return outcome;
	}

	/** Puts a dead message away. */
	async delete({ now, ...order }: NotificationOrder) {
		const { outcome } = await this.#deps.database.call('delete_notification', {
			...{ ...order, now: iso(now) },
		});
		return outcome;
	}
}
