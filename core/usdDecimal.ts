import type { MicroCents } from './money.ts';

const DECIMALS = 8;

/** Dollars with all eight decimals, for machines: -36900 → "-0.00036900". Made of the digits, so nothing is rounded. */
export function usdDecimal(amount: MicroCents): string {
	const digits = String(Math.abs(amount)).padStart(DECIMALS + 1, '0');

	return `${amount < 0 ? '-' : ''}${digits.slice(0, -DECIMALS)}.${digits.slice(-DECIMALS)}`;
}
