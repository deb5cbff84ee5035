import { exactSum, lineItemMicroCents, type MicroCents } from '../../../core/money.ts';
import { isOtherUnit, unitCeiling } from '../../../core/otherUnits.ts';
import type { PriceBook } from '../../../core/priceBook.ts';
import { priceUsage, type BilledCall, type LineItem, type Unpriced } from '../../../core/prices.ts';
import type { PricedUnit } from '../../../core/rateSheet.ts';
import type { UsageData } from '../../../core/usageEvent.ts';
import type { CostSource } from '../ports/records.ts';

/** µ¢ per million tokens for a model without a price: an unknown price is never 0. */
export type PriceCeiling = { input: MicroCents; output: MicroCents };

/** `costMicroCents` is the sum of `lineItems`. */
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

export type ModelCall = BilledCall & Pick<UsageData, 'provider' | 'model'>;

export type Pricer = {
	/** `at`: when the call was made, epoch ms. Undefined: it costs more than 2⁵³ µ¢. */
	priceEvent(data: UsageData, at: number): Priced | undefined;
	/**
	 * By the price list; what it has no price for, and only that, at the ceiling and never at 0. Throws RangeError above
	 * 2⁵³ µ¢.
	 */
	priceUsage(call: ModelCall): Priced;
	modelOf(provider: string, model: string): NamedModel;
};

/** Both are asked for every call, so that they may change underneath. */
export function createPricer(
	book: PriceBook,
	ceilingOf: (provider: string) => PriceCeiling,
): Pricer {
	function priceTokens(call: ModelCall): Priced {
		const { provider, model } = call;
		const known = book.find(provider, model);
		const contextTokens = known?.contextTokens ?? DEFAULT_CONTEXT_TOKENS;
		const { costMicroCents, lineItems, unpriced } = priceUsage(call, known?.rates ?? NO_RATES);
		if (unpriced.length === 0 && known) {
			return { costMicroCents, costSource: 'price', lineItems, contextTokens };
		}
		const ceiling = ceilingOf(provider);
		const assumed = unpriced.map((item) => assumedItem(item, ceiling));
		return {
			costMicroCents: exactSum(
				assumed.reduce((sum, item) => sum + item.costMicroCents, costMicroCents),
			),
			costSource: 'ceiling',
			lineItems: [...lineItems, ...assumed],
			contextTokens,
		};
	}

	return {
		priceEvent(data, at) {
			const { provider, model, costMicroCents } = data;
			if (costMicroCents === undefined) return exactly(() => priceTokens({ ...data, at }));

			const contextTokens = book.find(provider, model)?.contextTokens ?? DEFAULT_CONTEXT_TOKENS;
			const lineItems = [vendorItem(costMicroCents)];
			return { costMicroCents, costSource: 'vendor', lineItems, contextTokens };
		},
		priceUsage: priceTokens,
		modelOf(provider, model) {
			const known = book.find(provider, model);
			if (!known) return { name: `${provider}/${model}`.toLowerCase(), writes: true };
			const units = [...known.rates.keys()];
			const writes = units.length === 0 || units.some(isOutput);

			return { name: `${known.provider}/${known.model}`, writes };
		},
	};
}

const NO_RATES: ReadonlyMap<PricedUnit, never[]> = new Map();

/** Undefined: no safe integer holds the amount. */
export function exactly<Amount>(price: () => Amount): Amount | undefined {
	try {
		return price();
	} catch (error) {
		if (error instanceof RangeError) return undefined;
		throw error;
	}
}

/** The whole bill as the vendor told it, in one line. */
function vendorItem(costMicroCents: MicroCents): LineItem {
	return { unit: 'vendorCost', quantity: 1, rateId: 'vendor', costMicroCents };
}

function assumedItem({ unit, quantity, atLeast }: Unpriced, ceiling: PriceCeiling): LineItem {
	const rate = ceilingRate(unit, ceiling);
	const costMicroCents = Math.max(1, atLeast, lineItemMicroCents(quantity, rate));

	return { unit, quantity, rateId: `ceiling/${unit}@${rate}`, costMicroCents };
}

function ceilingRate(unit: PricedUnit, ceiling: PriceCeiling): MicroCents {
	if (isOtherUnit(unit)) return unitCeiling(unit);

	return isOutput(unit) ? ceiling.output : ceiling.input;
}

function isOutput(unit: PricedUnit): boolean {
	return unit === 'output' || unit === 'outputAudio';
}
