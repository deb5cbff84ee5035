import { usageEvent } from '../support/rows.ts';
import { startTestService, type Api } from '../support/service.ts';
import { byId, run } from './support/fuseCrudBench.ts';
import type { Credentials } from './support/n8nHttp.ts';
import { thrownBy } from './support/thrown.ts';

let api: Api;
let operator: Credentials;
beforeAll(async () => {
	api = await startTestService();
	operator = { baseUrl: api.service.url, apiKey: await api.makeKey('operate') };
});
afterAll(() => api.service.close());

const call = (resource: string, operation: string, parameters: Record<string, unknown> = {}) =>
	run(operator, { resource, operation, ...parameters });
const STEPS = [
	{ action: 'block', vendor: 'llm-fuse', targetId: '{tenantId}', severities: ['critical'] },
	{ action: 'pauseCollection', vendor: 'stripe', targetId: '{stripe}', severities: ['critical'] },
	{
		...{ action: 'revokeKey', vendor: 'openai', targetId: 'key_1', severities: ['critical'] },
		mode: 'approval',
	},
];
const setUp = async (tenant: string) => {
	const tenantId = byId(tenant);
	await call('policy', 'setTargets', { tenantId, targets: '{"stripe":"cus_1"}' });
	await call('policy', 'set', { audience: 'tenant', tenantId, policy: { steps: STEPS } });
};
const trip = async (tenant: string) => {
	await setUp(tenant);
	const data = { costMicroCents: 2_000_000_000 };
	await api.post('/v1/usage', usageEvent({ subject: tenant, data }));
	const filters = { tenantId: byId(tenant) };
	const steps = await call('action', 'getAll', { filters, simplify: false });
	const at = (vendor: string) => steps.find((step) => step['vendor'] === vendor)?.['actionId'];
	const [{ incidentId } = {}] = steps;
	return { paused: at('stripe'), deleted: at('openai'), incidentId: byId(incidentId) };
};

describe('a policy', () => {
	it('is set, read, tried without an incident, and taken away', async () => {
		await setUp('planned');
		const tenantId = byId('planned');
		const of = { audience: 'tenant', tenantId };

		expect(await call('policy', 'get', of)).toMatchObject([{ isDefault: false, dryRun: false }]);
		expect(await call('policy', 'getTargets', { tenantId })).toEqual([{ stripe: 'cus_1' }]);
		expect(await call('policy', 'getPlan', { tenantId, severity: 'critical' })).toMatchObject([
			{ opensBreaker: true, steps: [{ action: 'block' }, { targetId: 'cus_1' }, {}], leftOut: [] },
		]);
		expect(await call('policy', 'delete', of)).toEqual([{ deleted: true }]);
		expect(await call('policy', 'get', of)).toMatchObject([{ isDefault: true }]);
	});

	it('of everybody is another one', async () => {
		const policy = JSON.stringify({ steps: [], dryRun: true });
		await call('policy', 'set', { audience: 'everybody', policy });

		expect(await call('policy', 'get', { audience: 'everybody' })).toMatchObject([
			{ dryRun: true },
		]);
		expect(await call('policy', 'delete', { audience: 'everybody' })).toEqual([{ deleted: true }]);
	});

	it('that would do for good what nobody approved says which step it is', async () => {
		const policy = { steps: [{ ...STEPS[2], mode: 'automatic' }] };
		const fault = await thrownBy(call('policy', 'set', { audience: 'everybody', policy }));

		expect(fault.message).toContain('revokeKey at openai cannot be undone');
	});
});

describe('a containment step', () => {
	it('is claimed, reported, and the one behind it approved', async () => {
		const { paused, deleted } = await trip('ladder');

		expect(await call('action', 'claim', { actionId: paused, attempt: 1 })).toMatchObject([
			{ granted: true, targetId: 'cus_1' },
		]);
		const options = { restore: '{"was":null}', status: 200, requestId: 'req_1' };
		const report = { actionId: paused, attempt: 1, outcome: 'applied', options };
		expect(await call('action', 'report', report)).toMatchObject([{ state: 'done' }]);
		const [approved] = await call('action', 'approve', {
			...{ actionId: deleted, simplify: false, options: { actor: 'slack:U1 Ada' } },
		});
		expect(approved).toMatchObject({ state: 'requested' });
		expect(approved?.['decidedBy']).toMatch(/ for slack:U1 Ada$/);
	});

	it('is declined, read, and tried anew when it was given up', async () => {
		const { paused, deleted } = await trip('declined');
		const gaveUp = { attempt: 1, outcome: 'failed', options: { status: 401 } };

		expect(await call('action', 'decline', { actionId: deleted })).toMatchObject([
			{ state: 'declined' },
		]);
		await call('action', 'report', { actionId: paused, ...gaveUp });
		expect(await call('action', 'get', { actionId: paused })).toMatchObject([{ state: 'failed' }]);
		expect(await call('action', 'retry', { actionId: paused })).toMatchObject([
			{ state: 'requested' },
		]);
	});

	it('is undone with its incident', async () => {
		const { paused, incidentId } = await trip('undone');
		await call('action', 'report', { actionId: paused, attempt: 1, outcome: 'applied' });
		const [undone] = await call('incident', 'undo', { incidentId });

		expect(undone).toMatchObject({ outcome: 'undone' });
		const [state] = await call('tenant', 'getState', { tenantId: byId('undone') });
		expect(state).toMatchObject({ breaker: { state: 'halfOpen' } });
		const unblock = { tenantId: byId('undone'), options: { full: true } };
		const by = { options: { actor: 'telegram:1 Ada' } };
		await call('tenant', 'block', { tenantId: byId('by hand'), ...by });
		const filters = { tenantId: byId('by hand') };
		const [blocked] = await call('audit', 'search', { filters });
		expect(blocked?.['actor']).toMatch(/ for telegram:1 Ada$/);
		expect(await call('tenant', 'unblock', unblock)).toMatchObject([
			{ breaker: { state: 'closed' } },
		]);
	});
});
