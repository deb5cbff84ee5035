import { z } from 'zod';
import type { AppliedLimit, Counter, LimitState } from '../../../../core/limits.ts';
import type { Database } from '../../ports/database.ts';
import type { LimitBook } from '../../stages/limitBook.ts';
import { route, type Route } from '../route.ts';
import { anyId, instant, tenantId, tenantParams } from '../schemas/common.ts';
import { limitStateAnswer, limitStateFields } from '../schemas/limitAnswer.ts';
import { requireTenant } from '../tenantScope.ts';

export type TenantSettingsDependencies = {
	database: Database;
	limitBook: LimitBook;
	limitStates: (tenantId: string, limits: readonly AppliedLimit[]) => Promise<LimitState[]>;
	/** What is counted of a tenant right now, without what is counted of all tenants together. */
	subjectsCounted: (tenantId: string) => Promise<Counter[]>;
};

const settingsBody = z.strictObject({
	plan: anyId.nullable().meta({ description: 'Whose limits the tenant has; null: of no plan' }),
});
const settingsAnswer = z
	.object({
		tenantId,
		plan: z.string().nullable(),
		firstAt: instant.nullable().meta({ description: 'Its first usage event' }),
		lastAt: instant.nullable().meta({ description: 'Its last usage event' }),
	})
	.meta({ id: 'Tenant' });

export function tenantSettingsRoutes(deps: TenantSettingsDependencies): Route[] {
	return [getTenant(deps), putTenant(deps), tenantLimits(deps)];
}

function getTenant({ database }: TenantSettingsDependencies): Route {
	return route({
		method: 'get',
		path: '/v1/tenants/{tenantId}',
		summary: 'The plan of a tenant, and when it was first and last seen',
		roles: ['read'],
		params: tenantParams,
		responses: { 200: { description: 'The tenant', schema: settingsAnswer } },
		async handle({ params, caller }) {
			requireTenant(caller, params.tenantId, '/tenantId');
			return { status: 200, body: await settingsOf(database, params.tenantId) };
		},
	});
}

function putTenant({ database, limitBook }: TenantSettingsDependencies): Route {
	return route({
		method: 'put',
		path: '/v1/tenants/{tenantId}',
		summary: 'Put a tenant on a plan, or on none; what was counted stays',
		roles: ['operate'],
		params: tenantParams,
		body: settingsBody,
		responses: { 200: { description: 'The tenant', schema: settingsAnswer } },
		async handle({ params, body, caller, now }) {
			requireTenant(caller, params.tenantId, '/tenantId');
			const settings = { tenantId: params.tenantId, plan: body.plan };
			await limitBook.setTenant(settings, { actor: caller.keyId, now });
			return { status: 200, body: await settingsOf(database, params.tenantId) };
		},
	});
}

function tenantLimits({
	limitBook,
	limitStates,
	subjectsCounted,
}: TenantSettingsDependencies): Route {
	return route({
		method: 'get',
		path: '/v1/tenants/{tenantId}/limits',
		summary: 'Where a tenant stands: each limit it has, for each value counted',
		roles: ['read'],
		params: tenantParams,
		responses: { 200: { description: 'The limits', schema: z.array(limitStateAnswer) } },
		async handle({ params, caller }) {
			requireTenant(caller, params.tenantId, '/tenantId');
			const counted = await subjectsCounted(params.tenantId);
			const limits = limitBook.limitsOn(params.tenantId, counted);
			const states = await limitStates(params.tenantId, limits);
			return { status: 200, body: states.map(limitStateFields) };
		},
	});
}

async function settingsOf(database: Database, id: string) {
	const { plan, firstAt, lastAt } = await database.call('get_tenant', { tenantId: id });
	const told = (at: number | null) => (at === null ? null : new Date(at).toISOString());

	return { tenantId: id, plan, firstAt: told(firstAt), lastAt: told(lastAt) };
}
