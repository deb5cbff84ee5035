import { z } from 'zod';
import { parseDuration } from '../../../../core/windows.ts';
import type { VirtualKey } from '../../ports/virtualKeyFunctions.ts';
import type { VirtualKeys } from '../../stages/virtualKeys.ts';
import { withUtcInstants } from '../instants.ts';
import { ProblemError } from '../problemError.ts';
import { route, type Route } from '../route.ts';
import { anyId, duration, instant, tenantId, tenantParams, text } from '../schemas/common.ts';
import { arrayPage, PAGE_DEFAULT } from '../schemas/page.ts';
import { requireTenant } from '../tenantScope.ts';

/** Longer, and nobody remembers why two keys work. */
const MAX_GRACE_MS = 7 * 86_400_000;

const keyParams = z.object({ tenantId, keyId: anyId });
const issueBody = z.strictObject({
	name: text(100).min(1).optional(),
	expiresIn: duration.optional().meta({ description: 'Without it the key does not expire' }),
});
const rotateBody = z
	.strictObject({
		graceMs: z.int().min(0).max(MAX_GRACE_MS).optional(),
		grace: duration.optional().meta({
			description: 'How long the old key goes on working, at most 7d; without it not at all',
		}),
	})
	.refine(({ grace, graceMs }) => grace === undefined || graceMs === undefined, {
		path: ['graceMs'],
		message: 'expected grace or graceMs, not both',
	})
	.refine(({ grace }) => grace === undefined || graceMsOf({ grace }) <= MAX_GRACE_MS, {
		path: ['grace'],
		message: 'expected at most 7d',
	});
const reason = text(500).min(1).optional();
const revokeAllBody = z.strictObject({
	reason,
	incidentId: anyId.optional().meta({ description: 'By which they can be restored together' }),
});
const restoreAllBody = z.strictObject({ incidentId: anyId });

const keyAnswer = z
	.object({
		keyId: z.string(),
		tenantId,
		name: z.string().nullable(),
		last4: z.string().meta({ description: 'The end of the key' }),
		createdAt: instant,
		expiresAt: instant.nullable(),
		revokedAt: instant.nullable(),
		revokedReason: z.string().nullable(),
		revokedBy: z.string().nullable(),
		incidentId: z.string().nullable(),
		replaces: z.string().nullable().meta({ description: 'The key it was rotated from' }),
	})
	.meta({ id: 'VirtualKey' });
const newKeyAnswer = keyAnswer.extend({ key: z.string() });
const keyIdsAnswer = z.object({ tenantId, keyIds: z.array(z.string()) });

/** Keys of tenants for our gateway. */
export function virtualKeyRoutes(keys: VirtualKeys): Route[] {
	return [
		issueKey(keys),
		listKeys(keys),
		rotateKey(keys),
		revokeKey(keys),
		restoreKey(keys),
		revokeAll(keys),
		restoreAll(keys),
	];
}

function issueKey(keys: VirtualKeys): Route {
	return route({
		method: 'post',
		path: '/v1/tenants/{tenantId}/keys',
		summary: 'Issue a virtual key, for calls of this tenant only; it is told here only',
		roles: ['operate'],
		params: tenantParams,
		body: issueBody,
		bodyOptional: true,
		responses: { 201: { description: 'Issued', schema: newKeyAnswer } },
		async handle({ params, body: { name, expiresIn }, caller, now }) {
			requireTenant(caller, params.tenantId, '/tenantId');
			const expiresAt = expiresIn === undefined ? null : now + (parseDuration(expiresIn) ?? 0);
			const wanted = { tenantId: params.tenantId, name, expiresAt };
			const issued = await keys.issue(wanted, { actor: caller.keyId, now });
			if (issued.outcome === 'tooMany') {
				throw new ProblemError(
					'conflict',
					`Tenant ${params.tenantId} has ${issued.max} valid virtual keys, which is the most.`,
				);
			}
			return { status: 201, body: { ...keyBody(issued.document), key: issued.key } };
		},
	});
}

function listKeys(keys: VirtualKeys): Route {
	return route({
		method: 'get',
		path: '/v1/tenants/{tenantId}/keys',
		summary:
			'The virtual keys of a tenant, valid or not, oldest first, without the keys themselves',
		roles: ['read'],
		params: tenantParams,
		query: z.strictObject(arrayPage),
		responses: { 200: { description: 'The keys', schema: z.array(keyAnswer) } },
		async handle({ params, query, caller }) {
			requireTenant(caller, params.tenantId, '/tenantId');
			const { after = null, limit = PAGE_DEFAULT } = query;
			const found = await keys.list({ tenantId: params.tenantId, after, limit });
			return { status: 200, body: found.map(keyBody) };
		},
	});
}

function rotateKey(keys: VirtualKeys): Route {
	return route({
		method: 'post',
		path: '/v1/tenants/{tenantId}/keys/{keyId}/rotate',
		summary: 'Issue a new virtual key in the place of another, which ends now or after a while',
		roles: ['operate'],
		params: keyParams,
		body: rotateBody,
		bodyOptional: true,
		responses: {
			201: { description: 'The new key', schema: newKeyAnswer.extend({ replaced: keyAnswer }) },
		},
		async handle({ params, body, caller, now }) {
			requireTenant(caller, params.tenantId, '/tenantId');
			const wanted = { ...params, graceMs: graceMsOf(body) };
			const rotated = await keys.rotate(wanted, { actor: caller.keyId, now });
			if (rotated.outcome === 'unknown') throw notFound(params);
			if (rotated.outcome !== 'rotated') {
				throw new ProblemError(
					'conflict',
					`The virtual key ${params.keyId} was revoked, rotated before or has expired. Issue another one.`,
				);
			}
			const { key, document, replaced } = rotated;
			return { status: 201, body: { ...keyBody(document), key, replaced: keyBody(replaced) } };
		},
	});
}

function revokeKey(keys: VirtualKeys): Route {
	return route({
		method: 'post',
		path: '/v1/tenants/{tenantId}/keys/{keyId}/revoke',
		summary: 'Revoke a virtual key at every replica; it can be restored',
		roles: ['operate'],
		params: keyParams,
		body: z.strictObject({ reason }),
		bodyOptional: true,
		responses: { 200: { description: 'It is revoked', schema: keyAnswer } },
		async handle({ params, body, caller, now }) {
			requireTenant(caller, params.tenantId, '/tenantId');
			const wanted = { ...params, reason: body.reason };
			const revoked = await keys.revoke(wanted, { actor: caller.keyId, now });
			if (revoked.outcome === 'unknown') throw notFound(params);

			return { status: 200, body: keyBody(revoked.key) };
		},
	});
}

function restoreKey(keys: VirtualKeys): Route {
	return route({
		method: 'post',
		path: '/v1/tenants/{tenantId}/keys/{keyId}/restore',
		summary: 'Make a revoked virtual key valid again',
		roles: ['operate'],
		params: keyParams,
		responses: { 200: { description: 'It is not revoked', schema: keyAnswer } },
		async handle({ params, caller, now }) {
			requireTenant(caller, params.tenantId, '/tenantId');
			const restored = await keys.restore(params, { actor: caller.keyId, now });
			if (restored.outcome === 'unknown') throw notFound(params);
			if (restored.outcome === 'replaced') {
				throw new ProblemError(
					'conflict',
					`The virtual key ${params.keyId} was rotated: the key in its place counts.`,
				);
			}
			return { status: 200, body: keyBody(restored.key) };
		},
	});
}

function revokeAll(keys: VirtualKeys): Route {
	return route({
		method: 'post',
		path: '/v1/tenants/{tenantId}/keys/revoke',
		summary: 'Revoke every virtual key of a tenant at every replica',
		roles: ['operate'],
		params: tenantParams,
		body: revokeAllBody,
		bodyOptional: true,
		responses: { 200: { description: 'Those that were valid until now', schema: keyIdsAnswer } },
		async handle({ params, body, caller, now }) {
			requireTenant(caller, params.tenantId, '/tenantId');
			const { incidentId = null, reason: why = 'revoked by hand' } = body;
			const by = { incidentId, reason: why, actor: caller.keyId, now };
			const { keyIds } = await keys.revokeTenant(params.tenantId, by);
			return { status: 200, body: { tenantId: params.tenantId, keyIds } };
		},
	});
}

function restoreAll(keys: VirtualKeys): Route {
	return route({
		method: 'post',
		path: '/v1/tenants/{tenantId}/keys/restore',
		summary: 'Make the virtual keys valid again that were revoked for an incident, and no others',
		roles: ['operate'],
		params: tenantParams,
		body: restoreAllBody,
		responses: { 200: { description: 'Those that were restored', schema: keyIdsAnswer } },
		async handle({ params, body: { incidentId }, caller, now }) {
			requireTenant(caller, params.tenantId, '/tenantId');
			const by = { incidentId, actor: caller.keyId, now };
			const { keyIds } = await keys.restoreTenant(params.tenantId, by);
			return { status: 200, body: { tenantId: params.tenantId, keyIds } };
		},
	});
}

function graceMsOf({
	grace,
	graceMs = 0,
}: {
	grace?: string | undefined;
	graceMs?: number | undefined;
}): number {
	return grace === undefined ? graceMs : (parseDuration(grace) ?? 0);
}

function keyBody(key: VirtualKey): Record<string, unknown> {
	return withUtcInstants(key);
}

function notFound({ tenantId: of, keyId }: { tenantId: string; keyId: string }): ProblemError {
	return new ProblemError('not-found', `Tenant ${of} has no virtual key ${keyId}.`);
}
