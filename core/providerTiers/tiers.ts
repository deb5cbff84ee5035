/** What a vendor allows one family of models on one tier. What it does not publish is left out, never guessed. */
export type TierRates = {
	requestsPerMinute?: number;
	requestsPerDay?: number;
	/** Input and output together. */
	tokensPerMinute?: number;
	inputTokensPerMinute?: number;
	outputTokensPerMinute?: number;
};

/** Models that a vendor counts together. */
export type ModelFamily = {
	/** The name their counts carry: `claude-opus-4.x`. */
	name: string;
	/** The models without dates of snapshots; the name alone when it is one model. */
	models?: readonly string[];
	/** Tokens read from the cache count as input. Left out: as the provider does otherwise. */
	cacheReadsCount?: boolean;
	rates: TierTable;
};

/** By tier. */
export type TierTable = Readonly<Record<string, TierRates>>;

export type ProviderTiers = {
	/** OpenTelemetry `gen_ai.provider.name`. */
	provider: string;
	/** The most that all models together may cost in a calendar month (UTC), in USD, by tier; null: not known. */
	monthlyUsd: Readonly<Record<string, number | null>>;
	/** Tokens read from the cache count as input. */
	cacheReadsCount: boolean;
	families: readonly ModelFamily[];
};
