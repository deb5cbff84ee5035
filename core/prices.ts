import { lineItemMicroCents, type MicroCents } from './money.ts';
import { inputTokens, type Usage, type UsageBucket } from './usage.ts';

/** Every bucket that has a price of its own; reasoning is billed as output. */
export const PRICED_BUCKETS = [
	'inputUncached',
	'cacheRead',
	'cacheWrite5m',
	'cacheWrite1h',
	'inputAudio',
	'output',
	'outputAudio',
] as const satisfies readonly UsageBucket[];

/** The price of one unit of one model: `rate` is µ¢ per million units, from `minInputTokens` of input on. */
export type PriceRate = {
	id: string;
	unit: (typeof PRICED_BUCKETS)[number];
	rate: MicroCents;
	minInputTokens: number;
};

export type LineItem = {
	unit: PriceRate['unit'];
	quantity: number;
	rateId: string;
	costMicroCents: MicroCents;
};

export type PricedUsage = {
	costMicroCents: MicroCents;
	lineItems: LineItem[];
	/** Buckets that were used but have no rate. Not empty means: charge the ceiling, flag the event. */
	unpriced: PriceRate['unit'][];
};

/** Buckets that vendors bill as another one when they publish no rate of their own. */
const FALLBACK: Partial<Record<PriceRate['unit'], PriceRate['unit']>> = {
	cacheRead: 'inputUncached',
	cacheWrite5m: 'inputUncached',
	cacheWrite1h: 'cacheWrite5m',
};

/** Prices every non-empty bucket with the applicable tier of `rates`; each line item is rounded once. */
export function priceUsage(usage: Usage, rates: readonly PriceRate[]): PricedUsage {
	const input = inputTokens(usage);
	const lineItems: LineItem[] = [];
	const unpriced: PriceRate['unit'][] = [];

	for (const unit of PRICED_BUCKETS) {
		const quantity = usage[unit];
		if (quantity === 0) continue;

		const rate = rateFor(unit, input, rates);
		if (!rate) {
			unpriced.push(unit);
			continue;
		}
		lineItems.push({
			unit,
			quantity,
			rateId: rate.id,
			costMicroCents: lineItemMicroCents(quantity, rate.rate),
		});
	}
	const costMicroCents = lineItems.reduce((sum, item) => sum + item.costMicroCents, 0);

	return { costMicroCents, lineItems, unpriced };
}

/** Context tiers are cliffs: at 200,001 input tokens the whole call costs the higher rate, not only the excess. */
function rateFor(
	unit: PriceRate['unit'],
	input: number,
	rates: readonly PriceRate[],
): PriceRate | undefined {
	let best: PriceRate | undefined;
	for (const rate of rates) {
		if (rate.unit !== unit || rate.minInputTokens > input) continue;
		if (!best || rate.minInputTokens > best.minInputTokens) best = rate;
	}
	const fallback = FALLBACK[unit];

	return best ?? (fallback ? rateFor(fallback, input, rates) : undefined);
}
