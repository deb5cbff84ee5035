import type { Severity } from '../alert.ts';

/** Where people are told; each is one event type, `notification.<channel>`. */
export const CHANNELS = ['slack', 'telegram', 'email', 'pagerduty'] as const;
export type Channel = (typeof CHANNELS)[number];

/** `firing` begins or repeats an alert, `acknowledged` and `resolved` change what was posted. */
export type NotificationKind = 'firing' | 'acknowledged' | 'resolved';

/** A person may press these below a message; `data` is at most 64 bytes, as Telegram takes it: `ack:inc_…`. */
export type Button = { label: string; data: string };

/** One message to one channel. Sent once for each (subjectId, rule, channel, sequence). */
export type PlannedNotification = {
	/** `ntf_…` */
	id: string;
	/** The incident (`inc_…`) or the alert (`alr_…`) it is about: what a person acknowledges. */
	subjectId: string;
	tenantId: string;
	rule: string;
	severity: Severity;
	channel: Channel;
	kind: NotificationKind;
	/** Of one subject and rule: 1 is the first message, each later one is one more. */
	sequence: number;
	/** The alert, byte for byte; every channel shows just this. */
	alertText: string;
	/** One line for people, beside the alert: "Acknowledged by Ada at 08:13 UTC"; null while it is firing. */
	note: string | null;
	buttons: readonly Button[];
};

/** Something people may have to be told. */
export type AlertNews = Pick<
	PlannedNotification,
	| 'subjectId'
	| 'tenantId'
	| 'rule'
	| 'severity'
	| 'kind'
	| 'sequence'
	| 'alertText'
	| 'note'
	| 'buttons'
> & {
	/** The channel that is out of order, which this is about. */
	notThrough?: Channel;
};

/** The subject is an incident: a tenant was cut off. */
export function isIncident(subjectId: string): boolean {
	return subjectId.startsWith('inc_');
}
