/**
 * Money is a safe integer of micro-cents (µ¢): 10⁻⁶ cent = 10⁻⁸ USD. 2⁵³ µ¢ is about 90 million USD.
 * Nothing here rounds twice: a line item is rounded once, when quantity meets rate.
 */
export type MicroCents = number;

const MICRO_CENTS_PER_CENT = 1_000_000;
export const MICRO_CENTS_PER_USD = 100_000_000;

/** Rates are µ¢ per this many units, so that a rate of a fraction of a µ¢ per token stays an integer. */
const UNITS_PER_RATE = 1_000_000;

/** Exact to the micro-cent up to 10 million USD; configuration and forms only, never sums. */
export function usdToMicroCents(usd: number): MicroCents {
	return Math.round(usd * MICRO_CENTS_PER_USD);
}

/** "12.34": dollars with two decimals, half a cent rounded away from zero. Integer arithmetic, so the text is exact. */
export function formatUsd(amount: MicroCents): string {
	const cents = roundedQuotient(BigInt(Math.abs(amount)), BigInt(MICRO_CENTS_PER_CENT));
	const text = cents.toString().padStart(3, '0');
	const sign = amount < 0 && cents > 0n ? '-' : '';

	return `${sign}${text.slice(0, -2)}.${text.slice(-2)}`;
}

/**
 * quantity × rate, in µ¢, rounded half up; `rate` is µ¢ per million units.
 * Throws RangeError when the amount would leave the safe integers: better refused than silently wrong.
 */
export function lineItemMicroCents(quantity: number, ratePerMillion: MicroCents): MicroCents {
	const product = quantity * ratePerMillion;
	if (Number.isSafeInteger(product)) return Math.round(product / UNITS_PER_RATE);

	const amount = Number(
		roundedQuotient(BigInt(quantity) * BigInt(ratePerMillion), BigInt(UNITS_PER_RATE)),
	);
	if (!Number.isSafeInteger(amount)) {
		throw new RangeError(`${quantity} units at ${ratePerMillion} µ¢ per million exceed 2^53 µ¢`);
	}
	return amount;
}

/** The sum of amounts. Throws RangeError when it has left the safe integers. */
export function exactSum(sum: MicroCents): MicroCents {
	if (!Number.isSafeInteger(sum)) throw new RangeError(`${sum} µ¢ are more than 2^53`);

	return sum;
}

function roundedQuotient(dividend: bigint, divisor: bigint): bigint {
	return (dividend + divisor / 2n) / divisor;
}
