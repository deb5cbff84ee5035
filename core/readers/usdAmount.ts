import type { MicroCents } from '../money.ts';

/** Decimals that are kept, enough for all a vendor writes: the shortest form of a double has 17 digits. */
const SCALE = 40;
/** 10⁻⁸ USD. */
const MICRO_CENT = 10n ** BigInt(SCALE - 8);
const DECIMAL = /^([+-]?)(\d{1,20})(?:\.(\d{0,40}))?(?:e([+-]?\d{1,2}))?$/i;

/**
 * The sum of amounts in USD, each as a vendor writes it: `"-0.01500"`, `0.000102`, `4.14e-05`. Exact decimal
 * arithmetic, rounded once, half away from zero. Undefined when one is no decimal or the sum leaves the safe integers.
 */
export function usdMicroCents(...amounts: unknown[]): MicroCents | undefined {
	let sum = 0n;
	for (const amount of amounts) {
		const scaled = scaledDecimal(amount);
		if (scaled === undefined) return undefined;
		sum += scaled;
	}
	const size = sum < 0n ? -sum : sum;
	const rounded = Number((size + MICRO_CENT / 2n) / MICRO_CENT);
	if (!Number.isSafeInteger(rounded)) return undefined;

	return sum < 0n && rounded > 0 ? -rounded : rounded;
}

function scaledDecimal(amount: unknown): bigint | undefined {
	if (typeof amount !== 'number' && typeof amount !== 'string') return undefined;
	const match = DECIMAL.exec(String(amount).trim());
	if (!match) return undefined;

	const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
	const shift = SCALE - fraction.length + Number(exponent);
	if (shift < 0) return undefined;
	const size = BigInt(whole + fraction) * 10n ** BigInt(shift);

	return sign === '-' ? -size : size;
}
