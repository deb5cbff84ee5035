import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { LANES } from '../../../../core/lanes.ts';
import type { CallSubjects } from '../../../../core/limits.ts';
import type { UsageEvent } from '../../../../core/usageEvent.ts';
import type { Pipeline } from '../../pipeline.ts';
import type { Admission, Ask } from '../../stages/admission.ts';
import type { RefusalAudit } from '../../stages/refusalAudit.ts';
import { tenantOf } from '../../stages/reservationId.ts';
import type { Caller } from '../../stages/serviceKeys.ts';
import type { TenantDesk } from '../../stages/tenantDesk.ts';
import { decisionBody } from '../decisionBody.ts';
import { heardFrom } from '../heardFrom.ts';
import { ProblemError } from '../problemError.ts';
import { route, type Route } from '../route.ts';
import { decisionAnswer, releaseAnswer, renewAnswer, settleAnswer } from '../schemas/answers.ts';
import { anyId, microCents, reservationId, tenantId, text, tokens } from '../schemas/common.ts';
import { roomFields } from '../schemas/limitAnswer.ts';
import { usageEvent } from '../schemas/usageEvent.ts';
import { webhookUrl } from '../schemas/webhookUrl.ts';
import { requireTenant } from '../tenantScope.ts';

/** Two minutes cover all but the longest answers; an hour is the longest anyone may hold money back. */
const DEFAULT_TTL_SECONDS = 120;
const MAX_TTL_SECONDS = 3600;
/** What nobody started within a day is started by nobody. */
const DEFAULT_DEADLINE_SECONDS = 3600;
const MAX_DEADLINE_SECONDS = 86_400;

const ttlSeconds = z.int().min(1).max(MAX_TTL_SECONDS);

const ask = z
	.strictObject({
		tenantId,
		source: text(500).min(1).optional(),
		workflowId: text(200).optional(),
		nodeName: text(200).optional(),
		executionId: text(200).optional(),
		provider: anyId.optional(),
		model: anyId.optional(),
		keyId: anyId.optional().meta({
			description:
				'The vendor key the call will be made with: its id or a label, never the key itself',
		}),
		inputTokens: tokens.optional().meta({ description: 'All of the prompt, cached or not' }),
		cachedInputTokens: tokens.optional().meta({ description: 'How many of them are cached' }),
		maxOutputTokens: tokens.optional(),
		microCents: microCents.optional(),
		ttlSeconds: ttlSeconds.default(DEFAULT_TTL_SECONDS),
		resumeUrl: webhookUrl.optional().meta({
			description: 'Called when there is room: an over-limit call is then queued, not refused',
		}),
		lane: z.enum(LANES).default('standard'),
		deadlineSeconds: z.int().min(1).max(MAX_DEADLINE_SECONDS).default(DEFAULT_DEADLINE_SECONDS),
	})
	.refine((given) => (given.provider === undefined) === (given.model === undefined), {
		path: ['model'],
		message: 'provider and model are given together or not at all',
	})
	.refine((given) => (given.cachedInputTokens ?? 0) <= (given.inputTokens ?? Infinity), {
		path: ['cachedInputTokens'],
		message: 'lies within inputTokens and may not exceed it',
	});

const renewBody = z.strictObject({ ttlSeconds: ttlSeconds.default(DEFAULT_TTL_SECONDS) });

const params = z.object({ reservationId });

const settleQuery = z.strictObject({
	include: z.literal('remaining').optional().meta({
		description: 'Also tells where the limits of the call stand',
	}),
});
/** What a caller looks at is what ends first; a call can have to pass hundreds. */
const MAX_REMAINING = 5;

export type ReservationRouteDependencies = {
	admission: Admission;
	desk: TenantDesk;
	pipeline: Pipeline;
	refusals: RefusalAudit;
};

export function reservationRoutes(deps: ReservationRouteDependencies): Route[] {
	const { pipeline } = deps;

	return [reserve(deps), settle(deps), release(pipeline), renew(pipeline)];
}

function reserve({ admission, refusals }: ReservationRouteDependencies): Route {
	return route({
		method: 'post',
		path: '/v1/reservations',
		summary: 'Ask before a call: hold what it is expected to cost, wait for room, or learn why not',
		roles: ['ask', 'call'],
		body: ask,
		responses: { 200: { description: 'The decision', schema: decisionAnswer } },
		async handle({ body, caller, now }) {
			requireTenant(caller, body.tenantId, '/tenantId');
			refuseParking(caller, body);
			const wanted = askOf(body, caller.keyId);
			const decision = await admission.ask(wanted, now);
			if (decision.decision !== 'allow') {
				const call = { ...wanted.call, executionId: body.executionId };
				const decisionId = `dec_${randomBytes(10).toString('hex')}`;
				refusals.note({ decision, call, decisionId, keyId: caller.keyId, now });
			}
			return { status: 200, body: { tenantId: body.tenantId, ...decisionBody(decision) } };
		},
	});
}

/** The service calls the resume URL from where it stands: what a tenant itself names there is not its to call. */
function refuseParking({ role }: Caller, { resumeUrl }: z.infer<typeof ask>): void {
	if (role !== 'call' || resumeUrl === undefined) return;

	throw new ProblemError('forbidden', 'A call of a virtual key is not parked.', {
		errors: [{ pointer: '/resumeUrl', detail: 'is for service keys' }],
	});
}

function askOf(body: z.infer<typeof ask>, keyId: string): Ask {
	const { resumeUrl, lane, deadlineSeconds, ttlSeconds: ttl } = body;
	const { tenantId: tenant, source, workflowId, nodeName, provider, model } = body;

	return {
		call: { tenantId: tenant, source, workflowId, nodeName, provider, model, keyId: body.keyId },
		inputTokens: body.inputTokens,
		cachedInputTokens: body.cachedInputTokens,
		maxOutputTokens: body.maxOutputTokens,
		microCents: body.microCents,
		ttlMs: ttl * 1000,
		resume:
			resumeUrl === undefined
				? undefined
				: { url: resumeUrl, lane, deadlineMs: deadlineSeconds * 1000, keyId },
	};
}

function settle({ desk, pipeline }: ReservationRouteDependencies): Route {
	return route({
		method: 'post',
		path: '/v1/reservations/{reservationId}/settle',
		summary: 'Record what the call really used and end its reservation',
		roles: ['ask', 'record', 'call'],
		params,
		query: settleQuery,
		body: usageEvent,
		responses: { 200: { description: 'Recorded', schema: settleAnswer } },
		async handle({ params: { reservationId }, query: { include }, body, caller, now }) {
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
			const settled = await pipeline.settle(reservationId, heardFrom(caller, body), now);
			if (settled.outcome === 'refused') {
				throw new ProblemError('conflict', 'The event cannot settle this reservation.', {
					errors: settled.errors,
				});
			}
			const answer = { reservationId, ...settled };
			if (include === undefined) return { status: 200, body: answer };

			const states = await desk.tightest(subjectsOf(body), MAX_REMAINING);
			return { status: 200, body: { ...answer, remaining: states?.map(roomFields) ?? null } };
		},
	});
}

function subjectsOf({ subject, source, data }: UsageEvent): CallSubjects {
	const { workflowId, nodeName, provider, model, keyId } = data;

	return { tenantId: subject, source, workflowId, nodeName, provider, model, keyId };
}

function release(pipeline: Pipeline): Route {
	return route({
		method: 'post',
		path: '/v1/reservations/{reservationId}/release',
		summary: 'End a reservation whose call was not made',
		roles: ['ask', 'record', 'call'],
		params,
		responses: { 200: { description: 'What became of it', schema: releaseAnswer } },
		async handle({ params: { reservationId }, caller }) {
			requireOwner(caller, reservationId);
			const outcome = await pipeline.release(reservationId);
			return { status: 200, body: { reservationId, outcome } };
		},
	});
}

function renew(pipeline: Pipeline): Route {
	return route({
		method: 'post',
		path: '/v1/reservations/{reservationId}/renew',
		summary: 'Keep a reservation while its call is still under way, a stream for example',
		roles: ['ask', 'record', 'call'],
		params,
		body: renewBody,
		bodyOptional: true,
		responses: { 200: { description: 'What became of it', schema: renewAnswer } },
		async handle({ params: { reservationId }, body, caller }) {
			requireOwner(caller, reservationId);
			const result = await pipeline.renew(reservationId, body.ttlSeconds * 1000);
			const answer =
				result.outcome === 'renewed'
					? { ...result, expiresAt: new Date(result.expiresAt).toISOString() }
					: result;
			return { status: 200, body: { reservationId, ...answer } };
		},
	});
}

function requireOwner(caller: Caller, reservationId: string): void {
	const owner = tenantOf(reservationId);
	if (owner !== undefined) requireTenant(caller, owner, '/reservationId');
}
