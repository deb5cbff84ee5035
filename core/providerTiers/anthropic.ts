import type { ProviderTiers, TierRates, TierTable } from './tiers.ts';

/*
 * As published by Anthropic, read in copies of platform.claude.com/docs/en/api/rate-limits:
 * - `start`, `build`, `scale` and their monthly limits: August 2026; those of Fable 5.x were the same on 17 October 2026
 * - `1` to `4`, which they replaced: the page of winter 2025/26. Monthly limits: the page of 2025. That of tier 4 was
 *   published as 5,000 and later told as 200,000 USD, so it is left out.
 *
 * Left out because their numbers could not be read: Opus 5.5, Sonnet 5.5, Haiku 5.5, and the tier `evaluation`.
 * Anthropic publishes no daily limit.
 */

const CURRENT = standard({
	start: [1_000, 2_000_000, 400_000],
	build: [5_000, 5_000_000, 1_000_000],
	scale: [10_000, 10_000_000, 2_000_000],
});

const FOUR = {
	...CURRENT,
	...standard({
		'1': [50, 30_000, 8_000],
		'2': [1_000, 450_000, 90_000],
		'3': [2_000, 800_000, 160_000],
		'4': [4_000, 2_000_000, 400_000],
	}),
};

export const ANTHROPIC_TIERS: ProviderTiers = {
	provider: 'anthropic',
	monthlyUsd: {
		start: 500,
		build: 1_000,
		scale: 200_000,
		'1': 100,
		'2': 500,
		'3': 1_000,
		'4': null,
	},
	cacheReadsCount: false,
	families: [
		{
			name: 'claude-fable-5.x',
			models: ['claude-fable-5', 'claude-fable-5-1'],
			rates: standard({
				start: [1_000, 500_000, 100_000],
				build: [2_000, 1_500_000, 300_000],
				scale: [4_000, 4_000_000, 800_000],
			}),
		},
		{ name: 'claude-opus-5', rates: CURRENT },
		{
			name: 'claude-opus-4.x',
			models: ['claude-opus-4-5', 'claude-opus-4-6', 'claude-opus-4-7', 'claude-opus-4-8'],
			rates: FOUR,
		},
		{ name: 'claude-sonnet-5', rates: CURRENT },
		{
			name: 'claude-sonnet-4.x',
			models: ['claude-sonnet-4-5', 'claude-sonnet-4-6'],
			rates: FOUR,
		},
		{
			name: 'claude-haiku-4-5',
			rates: {
				...CURRENT,
				...standard({
					'1': [50, 50_000, 10_000],
					'2': [1_000, 450_000, 90_000],
					'3': [2_000, 1_000_000, 200_000],
					'4': [4_000, 4_000_000, 800_000],
				}),
			},
		},
		{
			name: 'claude-3-5-haiku',
			cacheReadsCount: true,
			rates: standard({
				start: [1_000, 100_000, 20_000],
				build: [2_000, 200_000, 40_000],
				scale: [4_000, 400_000, 80_000],
				'1': [50, 50_000, 10_000],
				'2': [1_000, 100_000, 20_000],
				'3': [2_000, 200_000, 40_000],
				'4': [4_000, 400_000, 80_000],
			}),
		},
	],
};

function standard(
	tiers: Readonly<Record<string, readonly [requests: number, input: number, output: number]>>,
): TierTable {
	return Object.fromEntries(
		Object.entries(tiers).map(([tier, [requests, input, output]]): [string, TierRates] => [
			tier,
			{
				requestsPerMinute: requests,
				inputTokensPerMinute: input,
				outputTokensPerMinute: output,
			},
		]),
	);
}
