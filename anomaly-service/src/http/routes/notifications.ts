import { z } from 'zod';
import type { NotificationReport } from '../../ports/notificationFunctions.ts';
import type { NotificationDesk, NotificationOrder } from '../../stages/notificationDesk.ts';
import type { Caller } from '../../stages/serviceKeys.ts';
import { withUtcInstants } from '../instants.ts';
import { ProblemError } from '../problemError.ts';
import { route, type Route } from '../route.ts';
import {
	claimAnswer,
	claimBody,
	notificationAnswer,
	notificationParams,
	notificationQuery,
	notificationReport,
	reportAnswer,
} from '../schemas/notifications.ts';
import { PAGE_DEFAULT } from '../schemas/page.ts';
import { visibleTenant } from '../tenantScope.ts';

/** The channel knows the sender no more: every other try would end like this one. */
const REFUSED = [401, 403];

export function notificationRoutes({
	notifications,
}: {
	notifications: NotificationDesk;
}): Route[] {
	return [list(notifications), claim(notifications), report(notifications), retry(notifications)];
}

function list(notifications: NotificationDesk): Route {
	return route({
		method: 'get',
		path: '/v1/notifications',
		summary: 'Messages to people, newest first',
		roles: ['read'],
		query: notificationQuery,
		responses: { 200: { description: 'The messages', schema: z.array(notificationAnswer) } },
		async handle({ query, caller }) {
			const { subjectId = null, state = null, after = null, limit = PAGE_DEFAULT } = query;
			const tenantId = visibleTenant(caller, { tenantId: query.tenantId, pointer: '/tenantId' });
			const listed = await notifications.list({ tenantId, subjectId, state, after, limit });
			return { status: 200, body: listed.map(withUtcInstants) };
		},
	});
}

function claim(notifications: NotificationDesk): Route {
	return route({
		method: 'post',
		path: '/v1/notifications/{notificationId}/claim',
		summary: 'Take a message to post it, for two minutes; of several that ask one gets it',
		roles: ['operate'],
		params: notificationParams,
		body: claimBody,
		responses: { 200: { description: 'Granted or not', schema: claimAnswer } },
		async handle({ params: { notificationId }, body: { attempt }, caller, now }) {
			const order = orderFor(notificationId, caller, now);
			const claimed = await notifications.claim({ ...order, attempt });
			if (claimed.outcome === 'unknown') throw noNotification(notificationId);
			const body =
				claimed.outcome === 'granted'
					? { granted: true, ...claimed.notification }
					: { granted: false, reason: claimed.outcome };
			return { status: 200, body };
		},
	});
}

function report(notifications: NotificationDesk): Route {
	return route({
		method: 'post',
		path: '/v1/notifications/{notificationId}/report',
		summary: 'Report how posting a message ended; the same report again changes nothing',
		roles: ['operate'],
		params: notificationParams,
		body: notificationReport,
		responses: { 200: { description: 'Noted', schema: reportAnswer } },
		async handle({ params: { notificationId }, body, caller, now }) {
			const order = orderFor(notificationId, caller, now);
			const reported = await notifications.report(reportOf(body), order);
			if (reported.outcome === 'unknown') throw noNotification(notificationId);
			if (reported.outcome === 'neverHandedOut') {
				throw new ProblemError(
					'conflict',
					`Attempt ${body.attempt} of the notification ${notificationId} was never handed out.`,
				);
			}
			const { state } = reported.notification;
			const accepted = reported.outcome === 'recorded';
			return { status: 200, body: { notificationId, state, accepted } };
		},
	});
}

function retry(notifications: NotificationDesk): Route {
	return route({
		method: 'post',
		path: '/v1/notifications/{notificationId}/retry',
		summary: 'Hand a dead message out again',
		roles: ['operate'],
		params: notificationParams,
		responses: { 204: { description: 'On its way' } },
		async handle({ params: { notificationId: id }, caller, now }) {
			const outcome = await notifications.retry(orderFor(id, caller, now));
			if (outcome === 'unknown') throw noNotification(id);
			if (outcome === 'notDead') {
				throw new ProblemError('conflict', `The notification ${id} is no dead letter.`);
			}
			return { status: 204 };
		},
	});
}

function orderFor(id: string, { tenantId, keyId: actor }: Caller, now: number): NotificationOrder {
	return { id, tenantId, actor, now };
}

function reportOf(body: z.infer<typeof notificationReport>): NotificationReport {
	const { attempt, outcome, external = null, error = null, http, retryAfterMs = null } = body;
	const isRefused = http !== undefined && REFUSED.includes(http.status);
	const said = error ?? (http === undefined ? null : `HTTP ${http.status}`);

	return {
		...{ attempt, outcome, external, retryAfterMs },
		error: outcome === 'failed' ? (said ?? 'no reason was given') : null,
		answered: http !== undefined,
		final: isRefused || body.final === true,
	};
}

function noNotification(id: string): ProblemError {
	return new ProblemError('not-found', `There is no notification ${id}.`);
}
