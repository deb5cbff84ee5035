/** a × b ÷ c of whole numbers: exact until it is rounded once, half away from zero. */
export function quotient(a: number, b: number, c: number): number {
	const product = BigInt(a) * BigInt(b);
	const divisor = BigInt(c);
	const half = (product < 0n ? -divisor : divisor) / 2n;

	return Number((product + half) / divisor);
}

/** In per cent with one decimal; null: there is nothing to be a part of. */
export function percentOf(part: number, whole: number): number | null {
	return whole === 0 ? null : quotient(part, 1000, Math.abs(whole)) / 10;
}
