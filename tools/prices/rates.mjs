// The rates of one library model on the standard tier.
import { periodsOf } from './moments.mjs';
import { isFree } from './source.mjs';
import { LEFT_OUT, toRate, UNITS } from './units.mjs';

/** Of all units, each with its context tiers, hours and dates; equal rates of two periods in a row are one. */
export function standardRates(model) {
	const periods = periodsOf(model);
	for (const { cells } of periods) for (const { prices } of cells) refuseUnknownKeys(model, prices);

	return Object.keys(UNITS).flatMap((unit) =>
		joined(periods.map((period) => ratesIn(period, unit))),
	);

	function ratesIn({ validFrom, validTo, cells }, unit) {
		const rates = cells.flatMap(({ prices, timeOfDay }) =>
			ratesOf(unit, isFree(model, prices) ? FREE : prices).map((rate) => ({ ...rate, timeOfDay })),
		);
		return { validFrom, validTo, rates };
	}
}

/** Without a rate, a free call would cost the ceiling. */
const FREE = { input_mtok: 0, output_mtok: 0 };

/** The library's tier holds above `start` input tokens, ours from `minInputTokens` on; both count all input. */
function ratesOf(unit, prices) {
	const { keys, per } = UNITS[unit];
	const price = prices[keys.find((key) => prices[key] !== undefined)];
	if (price === undefined) return [];
	if (typeof price === 'number') return [{ unit, rate: toRate(price, per) }];

	const tiers = price.tiers.toSorted((a, b) => a.start - b.start);
	return [
		{ unit, rate: toRate(price.base, per) },
		...tiers.map(({ start, price: usd }) => ({
			unit,
			rate: toRate(usd, per),
			minInputTokens: start + 1,
		})),
	];
}

function joined(periods) {
	const out = [];
	for (const period of periods) {
		const last = out.at(-1);
		if (last && JSON.stringify(last.rates) === JSON.stringify(period.rates)) {
			last.validTo = period.validTo;
		} else out.push({ ...period });
	}
	return out.flatMap(({ validFrom, validTo, rates }) =>
		rates.map((rate) => ({ ...rate, validFrom, validTo })),
	);
}

function refuseUnknownKeys({ id }, prices) {
	const known = new Set([
		...Object.values(UNITS).flatMap(({ keys }) => keys),
		...Object.keys(LEFT_OUT),
	]);
	const unknown = Object.keys(prices).filter((key) => !known.has(key));
	if (unknown.length > 0) throw new Error(`${id}: nobody knows what ${unknown} is`);
}
