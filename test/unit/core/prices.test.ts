import fc from 'fast-check';
import { OTHER_UNITS, type OtherUnits } from '../../../core/otherUnits.ts';
import { priceUsage } from '../../../core/prices.ts';
import { rateSheet, type PriceRate } from '../../../core/rateSheet.ts';
import { NO_USAGE, type Usage } from '../../../core/usage.ts';

const AT = Date.UTC(2026, 9, 14, 12);
const rate = (
	unit: PriceRate['unit'],
	usdPerMillion: number,
	changes: Partial<PriceRate> = {},
): PriceRate => ({
	id: `${unit}@${usdPerMillion}`,
	unit,
	rate: Math.round(usdPerMillion * 100_000_000),
	minInputTokens: 0,
	serviceTier: 'standard',
	...changes,
});
const SONNET = [
	rate('inputUncached', 3),
	rate('cacheRead', 0.3),
	rate('cacheWrite5m', 3.75),
	rate('output', 15),
];
const priced = (
	usage: Partial<Usage>,
	rates: PriceRate[] = SONNET,
	call: { otherUnits?: OtherUnits; serviceTier?: string; at?: number } = {},
) => priceUsage({ usage: { ...NO_USAGE, ...usage }, at: AT, ...call }, rateSheet(rates));
const cost = (...call: Parameters<typeof priced>) => priced(...call).costMicroCents;

describe('priceUsage', () => {
	it('charges each bucket at its own rate and names the rate row', () => {
		const { costMicroCents, lineItems } = priced({
			...{ inputUncached: 1000, cacheRead: 10_000, output: 500 },
		});

		expect(costMicroCents).toBe(300_000 + 300_000 + 750_000);
		expect(lineItems.map(({ rateId }) => rateId)).toEqual([
			...['inputUncached@3', 'cacheRead@0.3', 'output@15'],
		]);
	});

	it('never charges reasoning on top of output', () => {
		expect(cost({ output: 100, reasoning: 90 })).toBe(cost({ output: 100 }));
	});

	it('charges reasoning at its own rate where it has one, and the rest of the output as output', () => {
		const { lineItems } = priced({ output: 100, reasoning: 90 }, [...SONNET, rate('reasoning', 3)]);

		expect(lineItems).toMatchObject([
			{ unit: 'reasoning', quantity: 90, costMicroCents: 27_000 },
			{ unit: 'output', quantity: 10, costMicroCents: 15_000 },
		]);
	});

	it('charges the whole call at the higher tier from its first token on', () => {
		const tiers = [rate('inputUncached', 1.25), rate('inputUncached', 2.5, LONG)];

		expect(cost({ inputUncached: 200_000 }, tiers)).toBe(25_000_000);
		expect(cost({ inputUncached: 200_001 }, tiers)).toBe(50_000_250);
	});

	it('says which units have no rate instead of charging nothing for them', () => {
		const { unpriced } = priced({ outputAudio: 5 }, SONNET, { otherUnits: { webSearch: 2 } });

		expect(unpriced).toEqual([
			{ unit: 'outputAudio', quantity: 5, atLeast: 0 },
			{ unit: 'webSearch', quantity: 2, atLeast: 0 },
		]);
	});

	it('charges searches and other units beside the tokens', () => {
		const { costMicroCents, unpriced } = priced(
			{ output: 100 },
			[...SONNET, rate('webSearch', 10_000)],
			{ otherUnits: { webSearch: 3 } },
		);

		expect(unpriced).toEqual([]);
		expect(costMicroCents).toBe(150_000 + 3_000_000);
	});

	it('charges pictures at their own rate where they have one, as the bucket where they have none', () => {
		const otherUnits = { outputImage: 60 };

		expect(cost({ output: 100 }, SONNET, { otherUnits })).toBe(cost({ output: 100 }));
		expect(cost({ output: 100 }, [...SONNET, rate('outputImage', 30)], { otherUnits })).toBe(
			40 * 1500 + 60 * 3000,
		);
	});

	it('charges the rate of the tier that served the call, and the standard one where a cheaper tier has none', () => {
		const tiers = [...SONNET, rate('output', 7.5, { serviceTier: 'batch' })];

		expect(cost({ output: 100 }, tiers, { serviceTier: 'batch' })).toBe(75_000);
		expect(cost({ output: 100 }, tiers, { serviceTier: 'flex' })).toBe(150_000);
		expect(cost({ output: 100 }, tiers)).toBe(150_000);
	});

	it('does not take the standard rate for a tier that may be dearer', () => {
		expect(priced({ output: 100 }, SONNET, { serviceTier: 'priority' })).toEqual({
			costMicroCents: 0,
			lineItems: [],
			unpriced: [{ unit: 'output', quantity: 100, atLeast: 150_000 }],
		});
	});

	it('charges by the minute of the UTC day, over midnight too', () => {
		const rates = [rate('output', 1), rate('output', 2, { timeOfDay: [1410, 60] })];
		const at = (hours: number, minutes: number) =>
			cost({ output: 100 }, rates, { at: Date.UTC(2026, 9, 14, hours, minutes) });

		expect([at(23, 29), at(23, 30), at(0, 59), at(1, 0)]).toEqual([10_000, 20_000, 20_000, 10_000]);
	});

	it('charges what was valid when the call was made', () => {
		const rates = [
			rate('output', 2, { validTo: AT }),
			rate('output', 1, { validFrom: AT, validTo: AT + 10 }),
		];
		const at = (time: number) => cost({ output: 100 }, rates, { at: time });

		expect([at(AT - 1), at(AT), at(AT + 9)]).toEqual([20_000, 10_000, 10_000]);
		expect(priced({ output: 100 }, rates, { at: AT + 10 }).unpriced).toHaveLength(1);
	});
});

const LONG = { minInputTokens: 200_001 };
const EVERY_RATE = [
	...SONNET,
	rate('inputUncached', 6, LONG),
	rate('inputAudio', 40),
	rate('outputAudio', 80),
	rate('outputImage', 30),
	rate('cacheReadAudio', 0.4),
	rate('webSearch', 10_000),
];
const tokens = fc.nat(400_000);
const usages = fc
	.record({
		...{ inputUncached: tokens, cacheRead: tokens, cacheWrite5m: tokens, cacheWrite1h: tokens },
		...{ inputAudio: tokens, output: tokens, outputAudio: tokens, reasoning: fc.constant(0) },
	})
	.chain((usage) => fc.nat(usage.output).map((reasoning): Usage => ({ ...usage, reasoning })));
const otherUnits = fc.record(
	Object.fromEntries(OTHER_UNITS.map((unit) => [unit, fc.nat(100_000)])),
	{ requiredKeys: [] },
);

describe('any price', () => {
	it('never gets lower when a bucket grows', () => {
		const buckets = fc.constantFrom(
			...(['inputUncached', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h'] as const),
			...(['inputAudio', 'output', 'outputAudio'] as const),
		);
		fc.assert(
			fc.property(usages, buckets, tokens, (usage, bucket, more) => {
				const grown = { ...usage, [bucket]: usage[bucket] + more };

				expect(cost(grown, EVERY_RATE)).toBeGreaterThanOrEqual(cost(usage, EVERY_RATE));
			}),
		);
	});

	it('is the sum of its line items, and every token is on exactly one of them', () => {
		fc.assert(
			fc.property(usages, otherUnits, (usage, others) => {
				const { costMicroCents, lineItems, unpriced } = priced(usage, EVERY_RATE, {
					otherUnits: others,
				});
				const all = [...lineItems, ...unpriced];
				const isBeside = (unit: string) => !TOKEN_UNITS.has(unit);
				const { reasoning, ...buckets } = usage;

				expect(reasoning).toBeLessThanOrEqual(usage.output);
				expect(lineItems.reduce((sum, item) => sum + item.costMicroCents, 0)).toBe(costMicroCents);
				expect(sumOf(all.filter(({ unit }) => !isBeside(unit)))).toBe(
					Object.values(buckets).reduce((sum, count) => sum + count, 0),
				);
				expect(lineItems.every((item) => item.costMicroCents >= 0)).toBe(true);
			}),
		);
	});
});

const TOKEN_UNITS = new Set([
	...Object.keys(NO_USAGE),
	...['inputImage', 'cacheReadImage', 'cacheReadAudio', 'outputImage'],
]);

function sumOf(items: { quantity: number }[]): number {
	return items.reduce((sum, { quantity }) => sum + quantity, 0);
}
