import fc from 'fast-check';
import type { Database } from '../../../anomaly-service/src/ports/database.ts';
import { Estimates, settledCallOf } from '../../../anomaly-service/src/stages/estimates.ts';
import { createPricer, type Priced } from '../../../anomaly-service/src/stages/price.ts';
import { usageRow } from '../../../anomaly-service/src/stages/usageRow.ts';
import { DAY_MS } from '../../../core/durations.ts';
import type { SettledCall } from '../../../core/estimate.ts';
import { createPriceBook } from '../../../core/priceBook.ts';
import { NO_USAGE } from '../../../core/usage.ts';
import { usageEvent } from '../../support/rows.ts';

const NOW = Date.UTC(2026, 9, 14, 12);
const CEILING = { input: 1_500_000_000, output: 7_500_000_000 };
const pricer = createPricer(
	createPriceBook([
		{
			provider: 'openai',
			model: 'gpt-4o',
			pattern: '^(?:gpt-4o|gpt-4o-2024-08-06)$',
			rates: [
				{ unit: 'inputUncached', rate: 250_000_000 },
				{ unit: 'cacheRead', rate: 125_000_000 },
				{ unit: 'output', rate: 1_000_000_000 },
			],
		},
		{
			provider: 'openai',
			model: 'text-embedding-3-small',
			pattern: '^text-embedding-3-small$',
			rates: [{ unit: 'inputUncached', rate: 2_000_000 }],
		},
	]),
	() => CEILING,
);
const MODEL = { provider: 'openai', model: 'gpt-4o' };
const CALL = { tenantId: 'acme', ...MODEL };
const ASK = { ...CALL, at: NOW };
const call = (changes: Partial<SettledCall> = {}): SettledCall => ({
	...CALL,
	...{ input: 1000, cached: 0, output: 300 },
	...changes,
});
const afterCalls = (count: number, changes: Partial<SettledCall> = {}): Estimates => {
	const estimates = new Estimates(pricer);
	for (let i = 0; i < count; i++) estimates.learn(call(changes));
	return estimates;
};
const costOf = ({ provider, model, input, cached, output }: SettledCall) =>
	pricer.priceUsage({
		provider,
		model,
		usage: { ...NO_USAGE, inputUncached: input - cached, cacheRead: cached, output },
		at: NOW,
	}).costMicroCents;

describe('an estimate', () => {
	it('is the price of the tokens that are expected', () => {
		const { size, usage } = new Estimates(pricer).estimate({ ...ASK, inputTokens: 400 });

		expect(usage).toEqual({ ...NO_USAGE, inputUncached: 400, output: 1000 });
		expect(size).toEqual({
			inputTokens: 400,
			cacheReadTokens: 0,
			outputTokens: 1000,
			microCents: 1_100_000,
		});
	});

	it('is learned from the tenant’s own calls as soon as there are twenty', () => {
		const basisAfter = (count: number) => afterCalls(count).estimate({ ...ASK, inputTokens: 400 });

		expect(basisAfter(19)).toMatchObject({ basis: 'default', size: { outputTokens: 1000 } });
		expect(basisAfter(20)).toMatchObject({ basis: 'tenant', size: { outputTokens: 300 } });
	});

	it('rests on everybody’s calls of the model while the tenant has too few, but not on their cache', () => {
		const estimates = afterCalls(20, { tenantId: 'globex', cached: 900 });

		expect(estimates.estimate({ ...ASK, inputTokens: 1000 })).toMatchObject({
			basis: 'model',
			usage: { inputUncached: 1000, cacheRead: 0, output: 300 },
		});
		expect(estimates.estimate({ ...ASK, model: 'gpt-4o-mini' }).basis).toBe('default');
	});

	it('knows the model that was asked for by the name of the one that answered', () => {
		const estimates = afterCalls(20, { model: 'gpt-4o-2024-08-06' });

		expect(estimates.estimate(ASK)).toMatchObject({ basis: 'tenant', priced: 'price' });
	});

	it('counts as cached what three calls in four have in the cache', () => {
		const estimates = new Estimates(pricer);
		for (let i = 0; i < 40; i++) estimates.learn(call({ cached: i % 4 === 0 ? 200 : 900 }));

		expect(estimates.estimate({ ...ASK, inputTokens: 5000 }).usage).toMatchObject({
			inputUncached: 4000,
			cacheRead: 1000,
		});
	});

	it('takes the tenant’s usual prompt for one whose length is not known', () => {
		expect(afterCalls(20).estimate(ASK).size.inputTokens).toBe(1000);
	});

	it('gives way to the caller’s own estimate of the cost, and keeps the tokens', () => {
		expect(afterCalls(20).estimate({ ...ASK, microCents: 7 })).toMatchObject({
			basis: 'caller',
			size: { microCents: 7, inputTokens: 1000, outputTokens: 300 },
		});
	});

	it('takes a model without a price, and a call without a model, at the ceiling', () => {
		const estimates = new Estimates(pricer);
		const cost = { input: 400 * 1500, output: 1000 * 7500 };
		const atCeiling = { priced: 'ceiling', size: { microCents: cost.input + cost.output } };

		expect(estimates.estimate({ ...ASK, model: 'unheard-of', inputTokens: 400 })).toMatchObject(
			atCeiling,
		);
		expect(estimates.estimate({ tenantId: 'acme', inputTokens: 400, at: NOW })).toMatchObject(
			atCeiling,
		);
	});

	it('expects no output of a model that has no price for output', () => {
		const ask = { ...ASK, model: 'text-embedding-3-small', inputTokens: 1_000_000 };

		expect(new Estimates(pricer).estimate(ask)).toMatchObject({
			priced: 'price',
			size: { outputTokens: 0, microCents: 2_000_000 },
		});
	});

	it('is never 0 for a call to a model without a price, also under a ceiling of next to nothing', () => {
		const cheap = new Estimates(createPricer(createPriceBook([]), () => ({ input: 1, output: 1 })));
		fc.assert(
			fc.property(fc.nat(1000), fc.nat(1000), (inputTokens, maxOutputTokens) => {
				fc.pre(inputTokens + maxOutputTokens > 0);
				const { size } = cheap.estimate({ ...ASK, inputTokens, maxOutputTokens });

				expect(size.microCents).toBeGreaterThan(0);
			}),
		);
	});

	it('never exceeds the caller’s maximum, and never gets cheaper for a longer prompt', () => {
		fc.assert(
			fc.property(
				fc.array(fc.record({ cached: fc.nat(1000), output: fc.nat(130_000) }), { minLength: 20 }),
				fc.nat(300_000),
				fc.nat(300_000),
				fc.nat(200_000),
				(calls, inputTokens, more, maxOutputTokens) => {
					const estimates = new Estimates(pricer);
					for (const changes of calls) estimates.learn(call(changes));
					const shorter = estimates.estimate({ ...ASK, inputTokens, maxOutputTokens });
					const longer = estimates.estimate({
						...ASK,
						inputTokens: inputTokens + more,
						maxOutputTokens,
					});

					expect(shorter.size.outputTokens).toBeLessThanOrEqual(maxOutputTokens);
					expect(longer.size.microCents).toBeGreaterThanOrEqual(shorter.size.microCents);
				},
			),
		);
	});

	it('holds within 1.5 times the real cost at p95 after 50 calls, whatever the model could write', () => {
		const estimates = new Estimates(pricer);
		const ratios: number[] = [];
		for (let i = 0; i < 250; i++) {
			// 240 to 360 tokens, in an order without pattern.
			const made = call({ output: 240 + ((i * 67) % 121) });
			const held = estimates.estimate({ ...ASK, inputTokens: 1000, maxOutputTokens: 128_000 });
			if (i >= 50) ratios.push(held.size.microCents / costOf(made));
			estimates.learn(made);
		}
		ratios.sort((a, b) => a - b);

		expect(ratios[Math.ceil(0.95 * ratios.length) - 1]).toBeLessThanOrEqual(1.5);
		expect(ratios.filter((ratio) => ratio < 1).length / ratios.length).toBeLessThanOrEqual(0.1);
	});

	it('follows a tenant whose answers become longer, and forgets the short ones', () => {
		const estimates = afterCalls(200);
		for (let i = 0; i < 30; i++) estimates.learn(call({ output: 4000 }));
		expect(estimates.estimate(ASK).size.outputTokens).toBe(4000);
		for (let i = 0; i < 230; i++) estimates.learn(call({ output: 50 }));
		expect(estimates.estimate(ASK).size.outputTokens).toBe(50);
	});

	it('forgets who learned nothing for longest when there are too many tenants', () => {
		const estimates = afterCalls(20);
		for (let i = 0; i < 19_999; i++) estimates.learn(call({ tenantId: `tenant-${i}` }));
		expect(estimates.estimate(ASK).basis).toBe('tenant');

		estimates.learn(call({ tenantId: 'one-more' }));
		expect(estimates.estimate(ASK).basis).toBe('model');
	});
});

describe('what a recorded call teaches', () => {
	const PRICED: Priced = {
		costMicroCents: 1,
		costSource: 'price',
		lineItems: [],
		contextTokens: 1,
	};
	const taught = (changes: Parameters<typeof usageEvent>[0] = {}) =>
		settledCallOf(
			usageRow(usageEvent({ time: new Date(NOW).toISOString(), ...changes }), PRICED, NOW),
			NOW,
		);

	it('is its input, the cached part of it and its output', () => {
		const usage = {
			inputUncached: 100,
			cacheRead: 200,
			cacheWrite5m: 50,
			output: 40,
			reasoning: 30,
		};

		expect(taught({ data: { usage } })).toEqual({
			...{ tenantId: 'acme', provider: 'openai', model: 'gpt-4o-mini' },
			...{ input: 350, cached: 200, output: 40 },
		});
	});

	it('is nothing when the call failed, is a guess, used nothing or was made more than a week ago', () => {
		expect(taught({ data: { statusCode: 429 } })).toBeNull();
		expect(taught({ data: { estimated: true } })).toBeNull();
		expect(taught({ data: { usage: { inputUncached: 0, output: 0 } } })).toBeNull();
		expect(taught({ time: new Date(NOW - 7 * DAY_MS - 1).toISOString() })).toBeNull();
	});
});

describe('a restart', () => {
	it('learns again from the recorded calls of a week', async () => {
		const asked: unknown[] = [];
		const recorded = Array.from({ length: 20 }, () => ['acme', 'openai', 'gpt-4o', 1000, 500, 80]);
		const database = {
			call: (name: string, args: unknown) => {
				asked.push([name, args]);
				return Promise.resolve(recorded as never);
			},
			close: () => Promise.resolve(),
		} satisfies Database;
		const estimates = new Estimates(pricer);

		await estimates.restore(database, NOW);

		expect(estimates.estimate(ASK)).toMatchObject({
			basis: 'tenant',
			usage: { inputUncached: 500, cacheRead: 500, output: 80 },
		});
		expect(asked).toMatchObject([['recent_usage', { since: '2026-10-07T12:00:00.000Z' }]]);
	});
});
