import { percentOf } from '../../../core/quotient.ts';
import { inputTokens, outputTokens, NO_USAGE } from '../../../core/usage.ts';
import { CachedPrompts, Comparison, differenceOf, streamKey } from '../../../core/whatIf.ts';
import type { Database } from '../ports/database.ts';
import type { StreamedCall, StreamFilter, StreamPlace } from '../ports/reportFunctions.ts';
import type { Pricer } from './price.ts';
import { recordedCall, type RecordedCall } from './recordedCall.ts';
import { assumptionsOf } from './whatIfAssumptions.ts';

/** Rows the database hands over at a time: some 5 MB. */
const PAGE_ROWS = 10_000;
/** Calls one answer looks at; they take it about 10 s. */
export const WHAT_IF_CALLS_MAX = 500_000;

/** What is changed; what is undefined stays as it was recorded. */
export type WhatIf = {
	to?: { provider: string; model: string } | undefined;
	serviceTier?: string | undefined;
	/** `prefixTokens` undefined: as many as the smallest input of each place. */
	promptCaching?: { prefixTokens: number | undefined } | undefined;
};

type Dependencies = { database: Database; pricer: Pick<Pricer, 'priceUsage'> };
type Prices = ReturnType<typeof createPrices>;

/** Whether there is a price for a model, on a tier: asked with one token of input. */
export function isPriced(
	pricer: Pick<Pricer, 'priceUsage'>,
	call: { provider: string; model: string; serviceTier?: string | undefined; at: number },
): boolean {
	const usage = { ...NO_USAGE, inputUncached: 1 };

	return pricer.priceUsage({ ...call, usage }).costSource === 'price';
}

/** The same calls with something changed, priced again. Undefined: there are more calls than one answer looks at. */
export async function whatIf(
	{ database, pricer }: Dependencies,
	filter: StreamFilter,
	change: WhatIf,
) {
	const prices = createPrices(pricer, change, await prefixesOf(database, filter, change));
	const comparison = new Comparison();
	let after: StreamPlace | null = null;
	let read = 0;
	do {
		const page: { calls: StreamedCall[]; next: StreamPlace | null } = await database.call(
			'usage_stream',
			{ ...filter, after, limit: PAGE_ROWS },
		);
		read += page.calls.length;
		if (read > WHAT_IF_CALLS_MAX) return undefined;
		for (const call of page.calls) compare(comparison, prices, recordedCall(call));
		after = page.next;
	} while (after);

	return answerOf(comparison, filter, change);
}

function compare(comparison: Comparison, prices: Prices, call: RecordedCall): void {
	const whatIfMicroCents = prices(call);
	if (whatIfMicroCents === undefined) comparison.leaveOut();
	else comparison.add(call, call.costMicroCents, whatIfMicroCents);
}

function createPrices(
	pricer: Pick<Pricer, 'priceUsage'>,
	{ to, serviceTier, promptCaching }: WhatIf,
	prefixes: ReadonlyMap<string, number>,
) {
	const cached =
		promptCaching &&
		new CachedPrompts((key) => promptCaching.prefixTokens ?? prefixes.get(key) ?? 0);

	/** What a call would have cost; undefined: its use is not known, or there is no price for all of it. */
	return (call: RecordedCall): number | undefined => {
		const { provider, model, at, otherUnits } = call;
		const usage = cached ? cached.usageOf(call, at, call.usage) : call.usage;
		if (!isUseKnown(call)) return undefined;
		const priced = pricer.priceUsage({
			...(to ?? { provider, model }),
			...{ usage, otherUnits, at },
			serviceTier: serviceTier ?? call.serviceTier ?? undefined,
		});
		return priced.costSource === 'price' ? priced.costMicroCents : undefined;
	};
}

/** What was only held, and bills that name an amount and no use, cannot be priced again. */
function isUseKnown({ costSource, costMicroCents, usage, otherUnits }: RecordedCall): boolean {
	if (costSource === 'estimate') return false;
	const used = inputTokens(usage) + outputTokens(usage) + Object.keys(otherUnits).length;

	return used > 0 || costMicroCents === 0;
}

async function prefixesOf(
	database: Database,
	filter: StreamFilter,
	{ promptCaching }: WhatIf,
): Promise<ReadonlyMap<string, number>> {
	if (!promptCaching || promptCaching.prefixTokens !== undefined) return new Map();
	const smallest = await database.call('smallest_inputs', filter);

	return new Map(smallest.map(({ tokens, ...stream }) => [streamKey(stream), tokens]));
}

function answerOf(comparison: Comparison, { from, to }: StreamFilter, change: WhatIf) {
	const total = comparison.total();
	const differenceMicroCents = differenceOf(total);

	return {
		...{ from, to, ...total, unpricedEvents: comparison.unpricedEvents, differenceMicroCents },
		differencePercent: percentOf(differenceMicroCents, total.actualMicroCents),
		atMost: change.promptCaching !== undefined && change.promptCaching.prefixTokens === undefined,
		byModel: comparison.models(),
		assumptions: assumptionsOf(change),
	};
}
