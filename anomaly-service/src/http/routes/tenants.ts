import { z } from 'zod';
import type { Breaker } from '../../../../core/breaker.ts';
import { parseDuration } from '../../../../core/windows.ts';
import { iso } from '../../../../core/utc.ts';
import type { TenantDesk } from '../../stages/tenantDesk.ts';
import { onBehalf, onBehalfBody } from '../onBehalf.ts';
import { route, type Route } from '../route.ts';
import { breakerAnswer, tenantStateAnswer } from '../schemas/answers.ts';
import { duration, tenantId, tenantParams, text } from '../schemas/common.ts';
import { roomFields } from '../schemas/limitAnswer.ts';
import { arrayPage, search } from '../schemas/page.ts';
import { requireTenant, visibleTenant } from '../tenantScope.ts';

const blockBody = z.strictObject({
	duration: duration.optional(),
	reason: text(500).default('blocked by hand'),
	actor: onBehalfBody.shape.actor,
});

const unblockBody = onBehalfBody.extend({
	full: z
		.boolean()
		.default(false)
		.meta({ description: 'Close the breaker at once, without a trial' }),
	undo: z
		.boolean()
		.default(false)
		.meta({ description: 'Put back too what was done at vendors because of the incident' }),
});

export function tenantRoutes(desk: TenantDesk): Route[] {
	return [
		listTenants(desk),
		tenantState(desk),
		tenantSpend(desk),
		blockTenant(desk),
		unblockTenant(desk),
	];
}

function listTenants(desk: TenantDesk): Route {
	return route({
		method: 'get',
		path: '/v1/tenants',
		summary: 'Tenants that were active in the last week, with their breaker and latest score',
		roles: ['read'],
		query: z.strictObject({ search, ...arrayPage }),
		responses: {
			200: { description: 'The tenants, by id', schema: z.array(z.looseObject({ tenantId })) },
		},
		async handle({ query, caller, now }) {
			const { search: sought = null, after = null, limit = null } = query;
			const filter = { tenantId: visibleTenant(caller), search: sought, after, limit };
			const tenants = await desk.list(filter, now);
			return {
				status: 200,
				body: tenants.map((tenant) => ({ ...tenant, breaker: breakerBody(tenant.breaker) })),
			};
		},
	});
}

function tenantState(desk: TenantDesk): Route {
	return route({
		method: 'get',
		path: '/v1/tenants/{tenantId}/state',
		summary: 'Breaker and limits of a tenant',
		roles: ['read', 'ask'],
		params: tenantParams,
		responses: { 200: { description: 'The state', schema: tenantStateAnswer } },
		async handle({ params: { tenantId }, caller, now }) {
			requireTenant(caller, tenantId, '/tenantId');
			const { breaker, degraded, limits } = await desk.state(tenantId, now);
			return {
				status: 200,
				body: {
					tenantId,
					breaker: breakerBody(breaker),
					...(degraded ? { degraded } : {}),
					limits: limits.map((state) => ({ ...roomFields(state), mode: state.limit.mode })),
				},
			};
		},
	});
}

function tenantSpend(desk: TenantDesk): Route {
	return route({
		method: 'get',
		path: '/v1/tenants/{tenantId}/spend',
		summary: 'What a tenant used in the window that ends now',
		roles: ['read', 'ask'],
		params: tenantParams,
		query: z.strictObject({ window: duration.default('1h') }),
		responses: {
			200: { description: 'The spend', schema: z.looseObject({ microCents: z.int() }) },
		},
		async handle({ params: { tenantId }, query: { window }, caller, now }) {
			requireTenant(caller, tenantId, '/tenantId');
			const since = now - (parseDuration(window) ?? 0);
			const spend = await desk.spend(tenantId, since, now);
			return {
				status: 200,
				body: { tenantId, window, since: new Date(since).toISOString(), ...spend },
			};
		},
	});
}

function blockTenant(desk: TenantDesk): Route {
	return route({
		method: 'post',
		path: '/v1/tenants/{tenantId}/block',
		summary: 'Hold a tenant’s breaker open by hand, for a while or until unblocked',
		roles: ['operate'],
		params: tenantParams,
		body: blockBody,
		bodyOptional: true,
		responses: { 200: { description: 'Blocked', schema: z.object({ breaker: breakerAnswer }) } },
		async handle({ params: { tenantId }, body, caller, now }) {
			requireTenant(caller, tenantId, '/tenantId');
			const durationMs =
				body.duration === undefined ? null : (parseDuration(body.duration) ?? null);
			const breaker = await desk.block(tenantId, {
				actor: onBehalf(caller, body.actor),
				reason: body.reason,
				durationMs,
				now,
			});
			return { status: 200, body: { tenantId, breaker: breakerBody(breaker) } };
		},
	});
}

function unblockTenant(desk: TenantDesk): Route {
	return route({
		method: 'post',
		path: '/v1/tenants/{tenantId}/unblock',
		summary: 'Let a tenant go: on trial when a detector had blocked it, else for good',
		roles: ['operate'],
		params: tenantParams,
		body: unblockBody,
		bodyOptional: true,
		responses: {
			200: { description: 'Half-open or closed', schema: z.object({ breaker: breakerAnswer }) },
		},
		async handle({ params: { tenantId }, body: { actor, ...how }, caller, now }) {
			requireTenant(caller, tenantId, '/tenantId');
			const by = { ...how, actor: onBehalf(caller, actor), now };
			const breaker = await desk.unblock(tenantId, by);
			return { status: 200, body: { tenantId, breaker: breakerBody(breaker) } };
		},
	});
}

function breakerBody(breaker: Breaker): Record<string, unknown> {
	switch (breaker.state) {
		case 'closed':
			return breaker;
		case 'open':
			return { ...breaker, openedAt: iso(breaker.openedAt) };
		case 'halfOpen':
			return { ...breaker, since: iso(breaker.since), until: iso(breaker.until) };
		case 'isolated': {
			const until = breaker.until === null ? null : iso(breaker.until);
			return { ...breaker, since: iso(breaker.since), until };
		}
	}
}
