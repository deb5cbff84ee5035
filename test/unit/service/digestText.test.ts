import { digestText, type DigestFacts } from '../../../anomaly-service/src/stages/digestText.ts';

const NOTHING = {
	...{ calls: 0, failedCalls: 0, inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 },
	...{ costMicroCents: 0, estimatedCostMicroCents: 0 },
};
const quiet: DigestFacts = {
	...{ day: '2026-10-14', totals: NOTHING, expected: null, change: null, cachedShare: null },
	lastWeek: { ...NOTHING, day: '2026-10-07' },
	...{ topTenants: [], topModels: [], movers: [], unknownPrices: [], incidents: 0 },
};
const CHANGE = {
	...{ expectedMicroCents: 0, expectedCalls: 1, changeMicroCents: 5_000_000 },
	...{ changePercent: null, volumeMicroCents: 5_000_000, rateMicroCents: 0 },
};

describe('the digest as text', () => {
	it('says of a day without a call that there was none, and expects nothing', () => {
		expect(digestText(quiet)).toEqual({
			subject: 'LLM spend on 2026-10-14: 0.00 USD',
			text: [
				'LLM spend on 2026-10-14: 0.00 USD in 0 calls',
				'Expected: unknown, nothing was used in the four weeks before',
				'A week before: 0.00 USD in 0 calls',
				'Input read from a cache: none, as there was no input',
			].join('\n'),
		});
	});

	it('speaks of one call and one day as one, and of no per cent of nothing', () => {
		const { subject, text } = digestText({
			...quiet,
			totals: { ...NOTHING, calls: 1, inputTokens: 1, costMicroCents: 5_000_000 },
			expected: { basis: 'lastDays', days: 1 },
			...{ change: CHANGE, cachedShare: 1 },
		});

		expect(subject).toBe('LLM spend on 2026-10-14: 0.05 USD');
		expect(text).toContain('0.05 USD in 1 call\n');
		expect(text).toContain('in 1 call, the mean of the days before (1 day)');
		expect(text).toContain('+0.05 USD (nothing expected), of it');
		expect(text).toContain('100.0 % of 1 token');
	});
});
