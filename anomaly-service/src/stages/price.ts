import type { PriceBook } from '../../../core/priceBook.ts';
import { lineItemMicroCents, type MicroCents } from '../../../core/money.ts';
import { priceUsage, type LineItem } from '../../../core/prices.ts';
import type { UsageBucket } from '../../../core/usage.ts';
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

/** The model that a name stands for. */
export type NamedModel = {
	/** The same for `gpt-4o`, which a caller asks for, and `gpt-4o-2024-08-06`, which answers: `openai/gpt-4o`. */
	name: string;
	/** False for embeddings and the like: the price list has an input price and none for output. */
	writes: boolean;
};

/** What a model of unknown context window is taken to have. */
const DEFAULT_CONTEXT_TOKENS = 200_000;

type ModelUsage = Pick<UsageData, 'provider' | 'model' | 'usage'>;

export type Pricer = {
	priceEvent(data: UsageData): Priced;
	/** By the price list; what it has no price for, and only that, at the ceiling and never at 0. */
	priceUsage(call: ModelUsage): Priced;
	modelOf(provider: string, model: string): NamedModel;
};

export function createPricer(book: PriceBook, ceiling: PriceCeiling): Pricer {
	function priceTokens({ provider, model, usage }: ModelUsage): Priced {
		const known = book.find(provider, model);
		const contextTokens = known?.contextTokens ?? DEFAULT_CONTEXT_TOKENS;
		const { costMicroCents, lineItems, unpriced } = priceUsage(usage, known?.rates ?? []);
		if (unpriced.length === 0 && known) {
			return { costMicroCents, costSource: 'price', lineItems, contextTokens };
		}
		const assumed = unpriced.map((unit) =>
			Math.max(1, lineItemMicroCents(usage[unit], isOutput(unit) ? ceiling.output : ceiling.input)),
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
			const priced = priceTokens(data);
			if (data.costMicroCents === undefined) return priced;

			return { ...priced, costMicroCents: data.costMicroCents, costSource: 'vendor' };
		},
		priceUsage: priceTokens,
		modelOf(provider, model) {
			const known = book.find(provider, model);
			if (!known) return { name: `${provider}/${model}`.toLowerCase(), writes: true };
			const { rates } = known;
			const writes = rates.length === 0 || rates.some(({ unit }) => isOutput(unit));

			return { name: `${known.provider}/${known.model}`, writes };
		},
	};
}

function isOutput(unit: UsageBucket): boolean {
	return unit === 'output' || unit === 'outputAudio';
}
