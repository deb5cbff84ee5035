/** 1 USD is 10⁸ micro-cents. */
const DECIMALS = 8;

/** Every digit there is, two decimals at least: 36900 → "0.000369". */
export function exactUsd(microCents: number): string {
	const digits = String(Math.abs(microCents)).padStart(DECIMALS + 1, '0');
	const cents = digits.slice(-DECIMALS, 2 - DECIMALS);
	const rest = digits.slice(2 - DECIMALS).replace(/0+$/, '');

	return `${microCents < 0 ? '-' : ''}${digits.slice(0, -DECIMALS)}.${cents}${rest}`;
}
