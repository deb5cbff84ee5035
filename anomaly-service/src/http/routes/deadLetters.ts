import { z } from 'zod';
import type { CallQueue } from '../../stages/callQueue.ts';
import { callBody, orderFor, pageBody, refuseUnlessDone } from '../queueAnswers.ts';
import { route, type Route } from '../route.ts';
import { tenantId } from '../schemas/common.ts';
import { page } from '../schemas/page.ts';
import { queuedCallAnswer, queuePageAnswer, queueParams } from '../schemas/queue.ts';
import { visibleTenant } from '../tenantScope.ts';

const listQuery = z.strictObject({ tenantId: tenantId.optional(), ...page });

/** Queued calls whose receiver could not be told in time. */
export function deadLetterRoutes({ queue }: { queue: CallQueue }): Route[] {
	return [listDead(queue), retryDead(queue), deleteDead(queue)];
}

function listDead(queue: CallQueue): Route {
	return route({
		method: 'get',
		path: '/v1/dead-letters',
		summary: 'Queued calls whose receiver could not be told in time',
		roles: ['read'],
		query: listQuery,
		responses: { 200: { description: 'One page', schema: queuePageAnswer } },
		async handle({ query: { tenantId: asked, limit, cursor }, caller }) {
			const visible = visibleTenant(caller, { tenantId: asked, pointer: '/tenantId' });
			const filter = { tenantId: visible, lane: null, state: 'dead', limit } as const;
			return { status: 200, body: await pageBody(queue, filter, cursor) };
		},
	});
}

function retryDead(queue: CallQueue): Route {
	return route({
		method: 'post',
		path: '/v1/dead-letters/{queueId}/retry',
		summary: 'Tell a refused call again; let one that was allowed wait again, for new room',
		roles: ['operate'],
		params: queueParams,
		responses: { 200: { description: 'The call', schema: queuedCallAnswer } },
		async handle({ params: { queueId }, caller, now }) {
			refuseUnlessDone(await queue.retryDead(orderFor(queueId, caller, now)), queueId);
			return { status: 200, body: await callBody(queue, queueId, caller) };
		},
	});
}

function deleteDead(queue: CallQueue): Route {
	return route({
		method: 'delete',
		path: '/v1/dead-letters/{queueId}',
		summary: 'Delete a dead letter: nobody will be told',
		roles: ['operate'],
		params: queueParams,
		responses: { 204: { description: 'Deleted' } },
		async handle({ params: { queueId }, caller, now }) {
			refuseUnlessDone(await queue.deleteDead(orderFor(queueId, caller, now)), queueId);
			return { status: 204 };
		},
	});
}
