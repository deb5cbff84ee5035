import { z } from 'zod';
import type { CallQueue } from '../../stages/callQueue.ts';
import { DEAD_LETTER_KINDS, kindOf, type DeadLetters } from '../../stages/deadLetters.ts';
import type { Caller } from '../../stages/serviceKeys.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import { withUtcInstants } from '../instants.ts';
import { ProblemError } from '../problemError.ts';
import { callBody, pageBody } from '../queueAnswers.ts';
import { route, type Route } from '../route.ts';
import { anyId, tenantId } from '../schemas/common.ts';
import {
	deadActionPage,
	deadDeliveryPage,
	deadNotificationPage,
	retriedAnswer,
} from '../schemas/deadLetters.ts';
import { page } from '../schemas/page.ts';
import { queuedCallAnswer, queuePageAnswer } from '../schemas/queue.ts';
import { visibleTenant } from '../tenantScope.ts';
import { actionBody } from './actions.ts';

const kind = z.enum(DEAD_LETTER_KINDS).default('call').meta({
	description:
		'call: a queued call nobody could tell; delivery: an event for a subscriber; action: a containment step; notification: a message to people',
});
const listQuery = z.strictObject({ kind, tenantId: tenantId.optional(), ...page });
const place = z.object({ after: anyId });
const params = z.object({ deadLetterId: anyId });

export type DeadLetterRouteDependencies = { deadLetters: DeadLetters; queue: CallQueue };

/** Everything that was given up. */
export function deadLetterRoutes(parts: DeadLetterRouteDependencies): Route[] {
	return [listDead(parts), retryDead(parts), deleteDead(parts)];
}

function listDead({ deadLetters, queue }: DeadLetterRouteDependencies): Route {
	return route({
		method: 'get',
		path: '/v1/dead-letters',
		summary: 'What was given up: calls, deliveries, containment steps or messages to people',
		roles: ['read'],
		query: listQuery,
		responses: {
			200: {
				description: 'One page, of the kind that was asked for',
				schema: z.union([queuePageAnswer, deadDeliveryPage, deadActionPage, deadNotificationPage]),
			},
		},
		async handle({ query: { kind: asked, tenantId: of, limit, cursor }, caller }) {
			const visible = visibleTenant(caller, { tenantId: of, pointer: '/tenantId' });
			if (asked === 'call') {
				const filter = { tenantId: visible, lane: null, state: 'dead', limit } as const;
				return { status: 200, body: await pageBody(queue, filter, cursor) };
			}
			const after = readCursor(cursor, place)?.after ?? null;
			const filter = { tenantId: visible, after, limit };
			return { status: 200, body: await bodyOf(deadLetters, asked, filter) };
		},
	});
}

function retryDead({ deadLetters, queue }: DeadLetterRouteDependencies): Route {
	return route({
		method: 'post',
		path: '/v1/dead-letters/{deadLetterId}/retry',
		summary:
			'Try again what was given up; a queued call that was allowed waits again, for new room',
		roles: ['operate'],
		params,
		responses: {
			200: {
				description: 'The call, or what is on its way again',
				schema: z.union([queuedCallAnswer, retriedAnswer]),
			},
		},
		async handle({ params: { deadLetterId: id }, caller, now }) {
			refuseUnlessDone(await deadLetters.retry(orderFor(id, caller, now)), id);
			const what = kindOf(id);
			const body =
				what === 'call' ? await callBody(queue, id, caller) : { id, kind: what, retried: true };
			return { status: 200, body };
		},
	});
}

function deleteDead({ deadLetters }: DeadLetterRouteDependencies): Route {
	return route({
		method: 'delete',
		path: '/v1/dead-letters/{deadLetterId}',
		summary: 'Delete a dead letter: nobody will be told, nothing will be done',
		roles: ['operate'],
		params,
		responses: { 204: { description: 'Deleted' } },
		async handle({ params: { deadLetterId: id }, caller, now }) {
			refuseUnlessDone(await deadLetters.delete(orderFor(id, caller, now)), id);
			return { status: 204 };
		},
	});
}

async function bodyOf(
	deadLetters: DeadLetters,
	asked: 'delivery' | 'action' | 'notification',
	filter: { tenantId: string | null; after: string | null; limit: number },
): Promise<object> {
	const nextCursor = (next: string | null) => (next === null ? null : writeCursor({ after: next }));
	switch (asked) {
		case 'delivery': {
			const { rows, next } = await deadLetters.deliveries(filter);
			return { deliveries: rows.map(withUtcInstants), nextCursor: nextCursor(next) };
		}
		case 'action': {
			const { rows, next } = await deadLetters.actions(filter);
			return { actions: rows.map(actionBody), nextCursor: nextCursor(next) };
		}
		case 'notification': {
			const { rows, next } = await deadLetters.notifications(filter);
			return { notifications: rows.map(withUtcInstants), nextCursor: nextCursor(next) };
		}
	}
}

/** A key bound to a tenant reaches that tenant's only. */
function orderFor(id: string, { tenantId: bound, keyId: actor }: Caller, now: number) {
	return { id, tenantId: bound, actor, now };
}

function refuseUnlessDone(outcome: string, id: string): void {
	const what = kindOf(id);
	if (outcome === 'unknown') {
		const noun = what === 'call' ? 'queued call' : what;
		throw new ProblemError('not-found', `There is no ${noun} ${id}.`);
	}
	if (outcome === 'notDead') {
		throw new ProblemError('conflict', `The ${what} ${id} is no dead letter.`);
	}
}
