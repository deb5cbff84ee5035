import { randomBytes } from 'node:crypto';
import {
	isIncident,
	type AlertNews,
	type Button,
	type Channel,
	type PlannedNotification,
} from '../../../core/alerting/notification.ts';
import { channelsOf, CHANNELS_OF, type AlertRoute } from '../../../core/alerting/routing.ts';
import type { Mutes } from './mutes.ts';

export type NotificationPlannerDependencies = {
	mutes: Pick<Mutes, 'isMuted'>;
	routing: { readonly routes: readonly AlertRoute[] | null };
};

/** Says who is told of an alert, and what they may press below it. */
export class NotificationPlanner {
	readonly #deps: NotificationPlannerDependencies;

	constructor(deps: NotificationPlannerDependencies) {
		this.#deps = deps;
	}

	/** One message for each channel; none when the rule is muted, which the opening of a breaker never is. */
	plan(news: AlertNews, now: number): PlannedNotification[] {
		const { mutes, routing } = this.#deps;
		const { notThrough, ...message } = news;
		const { rule, severity, tenantId, subjectId } = message;
		const breakerFired = isIncident(subjectId);
		if (!breakerFired && mutes.isMuted(rule, tenantId, now)) return [];

		const buttons = news.kind === 'resolved' ? [] : buttonsOf(news);
		const routed = channelsOf({ rule, severity, tenantId, breakerFired }, routing.routes ?? []);
		return otherThan(notThrough, routed).map((channel) => ({
			...{ ...message, id: notificationId(), channel, buttons },
		}));
	}
}

/** Where that leaves nobody to hear of it, whoever is on call does. */
function otherThan(channel: Channel | undefined, routed: readonly Channel[]): Channel[] {
	const others = routed.filter((one) => one !== channel);
	if (others.length > 0 || routed.length === 0) return others;

	return CHANNELS_OF.onCall.filter((one) => one !== channel);
}

function buttonsOf({ kind, subjectId, buttons }: AlertNews): Button[] {
	const acknowledge = { label: 'Acknowledge', data: `ack:${subjectId}` };
	const undo = { label: 'Undo', data: `undo:${subjectId}` };

	return [
		...(kind === 'firing' ? [acknowledge] : []),
		...buttons,
		...(isIncident(subjectId) ? [undo] : []),
	];
}

function notificationId(): string {
	return `ntf_${randomBytes(10).toString('hex')}`;
}
