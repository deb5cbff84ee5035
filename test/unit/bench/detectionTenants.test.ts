import type { Request } from '../../../bench/detection/request.ts';
import {
	makeTenant,
	plansOf,
	type Dimensions,
	type LabelledTenant,
} from '../../../bench/detection/tenant.ts';
import { traceClients } from './traceClients.ts';

const CLIENTS = traceClients();

type Choice = { seed?: string; index?: number; dimensions?: Dimensions };

/** One of the small ones. */
function tenant({ seed = 'test26', index = 1, dimensions = 'full' }: Choice = {}): LabelledTenant {
	const plan = plansOf({ seed, clients: CLIENTS, dimensions })[index];
	if (!plan) throw new Error('no plan');
	return makeTenant(plan);
}

const FULL = tenant();

describe('tenants of the detection benchmark', () => {
	it('are the same for the same seed, and others for another', () => {
		expect(tenant()).toEqual(FULL);
		expect(tenant({ seed: 'test42' }).requests.length).not.toBe(FULL.requests.length);
	});

	it.each([
		[
			'test26',
			1,
			{
				requests: 15_444,
				cents: 4073,
				kiloseconds: 61,
				incidents: [
					'off_hours 15586 73',
					'drip 17881 340',
					'stolen_key 16757 88',
					'agent_loop 18996 548',
					'retry_storm 11963 83',
				],
				benign: ['campaign 15379', 'prompt_growth 14561'],
			},
		],
		[
			'test41',
			2,
			{
				requests: 11_619,
				cents: 10_370,
				kiloseconds: 82,
				incidents: [
					'off_hours 13957 49',
					'drip 18962 116',
					'agent_loop 17365 283',
					'model_switch 16434 41',
					'spike 14838 1459',
				],
				benign: ['quiet_day 16687', 'campaign 11379'],
			},
		],
		[
			'test42',
			1,
			{
				requests: 14_274,
				cents: 2844,
				kiloseconds: 57,
				incidents: [
					'drip 17082 335',
					'drip 15547 177',
					'output_loop 19674 32',
					'latency 11000 41',
					'context_stuffing 16703 50',
				],
				benign: ['quiet_day 13597', 'migration 14426'],
			},
		],
		[
			'test70',
			2,
			{
				requests: 10_273,
				cents: 9660,
				kiloseconds: 68,
				incidents: [
					'drip 11304 110',
					'agent_loop 12191 310',
					'stolen_key 16046 49',
					'retry_storm 14579 24',
					'replay 19806 45',
				],
				benign: ['migration 14963', 'quiet_day 16089'],
			},
		],
	])(
		'%s/%d is that of the reference implementation, request by request',
		(seed, index, reference) => {
			const { requests, incidents, benign } = tenant({ seed, index });
			const sum = (valueOf: (request: Request) => number) =>
				requests.reduce((total, request) => total + valueOf(request), 0);

			expect({
				requests: requests.length,
				cents: Math.round(sum(({ costMicroCents }) => costMicroCents) / 1e6),
				kiloseconds: Math.round(sum(({ latencyMs }) => latencyMs) / 1e6),
				incidents: incidents.map(
					({ kind, start, requests: touched }) => `${kind} ${start} ${touched}`,
				),
				benign: benign.map(({ kind, start }) => `${kind} ${start}`),
			}).toEqual(reference);
		},
	);

	it('send the same requests with and without identity', () => {
		const without = FULL.requests.map((request) => ({
			...request,
			...{ caller: '', keyId: '', execution: '' },
		}));

		expect(tenant({ dimensions: 'classic' }).requests).toEqual(without);
	});

	it('have a caller, a key and an execution on every request but those of a thief outside', () => {
		const thieves = FULL.incidents.map(
			({ kind, strength }) => kind === 'stolen_key' || strength === 'foreign',
		);
		const unknown = FULL.requests.filter(({ caller }) => caller === '');

		expect(FULL.requests.every(({ keyId }) => keyId !== '')).toBe(true);
		expect(unknown.every(({ incident }) => thieves[incident])).toBe(true);
		expect(unknown.every(({ execution }) => execution === '')).toBe(true);
	});

	it('retry in the execution of the call that failed', () => {
		const storm = FULL.incidents.findIndex(({ kind }) => kind === 'retry_storm');
		const touched = FULL.requests.filter(({ incident }) => incident === storm);
		const executions = Map.groupBy(touched, ({ execution }) => execution);

		expect(touched.length).toBeGreaterThan(10);
		expect(Math.max(...[...executions.values()].map((calls) => calls.length))).toBeGreaterThan(1);
		expect(
			[...executions.values()].every(
				(calls) => new Set(calls.map(({ caller }) => caller)).size === 1,
			),
		).toBe(true);
	});

	it('are hit by every type of incident equally often', () => {
		const clients = Array.from({ length: 25 }, () => CLIENTS).flat();
		const plans = plansOf({ seed: 'test1', clients, dimensions: 'full' });
		const types = Map.groupBy(
			plans.flatMap(({ incidentTypes }) => incidentTypes),
			({ kind, strength }) => `${kind} ${strength}`,
		);

		expect(types.size).toBe(25);
		expect([...types.values()].every((dealt) => dealt.length === 15)).toBe(true);
	});

	it('have a first week without incidents', () => {
		const firstWeek = FULL.requests.filter(({ time }) => time < 7 * 86_400);

		expect(firstWeek.every(({ incident }) => incident === -1)).toBe(true);
	});
});
