/** A class of models: what a token costs, how much fits in, how fast it goes. */
export type Tier = {
	name: string;
	/** Micro-cents a token. */
	input: number;
	output: number;
	contextTokens: number;
	maxOutput: number;
	/** Milliseconds a token. */
	decodeMs: number;
	prefillMs: number;
};

/** By price; the traces say which of the first three a client uses. */
const TIERS: readonly [Tier, Tier, Tier, Tier] = [
	{ ...price('small', 15, 60), ...size(128_000, 4096), decodeMs: 8, prefillMs: 0.03 },
	{ ...price('mid', 100, 500), ...size(128_000, 4096), decodeMs: 14, prefillMs: 0.06 },
	{ ...price('large', 300, 1500), ...size(200_000, 8192), decodeMs: 22, prefillMs: 0.1 },
	{ ...price('frontier', 1500, 7500), ...size(200_000, 8192), decodeMs: 35, prefillMs: 0.15 },
];

export const FRONTIER = 3;

/** A cached token costs a tenth. */
export const CACHED_RATE = 0.1;

export function tierAt(index: number): Tier {
	return TIERS[index] ?? TIERS[0];
}

function price(name: string, input: number, output: number) {
	return { name, input, output };
}

function size(contextTokens: number, maxOutput: number) {
	return { contextTokens, maxOutput };
}
