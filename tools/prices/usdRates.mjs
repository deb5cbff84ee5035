// Rates of our own, written in USD as vendors do.
import { toRate } from './units.mjs';

const PER_MILLION = 1_000_000;

/** USD per million tokens by unit; `when` are the other fields of a rate. */
export function tokens(usdPerMillion, when = {}) {
	return Object.entries(usdPerMillion).map(([unit, usd]) => ({
		...{ unit, rate: toRate(usd, PER_MILLION) },
		...when,
	}));
}

/** USD for one of what is billed beside the tokens. */
export function each(unit, usd) {
	return { unit, rate: toRate(usd, 1) };
}
