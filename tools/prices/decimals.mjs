// Exact arithmetic on decimals as a price list writes them: 0.1 is one tenth here, not the nearest binary fraction.

/** A whole fraction `numerator / denominator`, both bigint. */
export function fractionOf(decimal) {
	const match = /^(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(decimal));
	if (!match) throw new RangeError(`not a price: ${decimal}`);
	const [, whole, fraction = '', exponent = '0'] = match;
	const scale = fraction.length - Number(exponent);
	const digits = BigInt(whole + fraction);

	return scale >= 0
		? { numerator: digits, denominator: 10n ** BigInt(scale) }
		: { numerator: digits * 10n ** BigInt(-scale), denominator: 1n };
}

/** `value * numerator / denominator`, rounded half up to a safe integer. */
export function timesFraction(value, { numerator, denominator }) {
	const dividend = BigInt(value) * numerator;
	const rounded = Number((2n * dividend + denominator) / (2n * denominator));
	if (!Number.isSafeInteger(rounded)) throw new RangeError(`${rounded} is beyond 2^53`);

	return rounded;
}
