import fc from 'fast-check';
import { expectedUsage, NOTHING_LEARNED, type LearnedUsage } from '../../../core/estimate.ts';
import { inputTokens, NO_USAGE } from '../../../core/usage.ts';

const learned = (changes: Partial<LearnedUsage>): LearnedUsage => ({
	...NOTHING_LEARNED,
	...changes,
});
const tokens = fc.nat(1_000_000_000);
const anyLearned = fc.record<LearnedUsage>({
	inputTokens: fc.option(fc.nat(2_000_000)),
	outputTokens: fc.option(fc.nat(200_000)),
	cachedPermille: fc.option(fc.nat(1000)),
});

describe('the usage a call is expected to have', () => {
	it('is a modest one when nothing is known of it', () => {
		expect(expectedUsage({}, NOTHING_LEARNED)).toEqual({
			...NO_USAGE,
			inputUncached: 4000,
			output: 1000,
		});
	});

	it('has the output that was learned, and never more than the caller lets the model write', () => {
		const outputOf = (maxOutputTokens?: number) =>
			expectedUsage({ maxOutputTokens }, learned({ outputTokens: 320 })).output;

		expect(outputOf()).toBe(320);
		expect(outputOf(128_000)).toBe(320);
		expect(outputOf(50)).toBe(50);
		expect(outputOf(0)).toBe(0);
	});

	it('has the cached tokens the caller names, and otherwise the share that was learned', () => {
		const cacheOf = (cachedInputTokens?: number) =>
			expectedUsage({ inputTokens: 1999, cachedInputTokens }, learned({ cachedPermille: 500 }));

		expect(cacheOf()).toMatchObject({ inputUncached: 1000, cacheRead: 999 });
		expect(cacheOf(1500)).toMatchObject({ inputUncached: 499, cacheRead: 1500 });
		expect(cacheOf(0)).toMatchObject({ inputUncached: 1999, cacheRead: 0 });
		expect(cacheOf(9999)).toMatchObject({ inputUncached: 0, cacheRead: 1999 });
	});

	it('has the input that was learned when the caller does not know it, at least what is cached', () => {
		const inputOf = (cachedInputTokens?: number) =>
			inputTokens(expectedUsage({ cachedInputTokens }, learned({ inputTokens: 700 })));

		expect(inputOf()).toBe(700);
		expect(inputOf(2000)).toBe(2000);
	});

	it('has exactly the input a caller names, in whole tokens, and output within its maximum', () => {
		fc.assert(
			fc.property(tokens, tokens, fc.option(tokens), anyLearned, (input, max, cached, known) => {
				const call = {
					inputTokens: input,
					maxOutputTokens: max,
					cachedInputTokens: cached ?? undefined,
				};
				const usage = expectedUsage(call, known);

				expect(inputTokens(usage)).toBe(input);
				expect(usage.output).toBeLessThanOrEqual(max);
				for (const quantity of Object.values(usage)) {
					expect(Number.isSafeInteger(quantity) && quantity >= 0).toBe(true);
				}
			}),
		);
	});

	it('never has less of any bucket for a longer prompt', () => {
		fc.assert(
			fc.property(tokens, fc.nat(1000), anyLearned, (input, more, known) => {
				const shorter = expectedUsage({ inputTokens: input }, known);
				const longer = expectedUsage({ inputTokens: input + more }, known);

				expect(longer.inputUncached).toBeGreaterThanOrEqual(shorter.inputUncached);
				expect(longer.cacheRead).toBeGreaterThanOrEqual(shorter.cacheRead);
			}),
		);
	});
});
