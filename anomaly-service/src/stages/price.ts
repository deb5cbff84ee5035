import type { PriceBook } from '../../../core/priceBook.ts';
import { lineItemMicroCents, type MicroCents } from '../../../core/money.ts';
import { priceUsage, type LineItem } from '../../../core/prices.ts';
import { inputTokens, NO_USAGE, outputTokens, type Usage } from '../../../core/usage.ts';
import type { UsageData } from '../../../core/usageEvent.ts';
import type { CostSource } from '../ports/records.ts';

/** µ¢ per million tokens for a model without a price: an unknown price is never 0. */
export type PriceCeiling = { input: MicroCents; output: MicroCents };

export type Priced = {
	costMicroCents: MicroCents;
	costSource: CostSource;
	lineItems: LineItem[];
	contextTokens: number;
};

/** What a model of unknown context window is taken to have. */
const DEFAULT_CONTEXT_TOKENS = 200_000;
/** Expected answer when the caller sets no maximum: never the model's own, which would starve small budgets. */
const DEFAULT_OUTPUT_TOKENS = 1000;

export type Pricer = {
	priceEvent(data: UsageData): Priced;
	/** What a call is expected to cost before it is made. */
	estimate(ask: {
		provider: string;
		model: string;
		inputTokens: number;
		maxOutputTokens: number | undefined;
	}): MicroCents;
};

export function createPricer(book: PriceBook, ceiling: PriceCeiling): Pricer {
	function priceTokens(provider: string, model: string, usage: Usage): Priced {
		const known = book.find(provider, model);
		const contextTokens = known?.contextTokens ?? DEFAULT_CONTEXT_TOKENS;
		const priced = known ? priceUsage(usage, known.rates) : undefined;
		if (priced && priced.unpriced.length === 0) {
			const { costMicroCents, lineItems } = priced;
			return { costMicroCents, costSource: 'price', lineItems, contextTokens };
		}
		const costMicroCents =
			lineItemMicroCents(inputTokens(usage), ceiling.input) +
			lineItemMicroCents(outputTokens(usage), ceiling.output);

		return { costMicroCents, costSource: 'ceiling', lineItems: [], contextTokens };
	}

	return {
		priceEvent(data) {
			const priced = priceTokens(data.provider, data.model, data.usage);
			if (data.costMicroCents === undefined) return priced;

			return { ...priced, costMicroCents: data.costMicroCents, costSource: 'vendor' };
		},
		estimate({ provider, model, inputTokens: input, maxOutputTokens }) {
			const output = maxOutputTokens ?? DEFAULT_OUTPUT_TOKENS;

			return priceTokens(provider, model, { ...NO_USAGE, inputUncached: input, output })
				.costMicroCents;
		},
	};
}
