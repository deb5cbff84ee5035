import { z } from 'zod';
import type { RejectReason } from '../../../../core/decision.ts';
import type { Pipeline } from '../../pipeline.ts';
import { ProblemError } from '../problemError.ts';
import { route, type Route } from '../route.ts';
import { decisionAnswer, releaseAnswer, settleAnswer } from '../schemas/answers.ts';
import { anyId, microCents, tenantId, text, tokens } from '../schemas/common.ts';
import { usageEvent } from '../schemas/usageEvent.ts';
import { requireTenant } from '../tenantScope.ts';

/** Two minutes cover all but the longest answers; an hour is the longest anyone may hold money back. */
const DEFAULT_TTL_SECONDS = 120;
const MAX_TTL_SECONDS = 3600;

const ask = z
	.strictObject({
		tenantId,
		provider: anyId.optional(),
		model: anyId.optional(),
		inputTokens: tokens.optional(),
		maxOutputTokens: tokens.optional(),
		microCents: microCents.optional(),
		ttlSeconds: z.int().min(1).max(MAX_TTL_SECONDS).default(DEFAULT_TTL_SECONDS),
		workflowId: text(200).optional(),
		nodeName: text(200).optional(),
		executionId: text(200).optional(),
	})
	.refine((given) => (given.provider === undefined) === (given.model === undefined), {
		path: ['model'],
		message: 'provider and model are given together or not at all',
	});

const params = z.object({ reservationId: anyId });

export function reservationRoutes(pipeline: Pipeline): Route[] {
	return [reserve(pipeline), settle(pipeline), release(pipeline)];
}

function reserve(pipeline: Pipeline): Route {
	return route({
		method: 'post',
		path: '/v1/reservations',
		summary: 'Ask before a call: hold what it is expected to cost, or learn why not',
		roles: ['ask'],
		body: ask,
		responses: { 200: { description: 'The decision', schema: decisionAnswer } },
		async handle({ body, caller, now }) {
			requireTenant(caller, body.tenantId, '/tenantId');
			const decision = await pipeline.ask(
				{
					tenantId: body.tenantId,
					provider: body.provider,
					model: body.model,
					inputTokens: body.inputTokens,
					maxOutputTokens: body.maxOutputTokens,
					microCents: body.microCents,
					ttlMs: body.ttlSeconds * 1000,
				},
				now,
			);
			const answer =
				decision.decision === 'allow'
					? { ...decision, expiresAt: new Date(decision.expiresAt).toISOString() }
					: { ...decision, reasons: decision.reasons.map(withInstant) };
			return { status: 200, body: { tenantId: body.tenantId, ...answer } };
		},
	});
}

function settle(pipeline: Pipeline): Route {
	return route({
		method: 'post',
		path: '/v1/reservations/{reservationId}/settle',
		summary: 'Record what the call really used and end its reservation',
		roles: ['ask', 'record'],
		params,
		body: usageEvent,
		responses: { 200: { description: 'Recorded', schema: settleAnswer } },
		async handle({ params: { reservationId }, body, caller, now }) {
			requireTenant(caller, body.subject, '/subject');
			const given = body.data.reservationId;
			if (given !== undefined && given !== reservationId) {
				throw new ProblemError(
					'conflict',
					'The event names another reservation than the address.',
					{
						errors: [{ pointer: '/data/reservationId', detail: `is not ${reservationId}` }],
					},
				);
			}
			const settled = await pipeline.settle(reservationId, body, now);
			if (settled.outcome === 'refused') {
				throw new ProblemError('conflict', 'The event cannot settle this reservation.', {
					errors: settled.errors,
				});
			}
			return { status: 200, body: { reservationId, ...settled } };
		},
	});
}

function release(pipeline: Pipeline): Route {
	return route({
		method: 'post',
		path: '/v1/reservations/{reservationId}/release',
		summary: 'End a reservation whose call was not made',
		roles: ['ask', 'record'],
		params,
		responses: { 200: { description: 'What became of it', schema: releaseAnswer } },
		async handle({ params: { reservationId }, caller, now }) {
			const owner = await pipeline.reservationOwner(reservationId);
			if (owner !== undefined) requireTenant(caller, owner, 'reservationId');
			const outcome = await pipeline.release(reservationId, now);
			return { status: 200, body: { reservationId, outcome } };
		},
	});
}

/** Instants leave the service as RFC 3339; within it they are epoch ms. */
function withInstant(reason: RejectReason): object {
	if (reason.code !== 'limitExceeded' || reason.resetsAt === null) return reason;

	return { ...reason, resetsAt: new Date(reason.resetsAt).toISOString() };
}
