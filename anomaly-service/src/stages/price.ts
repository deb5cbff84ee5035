import type { PriceBook } from '../../../core/priceBook.ts';
import { lineItemMicroCents, type MicroCents } from '../../../core/money.ts';
import { priceUsage, type LineItem } from '../../../core/prices.ts';
import { NO_USAGE, type Usage, type UsageBucket } from '../../../core/usage.ts';
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
	/** By the price list; what it has no price for, and only that, at the ceiling. */
	function priceTokens(provider: string, model: string, usage: Usage): Priced {
		const known = book.find(provider, model);
		const contextTokens = known?.contextTokens ?? DEFAULT_CONTEXT_TOKENS;
		const { costMicroCents, lineItems, unpriced } = priceUsage(usage, known?.rates ?? []);
		if (unpriced.length === 0 && known) {
			return { costMicroCents, costSource: 'price', lineItems, contextTokens };
		}
		const assumed = unpriced.map((unit) =>
			lineItemMicroCents(usage[unit], isOutput(unit) ? ceiling.output : ceiling.input),
		);
		return {
			costMicroCents: assumed.reduce((sum, microCents) => sum + microCents, costMicroCents),
			costSource: 'ceiling',
			lineItems,
			contextTokens,
		};
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

function isOutput(unit: UsageBucket): boolean {
	return unit === 'output' || unit === 'outputAudio';
}
