import type { Action } from '../../../core/containment/action.ts';
import { iso } from '../../../core/utc.ts';
import type { Database } from '../ports/database.ts';
import type { DeadDelivery, NotificationDocument } from '../ports/notificationFunctions.ts';
import type { CallQueue } from './callQueue.ts';
import type { ContainmentDesk } from './containmentDesk.ts';
import type { NotificationDesk } from './notificationDesk.ts';

/** What may be given up: telling a queued call, a message to a subscriber, a containment step, a message to people. */
export const DEAD_LETTER_KINDS = ['call', 'delivery', 'action', 'notification'] as const;
export type DeadLetterKind = (typeof DEAD_LETTER_KINDS)[number];

export type DeadLetterFilter = { tenantId: string | null; after: string | null; limit: number };

/** By whom and when; `tenantId` null: of whatever tenant. */
export type DeadLetterOrder = { id: string; tenantId: string | null; actor: string; now: number };

/** One page, and the id that the next one begins behind. */
type Page<Row> = { rows: Row[]; next: string | null };

/** Everything that was given up, whatever it was; ids say what it is. */
export class DeadLetters {
	readonly #deps: {
		containment: ContainmentDesk;
		database: Database;
		notifications: NotificationDesk;
		outboxChanged: () => void;
		queue: CallQueue;
	};

	constructor(deps: {
		containment: ContainmentDesk;
		database: Database;
		notifications: NotificationDesk;
		outboxChanged: () => void;
		queue: CallQueue;
	}) {
		this.#deps = deps;
	}

	async deliveries(filter: DeadLetterFilter): Promise<Page<DeadDelivery>> {
		const rows = await this.#deps.database.call('list_dead_deliveries', filter);
		return { rows, next: rows.length < filter.limit ? null : (rows.at(-1)?.deliveryId ?? null) };
	}

	async notifications(filter: DeadLetterFilter): Promise<Page<NotificationDocument>> {
		const failed = { ...filter, subjectId: null, state: 'failed' } as const;
		const rows = await this.#deps.notifications.list(failed);
		const next = rows.length < filter.limit ? null : (rows.at(-1)?.notificationId ?? null);
		return { rows, next };
	}

	async actions({ tenantId, after, limit }: DeadLetterFilter): Promise<Page<Action>> {
		const rows = await this.#deps.containment.actionsOf({
			...{ tenantId, limit, state: 'failed' },
			...(after === null ? {} : { after }),
		});
		return { rows, next: rows.length < limit ? null : (rows.at(-1)?.id ?? null) };
	}

	/** Gives it another chance. */
	async retry(order: DeadLetterOrder): Promise<'retried' | 'notDead' | 'unknown'> {
		const { containment, database, notifications, outboxChanged, queue } = this.#deps;
		const { id, now } = order;
		switch (kindOf(id)) {
			case 'call':
				return queue.retryDead({ ...order, queueId: id });
			case 'notification':
				return notifications.retry(order);
			case 'action': {
				const outcome = await containment.retry(id, order);
				return outcome === 'notFailed' ? 'notDead' : outcome;
			}
			case 'delivery': {
				const { outcome } = await database.call('retry_delivery', { ...order, now: iso(now) });
				if (outcome === 'retried') outboxChanged();
				return outcome;
			}
		}
	}

	/** Puts it away for good. */
	async delete(order: DeadLetterOrder): Promise<'deleted' | 'notDead' | 'unknown'> {
		const { database, notifications, queue } = this.#deps;
		const { id, now } = order;
		switch (kindOf(id)) {
			case 'call':
				return queue.deleteDead({ ...order, queueId: id });
			case 'notification':
				return notifications.delete(order);
			case 'action':
				return this.#declineDead(order);
			case 'delivery': {
				const { outcome } = await database.call('delete_delivery', { ...order, now: iso(now) });
				return outcome;
			}
		}
	}

	/** One that waits for approval can be declined too, but is no dead letter. */
	async #declineDead(order: DeadLetterOrder): Promise<'deleted' | 'notDead' | 'unknown'> {
		const { containment } = this.#deps;
		const action = await containment.action(order.id, order.tenantId);
		if (action && action.status.state !== 'failed') return 'notDead';
		const outcome = await containment.decline(order.id, order);
		if (outcome === 'declined') return 'deleted';

		return outcome === 'unknown' ? 'unknown' : 'notDead';
	}
}

/** By the first letters of its id; a queued call may be named by its caller. */
export function kindOf(id: string): DeadLetterKind {
	if (id.startsWith('msg_')) return 'delivery';
	if (id.startsWith('act_')) return 'action';

	return id.startsWith('ntf_') ? 'notification' : 'call';
}
