import fc from 'fast-check';
import { priceUsage, type PriceRate } from '../../../core/prices.ts';
import { NO_USAGE } from '../../../core/usage.ts';

const rate = (unit: PriceRate['unit'], usdPerMillion: number, minInputTokens = 0): PriceRate => ({
	id: `${unit}-${minInputTokens}`,
	unit,
	rate: Math.round(usdPerMillion * 100_000_000),
	minInputTokens,
});
const SONNET = [
	rate('inputUncached', 3),
	rate('cacheRead', 0.3),
	rate('cacheWrite5m', 3.75),
	rate('output', 15),
];

describe('priceUsage', () => {
	it('charges each bucket at its own rate and names the rate row', () => {
		const priced = priceUsage(
			{ ...NO_USAGE, inputUncached: 1000, cacheRead: 10_000, output: 500 },
			SONNET,
		);

		expect(priced.costMicroCents).toBe(300_000 + 300_000 + 750_000);
		expect(priced.lineItems.map((item) => item.rateId)).toEqual([
			'inputUncached-0',
			'cacheRead-0',
			'output-0',
		]);
	});

	it('never charges reasoning on top of output', () => {
		const plain = priceUsage({ ...NO_USAGE, output: 100 }, SONNET);
		const reasoned = priceUsage({ ...NO_USAGE, output: 100, reasoning: 90 }, SONNET);

		expect(reasoned.costMicroCents).toBe(plain.costMicroCents);
	});

	it('charges the whole call at the higher tier from its first token on', () => {
		const tiers = [rate('inputUncached', 1.25), rate('inputUncached', 2.5, 200_001)];

		expect(priceUsage({ ...NO_USAGE, inputUncached: 200_000 }, tiers).costMicroCents).toBe(
			25_000_000,
		);
		expect(priceUsage({ ...NO_USAGE, inputUncached: 200_001 }, tiers).costMicroCents).toBe(
			50_000_250,
		);
	});

	it('says which buckets have no rate instead of charging nothing for them', () => {
		expect(priceUsage({ ...NO_USAGE, outputAudio: 5 }, SONNET).unpriced).toEqual(['outputAudio']);
	});

	it('never gets cheaper when a bucket grows', () => {
		fc.assert(
			fc.property(fc.nat(1_000_000), fc.nat(1_000_000), fc.nat(1000), (input, output, more) => {
				const usage = { ...NO_USAGE, inputUncached: input, output };
				const before = priceUsage(usage, SONNET).costMicroCents;
				expect(
					priceUsage({ ...usage, inputUncached: input + more }, SONNET).costMicroCents,
				).toBeGreaterThanOrEqual(before);
				expect(
					priceUsage({ ...usage, output: output + more }, SONNET).costMicroCents,
				).toBeGreaterThanOrEqual(before);
			}),
		);
	});
});
