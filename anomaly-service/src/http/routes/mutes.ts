import { z } from 'zod';
import { parseDuration } from '../../../../core/windows.ts';
import type { Mutes } from '../../stages/mutes.ts';
import { withUtcInstants } from '../instants.ts';
import { ProblemError } from '../problemError.ts';
import { route, type Route } from '../route.ts';
import { anyId, duration, instant, tenantId, tenantQuery } from '../schemas/common.ts';
import { visibleTenant } from '../tenantScope.ts';

const muteBody = z.strictObject({
	rule: anyId.meta({ description: 'Of the alert', examples: ['spikeRatio'] }),
	tenantId: tenantId.optional().meta({ description: 'Left out: of all tenants' }),
	duration,
});

const muteAnswer = z
	.object({
		rule: z.string(),
		tenantId: tenantId.nullable(),
		until: instant,
		mutedBy: z.string(),
		mutedAt: instant,
	})
	.meta({ id: 'Mute' });

export function muteRoutes({ mutes }: { mutes: Mutes }): Route[] {
	return [listMutes(mutes), mute(mutes), unmute(mutes)];
}

function listMutes(mutes: Mutes): Route {
	return route({
		method: 'get',
		path: '/v1/mutes',
		summary: 'Rules that nobody is told of for a while',
		roles: ['read'],
		query: tenantQuery,
		responses: { 200: { description: 'The mutes that hold', schema: z.array(muteAnswer) } },
		async handle({ query, caller, now }) {
			const visible = visibleTenant(caller, { tenantId: query.tenantId, pointer: '/tenantId' });
			return { status: 200, body: mutes.list(visible, now).map(withUtcInstants) };
		},
	});
}

function mute(mutes: Mutes): Route {
	return route({
		method: 'post',
		path: '/v1/mutes',
		summary:
			'Tell nobody of a rule for a while; what it finds is kept, and cutting off a tenant is told all the same',
		roles: ['operate'],
		body: muteBody,
		responses: { 200: { description: 'Muted until then', schema: muteAnswer } },
		async handle({ body, caller, now }) {
			const of = visibleTenant(caller, { tenantId: body.tenantId, pointer: '/tenantId' });
			const { rule } = body;
			const durationMs = parseDuration(body.duration) ?? 0;
			const by = { tenantId: of, actor: caller.keyId, now };
			const { until } = await mutes.mute(rule, { ...by, durationMs });
			return {
				status: 200,
				body: {
					...{ rule, tenantId: of, until: new Date(until).toISOString() },
					...{ mutedBy: caller.keyId, mutedAt: new Date(now).toISOString() },
				},
			};
		},
	});
}

function unmute(mutes: Mutes): Route {
	return route({
		method: 'delete',
		path: '/v1/mutes/{rule}',
		summary: 'End a mute: of the tenant in the query, or the one of all tenants',
		roles: ['operate'],
		params: z.object({ rule: anyId }),
		query: tenantQuery,
		responses: { 204: { description: 'Ended' } },
		async handle({ params: { rule }, query, caller, now }) {
			const of = visibleTenant(caller, { tenantId: query.tenantId, pointer: '/tenantId' });
			const ended = await mutes.unmute(rule, { tenantId: of, actor: caller.keyId, now });
			if (ended) return { status: 204 };

			const whose = of === null ? 'all tenants' : `tenant ${of}`;
			throw new ProblemError('not-found', `The rule ${rule} of ${whose} is not muted.`);
		},
	});
}
