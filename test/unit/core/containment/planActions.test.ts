import fc from 'fast-check';
import { ACTION_KINDS } from '../../../../core/containment/action.ts';
import { opensBreaker, planActions } from '../../../../core/containment/planActions.ts';
import {
	DEFAULT_POLICY,
	type ContainmentPolicy,
	type PolicyStep,
} from '../../../../core/containment/policy.ts';
import { policyFaults } from '../../../../core/containment/policyFaults.ts';

const SEVERITIES = ['warning', 'high', 'critical'] as const;
const step = (changes: Partial<PolicyStep>): PolicyStep => ({
	...{ action: 'pauseCollection', vendor: 'stripe', targetId: '{stripeCustomer}' },
	...{ severities: SEVERITIES, mode: 'automatic', settings: {} },
	...changes,
});
const policy = (steps: PolicyStep[], dryRun = false): ContainmentPolicy => ({
	...{ steps, dryRun, openOnFlags: [] },
});
let made = 0;
const incident = {
	...{ incidentId: 'inc_1', tenantId: 'acme', severity: 'critical' as const },
	newId: () => `act_${++made}`,
};
const plan = (of: ContainmentPolicy, targets = {}) => planActions(of, targets, incident);

const anyStep: fc.Arbitrary<PolicyStep> = fc.record({
	action: fc.constantFrom(...ACTION_KINDS),
	vendor: fc.constantFrom('llm-fuse', 'stripe', 'openai', 'aws', 'constructor', 'acme'),
	targetId: fc.constantFrom('{tenantId}', 'fixed', '{known}', '{unknown}', '{toString}'),
	severities: fc.subarray([...SEVERITIES]),
	mode: fc.constantFrom('automatic', 'approval'),
	settings: fc.constantFrom({}, { reversible: true }, { project: '{known}' }),
});
const anyPolicy = fc.record({
	steps: fc.array(anyStep, { maxLength: 12 }),
	dryRun: fc.boolean(),
	openOnFlags: fc.constant([]),
});

describe('a plan', () => {
	it('fills in what the tenant’s targets say, in the target and in settings', () => {
		const given = step({ targetId: 'x/{stripeCustomer}', settings: { by: '{tenantId}', n: 1 } });

		expect(plan(policy([given]), { stripeCustomer: 'cus_1' }).actions).toMatchObject([
			{ targetId: 'x/cus_1', settings: { by: 'acme', n: 1 } },
		]);
	});

	it('leaves out a step whose target is not known, and says which', () => {
		expect(plan(policy([step({ settings: { k: '{other}' } })]))).toEqual({
			actions: [],
			skipped: [
				{ action: 'pauseCollection', vendor: 'stripe', missing: ['stripeCustomer', 'other'] },
			],
		});
	});

	it('has the steps of the incident’s severity only', () => {
		expect(
			plan(policy([step({ severities: ['warning'] })]), { stripeCustomer: 'c' }).actions,
		).toEqual([]);
	});

	it('goes up the ladder, with what cannot be undone at its end', () => {
		const steps = [
			step({ action: 'revokeKey', vendor: 'openai', targetId: 'k', mode: 'approval' }),
			step({ targetId: 'c' }),
			step({ action: 'throttle', vendor: 'llm-fuse', targetId: '{tenantId}' }),
		];

		expect(plan(policy(steps)).actions.map(({ action }) => action)).toEqual([
			...['throttle', 'pauseCollection', 'revokeKey'],
		]);
	});

	it('opens the breaker, and does no more, of whoever set no policy', () => {
		const { actions } = plan(DEFAULT_POLICY);

		expect(opensBreaker(actions)).toBe(true);
		expect(actions).toMatchObject([{ action: 'block', targetId: 'acme', state: 'requested' }]);
		expect(policyFaults(DEFAULT_POLICY)).toEqual([]);
	});

	it('does nothing but the block in a dry run', () => {
		fc.assert(
			fc.property(anyPolicy, (any) => {
				for (const { action, vendor, state } of plan({ ...any, dryRun: true }).actions) {
					const isBlock = action === 'block' && vendor === 'llm-fuse';
					expect(state).toBe(isBlock ? 'requested' : 'dryRun');
				}
			}),
		);
	});

	it('never requests by itself what cannot be undone, whatever the policy says', () => {
		fc.assert(
			fc.property(anyPolicy, (any) => {
				for (const { reversible, state } of plan(any).actions) {
					if (!reversible) expect(state).not.toBe('requested');
				}
			}),
		);
	});

	it('names every target once, none in braces, in positions that rise with the ladder', () => {
		fc.assert(
			fc.property(anyPolicy, (any) => {
				const { actions } = plan(any, { known: 'k' });
				const keys = actions.map(
					({ action, vendor, targetId }) => `${action} ${vendor} ${targetId}`,
				);
				expect(new Set(keys).size).toBe(keys.length);
				expect(actions.map(({ position }) => position)).toEqual(actions.map((_, at) => at));
				const firstFinal = actions.findIndex(({ reversible }) => !reversible);
				if (firstFinal >= 0) {
					expect(actions.slice(firstFinal).every(({ reversible }) => !reversible)).toBe(true);
				}
				for (const { targetId } of actions) expect(targetId).not.toContain('{');
			}),
		);
	});
});

describe('a policy', () => {
	it('with no fault plans every automatic step as one that is requested', () => {
		fc.assert(
			fc.property(anyPolicy, (any) => {
				if (policyFaults(any).length > 0 || any.dryRun) return;
				for (const one of any.steps) {
					const [planned] = plan({ ...any, steps: [{ ...one, severities: SEVERITIES }] }).actions;
					if (!planned) continue;
					expect(planned.state === 'requested').toBe(one.mode === 'automatic');
				}
			}),
		);
	});

	it.each([
		[
			step({ action: 'block', vendor: 'llm-fuse', targetId: '{tenantId}', mode: 'approval' }),
			'/mode',
		],
		[step({ action: 'revokeKey', vendor: 'openai' }), '/mode'],
		[step({ vendor: 'acme' }), '/mode'],
		[step({ vendor: 'llm-fuse' }), '/action'],
		[
			step({
				...{ action: 'throttle', vendor: 'llm-fuse', targetId: '{tenantId}' },
				settings: { requestsPerMinute: 0.5 },
			}),
			'/settings/requestsPerMinute',
		],
	])('is refused with the place of its fault %#', (faulty, pointer) => {
		expect(policyFaults(policy([faulty])).map((fault) => fault.pointer)).toEqual([
			`/steps/0${pointer}`,
		]);
	});

	it('is refused with the same step twice', () => {
		expect(policyFaults(policy([step({}), step({})]))).toMatchObject([{ pointer: '/steps/1' }]);
	});

	it('trusts an operator’s own workflow that says it can undo', () => {
		expect(
			policyFaults(policy([step({ vendor: 'acme', settings: { reversible: true } })])),
		).toEqual([]);
	});
});
