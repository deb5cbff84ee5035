import { opensBreaker, planActions } from '../../../../core/containment/planActions.ts';
import { policyFaults } from '../../../../core/containment/policyFaults.ts';
import { DEFAULT_POLICY, type ContainmentPolicy } from '../../../../core/containment/policy.ts';
import type { PolicyBook } from '../../stages/policyBook.ts';
import { ProblemError } from '../problemError.ts';
import { route, type Route } from '../route.ts';
import { tenantParams } from '../schemas/common.ts';
import {
	planAnswer,
	planQuery,
	policyAnswer,
	policyBody,
	targetsBody,
} from '../schemas/containment.ts';
import { requireTenant, requireUnbound } from '../tenantScope.ts';

export type PolicyRouteDependencies = { policyBook: PolicyBook };

export function containmentPolicyRoutes({ policyBook }: PolicyRouteDependencies): Route[] {
	return [
		getDefault(policyBook),
		putDefault(policyBook),
		deleteDefault(policyBook),
		getPolicy(policyBook),
		putPolicy(policyBook),
		deletePolicy(policyBook),
		getTargets(policyBook),
		putTargets(policyBook),
		deleteTargets(policyBook),
		getPlan(policyBook),
	];
}

const policyResponses = {
	200: { description: 'The policy', schema: policyAnswer },
	201: { description: 'Made', schema: policyAnswer },
};

function getDefault(book: PolicyBook): Route {
	return route({
		method: 'get',
		path: '/v1/containment-policy',
		summary: 'What is done about incidents of tenants without a policy of their own',
		roles: ['read'],
		responses: { 200: policyResponses[200] },
		handle() {
			const set = book.policy(null);
			const body = { ...(set ?? DEFAULT_POLICY), isDefault: set === undefined };
			return Promise.resolve({ status: 200, body });
		},
	});
}

function putDefault(book: PolicyBook): Route {
	return route({
		method: 'put',
		path: '/v1/containment-policy',
		summary: 'Say what is done about incidents of tenants without a policy of their own',
		roles: ['operate'],
		body: policyBody,
		responses: policyResponses,
		async handle({ body, caller, now }) {
			requireUnbound(caller);
			return put(book, null, { policy: body, actor: caller.keyId, now });
		},
	});
}

function deleteDefault(book: PolicyBook): Route {
	return route({
		method: 'delete',
		path: '/v1/containment-policy',
		summary: 'Go back to opening the breaker and no more',
		roles: ['operate'],
		responses: { 204: { description: 'Deleted' } },
		async handle({ caller, now }) {
			requireUnbound(caller);
			const outcome = await book.putPolicy(null, null, { actor: caller.keyId, now });
			if (outcome === 'unknown') throw none('No containment policy was set.');
			return { status: 204 };
		},
	});
}

function getPolicy(book: PolicyBook): Route {
	return route({
		method: 'get',
		path: '/v1/tenants/{tenantId}/containment-policy',
		summary: 'What is done about incidents of a tenant: its own policy, else everybody’s',
		roles: ['read'],
		params: tenantParams,
		responses: { 200: policyResponses[200] },
		handle({ params: { tenantId }, caller }) {
			requireTenant(caller, tenantId, '/tenantId');
			const isDefault = book.policy(tenantId) === undefined;
			return Promise.resolve({ status: 200, body: { ...book.policyOf(tenantId), isDefault } });
		},
	});
}

function putPolicy(book: PolicyBook): Route {
	return route({
		method: 'put',
		path: '/v1/tenants/{tenantId}/containment-policy',
		summary: 'Give a tenant a containment policy of its own, which replaces everybody’s wholly',
		roles: ['operate'],
		params: tenantParams,
		body: policyBody,
		responses: policyResponses,
		async handle({ params: { tenantId }, body, caller, now }) {
			requireTenant(caller, tenantId, '/tenantId');
			return put(book, tenantId, { policy: body, actor: caller.keyId, now });
		},
	});
}

function deletePolicy(book: PolicyBook): Route {
	return route({
		method: 'delete',
		path: '/v1/tenants/{tenantId}/containment-policy',
		summary: 'Take a tenant’s own containment policy away: everybody’s holds again',
		roles: ['operate'],
		params: tenantParams,
		responses: { 204: { description: 'Deleted' } },
		async handle({ params: { tenantId }, caller, now }) {
			requireTenant(caller, tenantId, '/tenantId');
			const outcome = await book.putPolicy(tenantId, null, { actor: caller.keyId, now });
			if (outcome === 'unknown') throw none(`Tenant ${tenantId} has no containment policy.`);
			return { status: 204 };
		},
	});
}

function getTargets(book: PolicyBook): Route {
	return route({
		method: 'get',
		path: '/v1/tenants/{tenantId}/targets',
		summary: 'What containment steps act on for a tenant, by name',
		roles: ['read'],
		params: tenantParams,
		responses: { 200: { description: 'The targets', schema: targetsBody } },
		handle({ params: { tenantId }, caller }) {
			requireTenant(caller, tenantId, '/tenantId');
			return Promise.resolve({ status: 200, body: book.targetsOf(tenantId) });
		},
	});
}

function putTargets(book: PolicyBook): Route {
	return route({
		method: 'put',
		path: '/v1/tenants/{tenantId}/targets',
		summary: 'Say what containment steps act on for a tenant: ids at vendors, by name',
		roles: ['operate'],
		params: tenantParams,
		body: targetsBody,
		responses: {
			200: { description: 'Replaced, or as they were', schema: targetsBody },
			201: { description: 'Set', schema: targetsBody },
		},
		async handle({ params: { tenantId }, body, caller, now }) {
			requireTenant(caller, tenantId, '/tenantId');
			const outcome = await book.putTargets(tenantId, body, { actor: caller.keyId, now });
			return { status: outcome === 'created' ? 201 : 200, body };
		},
	});
}

function deleteTargets(book: PolicyBook): Route {
	return route({
		method: 'delete',
		path: '/v1/tenants/{tenantId}/targets',
		summary: 'Forget a tenant’s targets',
		roles: ['operate'],
		params: tenantParams,
		responses: { 204: { description: 'Deleted' } },
		async handle({ params: { tenantId }, caller, now }) {
			requireTenant(caller, tenantId, '/tenantId');
			const outcome = await book.putTargets(tenantId, null, { actor: caller.keyId, now });
			if (outcome === 'unknown') throw none(`Tenant ${tenantId} has no targets.`);
			return { status: 204 };
		},
	});
}

function getPlan(book: PolicyBook): Route {
	return route({
		method: 'get',
		path: '/v1/tenants/{tenantId}/containment-plan',
		summary: 'What would be done about an incident of a tenant, without doing it',
		roles: ['read'],
		params: tenantParams,
		query: planQuery,
		responses: { 200: { description: 'The plan', schema: planAnswer } },
		handle({ params: { tenantId }, query: { severity }, caller }) {
			requireTenant(caller, tenantId, '/tenantId');
			const policy = book.policyOf(tenantId);
			const { actions, skipped } = planActions(policy, book.targetsOf(tenantId), {
				...{ incidentId: '', tenantId, severity, newId: () => '' },
			});
			return Promise.resolve({
				status: 200,
				body: {
					...{ tenantId, severity, opensBreaker: opensBreaker(actions), dryRun: policy.dryRun },
					steps: actions.map(({ action, vendor, targetId, reversible, state, settings }) => ({
						...{ action, vendor, targetId, reversible, state, settings },
					})),
					leftOut: skipped,
				},
			});
		},
	});
}

async function put(
	book: PolicyBook,
	tenantId: string | null,
	{ policy, actor, now }: { policy: ContainmentPolicy; actor: string; now: number },
) {
	const errors = policyFaults(policy);
	if (errors.length > 0) {
		throw new ProblemError('invalid-request', 'The policy has steps that cannot be done so.', {
			errors,
		});
	}
	const outcome = await book.putPolicy(tenantId, policy, { actor, now });
	return { status: outcome === 'created' ? 201 : 200, body: policy };
}

function none(detail: string): ProblemError {
	return new ProblemError('not-found', detail);
}
