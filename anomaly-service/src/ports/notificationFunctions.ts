import type { Channel, PlannedNotification } from '../../../core/alerting/notification.ts';

/** ISO 8601 instant. */
type Instant = string;

export type NotificationState = 'requested' | 'sent' | 'skipped' | 'failed';

/** What a receiver needs to post a message: the data of `notification.<channel>`, and of a granted claim. */
export type NotificationData = Omit<PlannedNotification, 'id'> & {
	notificationId: string;
	attempt: number;
	/** Somebody took an earlier attempt and never said how it ended. */
	mayHaveArrived: boolean;
	/** What the first message of this subject and rule became in this channel. */
	posted: Record<string, unknown> | null;
};

export type NotificationDocument = Pick<
	NotificationData,
	| 'notificationId'
	| 'subjectId'
	| 'tenantId'
	| 'rule'
	| 'severity'
	| 'channel'
	| 'kind'
	| 'sequence'
	| 'attempt'
	| 'note'
	| 'alertText'
> & {
	state: NotificationState;
	external: Record<string, unknown> | null;
	error: string | null;
	createdAt: Instant;
	dueAt: Instant | null;
	sentAt: Instant | null;
};

export type NotificationReport = {
	attempt: number;
	outcome: 'sent' | 'failed';
	/** What the channel calls the message: `{ts, channel}`, `{messageId, chatId}`. */
	external: Record<string, unknown> | null;
	error: string | null;
	/** The channel answered, so a failed one was not posted. */
	answered: boolean;
	retryAfterMs: number | null;
	/** There is no use in another try. */
	final: boolean;
};

export type DeadDelivery = {
	deliveryId: string;
	webhookId: string;
	url: string;
	/** Whose subscription it is; null: one for all tenants. */
	tenantId: string | null;
	eventId: string;
	type: string;
	attempts: number;
	error: string | null;
	createdAt: Instant;
};

/** By whom and when; `tenantId` null: of whatever tenant. */
type Order = { id: string; tenantId: string | null; actor: string; now: Instant };

/** Messages to people, and messages that were given up; the files of supabase/migrations say more. */
export type NotificationFunctions = {
	add_notifications: {
		args: { notifications: readonly PlannedNotification[]; now: Instant };
		result: number;
	};
	claim_notification: {
		args: Order & { attempt: number };
		result:
			| { outcome: 'granted'; notification: NotificationData }
			| { outcome: 'unknown' | 'notRequested' | 'outdated' | 'claimed' };
	};
	report_notification: {
		args: Order & { report: NotificationReport };
		result:
			| { outcome: 'recorded' | 'known' | 'neverHandedOut'; notification: NotificationDocument }
			| { outcome: 'unknown'; notification: null };
	};
	sweep_notifications: {
		args: { now: Instant; limit: number };
		result: {
			handedOut: number;
			dead: {
				channel: Channel;
				error: string | null;
				notificationId: string;
				subjectId: string;
			}[];
		};
	};
	dead_notifications_told: { args: { ids: readonly string[] }; result: { noted: number } };
	list_notifications: {
		args: {
			tenantId: string | null;
			subjectId: string | null;
			state: NotificationState | null;
			after: string | null;
			limit: number;
		};
		result: NotificationDocument[];
	};
	retry_notification: { args: Order; result: { outcome: 'retried' | 'notDead' | 'unknown' } };
	delete_notification: { args: Order; result: { outcome: 'deleted' | 'notDead' | 'unknown' } };
	list_dead_deliveries: {
		args: { tenantId: string | null; after: string | null; limit: number };
		result: DeadDelivery[];
	};
	retry_delivery: { args: Order; result: { outcome: 'retried' | 'notDead' | 'unknown' } };
	delete_delivery: { args: Order; result: { outcome: 'deleted' | 'notDead' | 'unknown' } };
};
