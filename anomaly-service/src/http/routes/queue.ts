import { z } from 'zod';
import type { CallQueue } from '../../stages/callQueue.ts';
import { ProblemError } from '../problemError.ts';
import { callBody, orderFor, pageBody, refuseUnlessDone } from '../queueAnswers.ts';
import { route, type Route } from '../route.ts';
import { tenantId, tenantQuery } from '../schemas/common.ts';
import { page } from '../schemas/page.ts';
import {
	lane,
	queuedCallAnswer,
	queuePageAnswer,
	queueParams,
	queueState,
	queueSummaryAnswer,
} from '../schemas/queue.ts';
import { visibleTenant } from '../tenantScope.ts';

const listQuery = z.strictObject({
	tenantId: tenantId.optional(),
	lane: lane.optional(),
	state: queueState.optional(),
	...page,
});

const promoteBody = z.strictObject({
	lane: lane.optional().meta({ description: 'Where to; left out: before all others' }),
});

const drainBody = z
	.strictObject({
		tenantId: tenantId.optional(),
		lane: lane.optional(),
		all: z.literal(true).optional().meta({ description: 'Everything that waits' }),
	})
	.refine((given) => Object.values(given).some((value) => value !== undefined), {
		message: 'expected tenantId, lane, or all: true',
	});

type QueueDependencies = { queue: CallQueue; secretOf: (purpose: string) => string };

export function queueRoutes({ queue, secretOf }: QueueDependencies): Route[] {
	return [
		listCalls(queue),
		summary(queue),
		signingSecret(secretOf),
		drain(queue),
		getCall(queue),
		promote(queue),
		cancel(queue),
	];
}

function listCalls(queue: CallQueue): Route {
	return route({
		method: 'get',
		path: '/v1/queue',
		summary: 'Calls that wait or waited for room, in the order they go',
		roles: ['read'],
		query: listQuery,
		responses: { 200: { description: 'One page', schema: queuePageAnswer } },
		async handle({ query, caller }) {
			const { lane: ofLane = null, state = null, limit, cursor } = query;
			const visible = visibleTenant(caller, { tenantId: query.tenantId, pointer: '/tenantId' });
			const filter = { tenantId: visible, lane: ofLane, state, limit };
			return { status: 200, body: await pageBody(queue, filter, cursor) };
		},
	});
}

function summary(queue: CallQueue): Route {
	return route({
		method: 'get',
		path: '/v1/queue/summary',
		summary: 'How many calls wait, by tenant and lane, and since when',
		roles: ['read'],
		query: tenantQuery,
		responses: { 200: { description: 'The queue', schema: queueSummaryAnswer } },
		async handle({ query, caller, now }) {
			const visible = visibleTenant(caller, { tenantId: query.tenantId, pointer: '/tenantId' });
			const { lanes, ...rest } = await queue.summary(visible, now);
			const shown = lanes.map(({ oldestParkedAt, firstRankAt, ...counts }) => ({
				...counts,
				oldestParkedAt: new Date(oldestParkedAt).toISOString(),
				firstRankAt: new Date(firstRankAt).toISOString(),
			}));
			return { status: 200, body: { lanes: shown, ...rest } };
		},
	});
}

function signingSecret(secretOf: (purpose: string) => string): Route {
	return route({
		method: 'get',
		path: '/v1/queue/signing-secret',
		summary: 'The secret that signs what calls parked with this service key are told',
		roles: ['ask'],
		responses: {
			200: {
				description: 'The secret',
				schema: z.object({ keyId: z.string(), secret: z.string() }),
			},
		},
		async handle({ caller: { keyId } }) {
			return {
				status: 200,
				body: { keyId, secret: secretOf(keyId) },
				headers: { 'cache-control': 'no-store' },
			};
		},
	});
}

function drain(queue: CallQueue): Route {
	return route({
		method: 'post',
		path: '/v1/queue/drain',
		summary: 'Refuse all that wait, of a tenant, a lane, or altogether',
		roles: ['operate'],
		body: drainBody,
		responses: { 200: { description: 'Done', schema: z.object({ drained: z.int() }) } },
		async handle({ body, caller, now }) {
			const visible = visibleTenant(caller, { tenantId: body.tenantId, pointer: '/tenantId' });
			const by = { tenantId: visible, actor: caller.keyId, now };
			const drained = await queue.drain({ ...by, lane: body.lane ?? null });
			return { status: 200, body: { drained } };
		},
	});
}

function getCall(queue: CallQueue): Route {
	return route({
		method: 'get',
		path: '/v1/queue/{queueId}',
		summary: 'One call, with what became of it',
		roles: ['ask', 'read'],
		params: queueParams,
		responses: { 200: { description: 'The call', schema: queuedCallAnswer } },
		async handle({ params: { queueId }, caller }) {
			return { status: 200, body: await callBody(queue, queueId, caller) };
		},
	});
}

function promote(queue: CallQueue): Route {
	return route({
		method: 'post',
		path: '/v1/queue/{queueId}/promote',
		summary: 'Move a waiting call to another lane, or before all others',
		roles: ['operate'],
		params: queueParams,
		body: promoteBody,
		bodyOptional: true,
		responses: { 200: { description: 'The call', schema: queuedCallAnswer } },
		async handle({ params: { queueId }, body, caller, now }) {
			if (body.lane === undefined && caller.tenantId !== null) {
				throw new ProblemError(
					'forbidden',
					'This key is bound to a tenant and may not put a call before those of others; name a lane.',
				);
			}
			const order = orderFor(queueId, caller, now);
			const outcome = await queue.promote({ ...order, lane: body.lane ?? null });
			refuseUnlessDone(outcome, queueId);
			return { status: 200, body: await callBody(queue, queueId, caller) };
		},
	});
}

function cancel(queue: CallQueue): Route {
	return route({
		method: 'post',
		path: '/v1/queue/{queueId}/cancel',
		summary: 'Take a waiting call out of the queue; it is told no',
		roles: ['operate'],
		params: queueParams,
		responses: { 200: { description: 'The call', schema: queuedCallAnswer } },
		async handle({ params: { queueId }, caller, now }) {
			refuseUnlessDone(await queue.cancel(orderFor(queueId, caller, now)), queueId);
			return { status: 200, body: await callBody(queue, queueId, caller) };
		},
	});
}
