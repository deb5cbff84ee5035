import { z } from 'zod';
import type { ServiceKeys } from '../../stages/serviceKeys.ts';
import { withUtcInstants } from '../instants.ts';
import { ProblemError } from '../problemError.ts';
import { route, type Route } from '../route.ts';
import { serviceKeyAnswer } from '../schemas/answers.ts';
import { anyId, tenantId, text } from '../schemas/common.ts';

const keyBody = z
	.strictObject({
		name: text(100).min(1),
		role: z.enum(['ask', 'record', 'read', 'operate', 'admin']),
		tenantId: tenantId.optional(),
	})
	// It could make itself an unbound key.
	.refine(({ role, tenantId: boundTo }) => role !== 'admin' || boundTo === undefined, {
		path: ['tenantId'],
		message: 'an admin key is not bound to a tenant',
	});

export function serviceKeyRoutes(keys: ServiceKeys): Route[] {
	return [whoami(), createKey(keys), listKeys(keys), revokeKey(keys)];
}

function whoami(): Route {
	return route({
		method: 'get',
		path: '/v1/whoami',
		summary: 'Which key this is and what it may do',
		roles: ['ask', 'record', 'read', 'call'],
		responses: { 200: { description: 'The key', schema: serviceKeyAnswer } },
		async handle({ caller: { keyId, name, role, tenantId: boundTo } }) {
			return { status: 200, body: { keyId, name, role, tenantId: boundTo } };
		},
	});
}

function createKey(keys: ServiceKeys): Route {
	return route({
		method: 'post',
		path: '/v1/service-keys',
		summary: 'Make a service key; it is told here only',
		roles: ['admin'],
		body: keyBody,
		responses: {
			201: { description: 'Made', schema: serviceKeyAnswer.extend({ key: z.string() }) },
		},
		async handle({ body, caller, now }) {
			const wanted = { name: body.name, role: body.role, tenantId: body.tenantId ?? null };
			return { status: 201, body: await keys.create(wanted, { actor: caller.keyId, now }) };
		},
	});
}

function listKeys(keys: ServiceKeys): Route {
	return route({
		method: 'get',
		path: '/v1/service-keys',
		summary: 'The valid service keys, without the keys themselves',
		roles: ['admin'],
		responses: { 200: { description: 'The keys', schema: z.array(serviceKeyAnswer) } },
		async handle() {
			return { status: 200, body: keys.list().map(withUtcInstants) };
		},
	});
}

function revokeKey(keys: ServiceKeys): Route {
	return route({
		method: 'delete',
		path: '/v1/service-keys/{keyId}',
		summary: 'Revoke a service key for good',
		roles: ['admin'],
		params: z.object({ keyId: anyId }),
		responses: { 204: { description: 'Revoked' } },
		async handle({ params: { keyId }, caller, now }) {
			const outcome = await keys.revoke(keyId, { actor: caller.keyId, now });
			if (outcome === 'unknown') {
				throw new ProblemError('not-found', `There is no valid service key ${keyId}.`);
			}
			if (outcome === 'lastAdmin') {
				throw new ProblemError(
					'conflict',
					'This is the last admin key: without one nobody could make another. Make the other one first.',
				);
			}
			return { status: 204 };
		},
	});
}
