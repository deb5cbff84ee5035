import { z } from 'zod';
import { ACTION_STATES, OUTCOMES, type Action } from '../../../../core/containment/action.ts';
import { iso } from '../../../../core/utc.ts';
import type { ContainmentBy, ContainmentDesk, Ordered } from '../../stages/containmentDesk.ts';
import type { Caller } from '../../stages/serviceKeys.ts';
import { actionAnswer, claimAnswer } from '../schemas/containment.ts';
import { onBehalf, onBehalfBody } from '../onBehalf.ts';
import { ProblemError } from '../problemError.ts';
import { route, type Route } from '../route.ts';
import { anyId, instant, tenantId, text } from '../schemas/common.ts';
import { jsonDocument } from '../schemas/jsonDocument.ts';
import { page } from '../schemas/page.ts';
import { visibleTenant } from '../tenantScope.ts';

export type ActionRouteDependencies = { containment: ContainmentDesk };

const params = z.object({ actionId: anyId });
const attempt = z.int().min(1).max(1_000_000);
/** A day: what a vendor asks to wait longer for is tried in between. */
const RETRY_AFTER_MAX_MS = 86_400_000;

const listQuery = z.strictObject({
	tenantId: tenantId.optional(),
	incidentId: anyId.optional(),
	state: z.enum(ACTION_STATES).optional(),
	...page,
});

const reportBody = z.strictObject({
	attempt,
	outcome: z.enum(OUTCOMES),
	detail: text(2000).optional(),
	restore: jsonDocument
		.optional()
		.meta({ description: 'Values before the step, enough to undo it' }),
	http: z
		.strictObject({
			status: z.int().min(100).max(599),
			requestId: text(200).optional(),
		})
		.optional()
		.meta({ description: 'What the vendor answered last' }),
	verifiedAt: instant.optional().meta({ description: 'When a read at the vendor showed it' }),
	retryAfterMs: z.int().min(0).max(RETRY_AFTER_MAX_MS).optional(),
});

export function actionRoutes({ containment }: ActionRouteDependencies): Route[] {
	return [
		listActions(containment),
		getAction(containment),
		claimAction(containment),
		foundBefore(containment),
		reportAction(containment),
		approveAction(containment),
		declineAction(containment),
		retryAction(containment),
	];
}

function listActions(containment: ContainmentDesk): Route {
	return route({
		method: 'get',
		path: '/v1/actions',
		summary: 'Containment steps, newest first; of one incident in the order of the ladder',
		roles: ['read'],
		query: listQuery,
		responses: {
			200: {
				description: 'One page',
				schema: z.object({ actions: z.array(actionAnswer), nextCursor: z.string().nullable() }),
			},
		},
		async handle({ query, caller }) {
			const { tenantId: asked, incidentId, state, limit, cursor } = query;
			const visible = visibleTenant(caller, { tenantId: asked, pointer: '/tenantId' });
			const actions = await containment.actionsOf({
				...{ tenantId: visible, limit },
				...(incidentId === undefined ? {} : { incidentId }),
				...(state === undefined ? {} : { state }),
				...(cursor === undefined ? {} : { after: cursor }),
			});
			const nextCursor = actions.length === limit ? (actions.at(-1)?.id ?? null) : null;
			return { status: 200, body: { actions: actions.map(actionBody), nextCursor } };
		},
	});
}

function getAction(containment: ContainmentDesk): Route {
	return route({
		method: 'get',
		path: '/v1/actions/{actionId}',
		summary: 'One containment step',
		roles: ['read'],
		params,
		responses: { 200: { description: 'The step', schema: actionAnswer } },
		async handle({ params: { actionId }, caller }) {
			const action = await containment.action(actionId, visibleTenant(caller));
			if (action === undefined) throw noAction(actionId);
			return { status: 200, body: actionBody(action) };
		},
	});
}

function claimAction(containment: ContainmentDesk): Route {
	return route({
		method: 'post',
		path: '/v1/actions/{actionId}/claim',
		summary: 'Ask to do a step that was handed out; granted to one at a time, for two minutes',
		roles: ['operate'],
		params,
		body: z.strictObject({ attempt }),
		responses: { 200: { description: 'Granted, or why not', schema: claimAnswer } },
		async handle({ params: { actionId }, body, caller, now }) {
			const ordered = await containment.claim(actionId, body.attempt, byOf(caller, now));
			const { action } = knownOrder(ordered, actionId);
			if (ordered.outcome === 'refused') {
				if (ordered.why === 'unknownAttempt') throw neverHandedOut(actionId, body.attempt);
				return { status: 200, body: { granted: false, reason: ordered.why } };
			}
			return { status: 200, body: { granted: true, ...orderBody(action) } };
		},
	});
}

function foundBefore(containment: ContainmentDesk): Route {
	return route({
		method: 'post',
		path: '/v1/actions/{actionId}/found',
		summary: 'Tell the values before a step, between reading them and changing them',
		roles: ['operate'],
		params,
		body: z.strictObject({ attempt, restore: jsonDocument }),
		responses: {
			200: {
				description: 'Whether they are kept: the first to tell them is believed',
				schema: z.object({ kept: z.boolean() }),
			},
		},
		async handle({ params: { actionId }, body, caller, now }) {
			const ordered = await containment.found(actionId, body, byOf(caller, now));
			knownOrder(ordered, actionId);
			if (ordered.outcome === 'refused' && ordered.why === 'unknownAttempt') {
				throw neverHandedOut(actionId, body.attempt);
			}
			return { status: 200, body: { kept: ordered.outcome === 'done' } };
		},
	});
}

function reportAction(containment: ContainmentDesk): Route {
	return route({
		method: 'post',
		path: '/v1/actions/{actionId}/report',
		summary: 'Report how a step went; said twice it changes nothing',
		roles: ['operate'],
		params,
		body: reportBody,
		responses: {
			200: {
				description: 'What the step is now, and whether the report made it so',
				schema: z.object({
					actionId: z.string(),
					state: z.enum(ACTION_STATES),
					accepted: z.boolean(),
				}),
			},
		},
		async handle({ params: { actionId }, body: { verifiedAt, ...said }, caller, now }) {
			const ordered = await containment.report(
				actionId,
				{ ...said, ...(verifiedAt === undefined ? {} : { verifiedAt: Date.parse(verifiedAt) }) },
				byOf(caller, now),
			);
			const { action } = knownOrder(ordered, actionId);
			if (ordered.outcome === 'refused') throw neverHandedOut(actionId, said.attempt);
			const accepted = ordered.outcome === 'done';
			return { status: 200, body: { actionId, state: action.status.state, accepted } };
		},
	});
}

function approveAction(containment: ContainmentDesk): Route {
	return route({
		method: 'post',
		path: '/v1/actions/{actionId}/approve',
		summary: 'Let a step happen that waits for a person',
		roles: ['operate'],
		params,
		body: onBehalfBody,
		bodyOptional: true,
		responses: { 200: { description: 'Approved', schema: actionAnswer } },
		async handle({ params: { actionId }, body, caller, now }) {
			const by = byOf(caller, now, body.actor);
			const outcome = await containment.approve(actionId, by);
			if (outcome === 'notWaiting') throw conflict(actionId, 'does not wait for approval');
			return { status: 200, body: await bodyOf(containment, actionId, by) };
		},
	});
}

function declineAction(containment: ContainmentDesk): Route {
	return route({
		method: 'post',
		path: '/v1/actions/{actionId}/decline',
		summary: 'Say no to a step that waits for a person, or put away one that failed',
		roles: ['operate'],
		params,
		body: onBehalfBody,
		bodyOptional: true,
		responses: { 200: { description: 'Declined', schema: actionAnswer } },
		async handle({ params: { actionId }, body, caller, now }) {
			const by = byOf(caller, now, body.actor);
			const outcome = await containment.decline(actionId, by);
			if (outcome === 'notWaiting')
				throw conflict(actionId, 'neither waits for approval nor has failed');
			return { status: 200, body: await bodyOf(containment, actionId, by) };
		},
	});
}

function retryAction(containment: ContainmentDesk): Route {
	return route({
		method: 'post',
		path: '/v1/actions/{actionId}/retry',
		summary: 'Try a step anew that was given up',
		roles: ['operate'],
		params,
		body: onBehalfBody,
		bodyOptional: true,
		responses: { 200: { description: 'On its way', schema: actionAnswer } },
		async handle({ params: { actionId }, body, caller, now }) {
			const by = byOf(caller, now, body.actor);
			const outcome = await containment.retry(actionId, by);
			if (outcome === 'notFailed') throw conflict(actionId, 'has not failed');
			return { status: 200, body: await bodyOf(containment, actionId, by) };
		},
	});
}

/** Every step as the API shows it. */
export function actionBody(action: Action): object {
	const { status, position, decidedBy } = action;
	const { requestedAt, appliedAt, verifiedAt, reportedAt, endsAt } = action;
	const { dueAt, claimedUntil } =
		status.state === 'requested' ? status : { dueAt: null, claimedUntil: null };

	return {
		...orderBody(action),
		...{ position, state: status.state, decidedBy },
		outcome: 'outcome' in status ? status.outcome : null,
		detail: 'detail' in status ? status.detail : null,
		error: 'error' in status ? status.error : null,
		...instantsOf({ dueAt, claimedUntil, requestedAt }),
		...instantsOf({ appliedAt, verifiedAt, reportedAt, endsAt }),
	};
}

/** What whoever does a step needs to know; the same as the event that handed it out. */
function orderBody(action: Action): object {
	const { id: actionId, incidentId, tenantId, vendor, targetId, direction, sequence } = action;
	const { attempt: handedOut, settings, restore, reversible, severity, rule } = action;

	return {
		...{ actionId, incidentId, tenantId, action: action.action, vendor, targetId, direction },
		...{ sequence, attempt: handedOut, settings, restore, reversible, severity, rule },
	};
}

function instantsOf(times: Record<string, number | null>): Record<string, string | null> {
	return Object.fromEntries(
		Object.entries(times).map(([name, at]): [string, string | null] => [
			name,
			at === null ? null : iso(at),
		]),
	);
}

function byOf(caller: Caller, now: number, actor?: string): ContainmentBy {
	return { actor: onBehalf(caller, actor), now, tenantId: visibleTenant(caller) };
}

async function bodyOf(
	containment: ContainmentDesk,
	actionId: string,
	{ tenantId: visible }: ContainmentBy,
): Promise<object> {
	const action = await containment.action(actionId, visible);
	if (action === undefined) throw noAction(actionId);
	return actionBody(action);
}

function knownOrder(ordered: Ordered, actionId: string): Exclude<Ordered, { outcome: 'unknown' }> {
	if (ordered.outcome === 'unknown') throw noAction(actionId);
	return ordered;
}

function noAction(actionId: string): ProblemError {
	return new ProblemError('not-found', `There is no action ${actionId}.`);
}

function neverHandedOut(actionId: string, given: number): ProblemError {
	return new ProblemError('conflict', `Action ${actionId} was never handed out ${given} times.`, {
		errors: [{ pointer: '/attempt', detail: 'is of no message of this action' }],
	});
}

function conflict(actionId: string, what: string): ProblemError {
	return new ProblemError('conflict', `Action ${actionId} ${what}.`);
}
