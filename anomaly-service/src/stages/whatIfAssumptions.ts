import { CACHE_LIFETIME_MS, MIN_CACHED_TOKENS } from '../../../core/whatIf.ts';
import { MINUTE_MS } from '../../../core/durations.ts';
import type { WhatIf } from './whatIf.ts';

/** What has to hold for the answer to hold, in sentences for people. */
export function assumptionsOf({ to, serviceTier, promptCaching }: WhatIf): string[] {
	return [
		'Every call would have been made at the same time, with the same tokens in and out.',
		'The prices are those of the price list at the time of each call, without discounts of yours.',
		'What the calls did cost is what was recorded, also where the vendor said the amount or a ceiling was charged.',
		...(to ? modelAssumptions(to) : []),
		...(serviceTier === undefined
			? []
			: [`Every call could have waited for the tier ${serviceTier}.`]),
		...(promptCaching ? cachingAssumptions(promptCaching) : []),
		'Calls whose use is not known, or that use something without a price, are left out of both sums: unpricedEvents.',
	];
}

function modelAssumptions({ provider, model }: { provider: string; model: string }): string[] {
	return [
		`${provider} ${model} would have counted the tokens the same way; tokenizers differ by some per cent, and so do answers.`,
		`What was read from a cache stays cached where ${model} has a price for that, else it costs as much as other input.`,
	];
}

function cachingAssumptions({ prefixTokens }: { prefixTokens: number | undefined }): string[] {
	const shared =
		prefixTokens === undefined
			? 'All calls of one tenant, workflow, node and model share a prefix as long as their smallest input: at most this much is saved.'
			: `All calls of one tenant, workflow, node and model share their first ${prefixTokens} tokens.`;

	return [
		shared,
		`A call within ${CACHE_LIFETIME_MS / MINUTE_MS} minutes of the one before reads the prefix from the cache, another one writes it there.`,
		`A prefix of fewer than ${MIN_CACHED_TOKENS} tokens is not cached.`,
	];
}
