import type { ProviderTiers, TierRates, TierTable } from './tiers.ts';

/*
 * As published by OpenAI, read in copies of these pages:
 * - monthly limits of `free` and `1` to `5`: developers.openai.com/api/docs/guides/rate-limits, July 2026
 * - monthly limits of `build`, `launch` and `grow`, which replace them: the same page, 8 October 2026
 * - rates: developers.openai.com/api/docs/models/<model>, between July and October 2026
 *
 * A model's page as of October lists either the numbered tiers or the named ones, so most families are known for one of
 * the two only. Left out because no page could be read: gpt-5, gpt-5.1, gpt-5.2, gpt-5.4, gpt-6-luna, o3. Left out
 * because OpenAI counts it apart from other calls: batch queues and the long-context limits.
 */

const FLAGSHIP = numbered(
	[500, 500_000],
	[5_000, 1_000_000],
	[5_000, 2_000_000],
	[10_000, 4_000_000],
	[15_000, 40_000_000],
);
const MINI = numbered(
	[500, 500_000],
	[5_000, 2_000_000],
	[5_000, 4_000_000],
	[10_000, 10_000_000],
	[30_000, 180_000_000],
);
const NANO = numbered(
	[500, 200_000],
	[5_000, 2_000_000],
	[5_000, 4_000_000],
	[10_000, 10_000_000],
	[30_000, 180_000_000],
);
const CHAT = numbered(
	[500, 30_000],
	[5_000, 450_000],
	[5_000, 800_000],
	[10_000, 2_000_000],
	[15_000, 40_000_000],
);
const FOUR = numbered(
	[500, 30_000],
	[5_000, 450_000],
	[5_000, 800_000],
	[10_000, 2_000_000],
	[10_000, 30_000_000],
);
const FOUR_MINI = {
	...numbered(
		[500, 200_000],
		[5_000, 2_000_000],
		[5_000, 4_000_000],
		[10_000, 10_000_000],
		[30_000, 150_000_000],
	),
	'1': { ...perMinute([500, 200_000]), requestsPerDay: 10_000 },
};
const EMBEDDING = {
	...numbered(
		[3_000, 1_000_000],
		[5_000, 1_000_000],
		[5_000, 5_000_000],
		[10_000, 5_000_000],
		[10_000, 10_000_000],
	),
	free: { ...perMinute([100, 40_000]), requestsPerDay: 2_000 },
};

export const OPENAI_TIERS: ProviderTiers = {
	provider: 'openai',
	monthlyUsd: {
		free: 100,
		'1': 100,
		'2': 500,
		'3': 1_000,
		'4': 5_000,
		'5': 200_000,
		build: 500,
		launch: 5_000,
		grow: 200_000,
	},
	cacheReadsCount: true,
	families: [
		{
			name: 'gpt-6.1-sol',
			rates: {
				build: perMinute([5_000, 1_000_000]),
				launch: perMinute([10_000, 4_000_000]),
				grow: perMinute([15_000, 40_000_000]),
			},
		},
		{ name: 'gpt-6-astra', rates: FLAGSHIP },
		{ name: 'gpt-6-sol', rates: FLAGSHIP },
		{ name: 'gpt-5.6-sol', rates: FLAGSHIP },
		{ name: 'gpt-5.6-terra', rates: FLAGSHIP },
		{ name: 'gpt-5.6-luna', rates: MINI },
		{ name: 'gpt-5.5', rates: FLAGSHIP },
		{ name: 'gpt-5.4-mini', rates: MINI },
		{ name: 'gpt-5.4-nano', rates: NANO },
		{ name: 'gpt-5.2-chat', rates: CHAT },
		{ name: 'gpt-5.2-codex', rates: FLAGSHIP },
		{ name: 'gpt-5.2-pro', rates: FOUR },
		{ name: 'gpt-5.1-chat', rates: CHAT },
		{ name: 'gpt-5.1-codex-mini', rates: MINI },
		{ name: 'gpt-5-mini', rates: MINI },
		{ name: 'gpt-5-nano', rates: NANO },
		{ name: 'gpt-4.1', rates: FOUR },
		{ name: 'gpt-4.1-mini', rates: FOUR_MINI },
		{ name: 'gpt-4o', rates: FOUR },
		{ name: 'gpt-4o-mini', rates: FOUR_MINI },
		{ name: 'text-embedding-3-large', rates: EMBEDDING },
		{ name: 'text-embedding-3-small', rates: EMBEDDING },
	],
};

type RequestsAndTokens = readonly [requests: number, tokens: number];

/** Tiers 1 to 5. */
function numbered(...tiers: RequestsAndTokens[]): TierTable {
	return Object.fromEntries(tiers.map((rates, index) => [String(index + 1), perMinute(rates)]));
}

function perMinute([requests, tokens]: RequestsAndTokens): TierRates {
	return { requestsPerMinute: requests, tokensPerMinute: tokens };
}
