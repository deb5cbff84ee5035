import { NO_USAGE, type Usage } from './usage.ts';

/** What a caller knows of a call before it is made; undefined is unknown. */
export type CallOutline = {
	/** Tokens of the prompt, those the provider has cached among them. */
	inputTokens?: number | undefined;
	cachedInputTokens?: number | undefined;
	/** The call's `max_tokens`. */
	maxOutputTokens?: number | undefined;
};

/** What earlier calls like it used; null where there were too few. */
export type LearnedUsage = {
	/** 95th percentiles. */
	inputTokens: number | null;
	outputTokens: number | null;
	/** Cached tokens per 1,000 of the input, 25th percentile: three calls in four have at least as much in the cache. */
	cachedPermille: number | null;
};

export const NOTHING_LEARNED: LearnedUsage = {
	inputTokens: null,
	outputTokens: null,
	cachedPermille: null,
};

/** What one finished call teaches. `input` has the `cached` tokens in it, `output` the reasoning. */
export type SettledCall = {
	tenantId: string;
	provider: string;
	model: string;
	input: number;
	cached: number;
	output: number;
};

/**
 * The answer of a call nothing is known of: it covers the 95th percentile of 34 of 36 production clients (ServeGen).
 * The model's own maximum, 16,384 and more, would starve every small budget.
 */
const DEFAULT_OUTPUT_TOKENS = 1000;
/** Its prompt, when the caller does not tell: the same 34 of 36 clients. */
const DEFAULT_INPUT_TOKENS = 4000;

/**
 * What a call is expected to use, so that what is held for it is seldom too little and never far too much. Tokens the
 * call writes to the provider's cache are expected as plain input.
 */
export function expectedUsage(call: CallOutline, learned: LearnedUsage): Usage {
	const known = call.cachedInputTokens ?? 0;
	const input = call.inputTokens ?? Math.max(known, learned.inputTokens ?? DEFAULT_INPUT_TOKENS);
	const likely = Math.floor((input * (learned.cachedPermille ?? 0)) / 1000);
	const cacheRead = Math.min(input, call.cachedInputTokens ?? likely);
	const output = Math.min(
		learned.outputTokens ?? DEFAULT_OUTPUT_TOKENS,
		call.maxOutputTokens ?? Infinity,
	);

	return { ...NO_USAGE, inputUncached: input - cacheRead, cacheRead, output };
}
