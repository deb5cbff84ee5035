// Writes anomaly-service/data/priceRates.json: one line per model, sorted, so that a price change is a one-line diff.
// Usage: npm ci && npm run seed && npm run check
import { mkdirSync, writeFileSync } from 'node:fs';
import { toPattern } from './pattern.mjs';
import {
	AS_OF,
	dearestMoment,
	isFree,
	libraryProvider,
	PRICE_FILE,
	pricesAt,
	PROVIDERS,
	SOURCE_VERSION,
} from './source.mjs';

/** Bucket of core/usage.ts ← price key of genai-prices. Prices of other things (images, searches) have no bucket. */
const UNITS = {
	inputUncached: 'input_mtok',
	cacheRead: 'cache_read_mtok',
	cacheWrite5m: 'cache_write_mtok',
	cacheWrite1h: 'cache_write_1h_mtok',
	inputAudio: 'input_audio_mtok',
	output: 'output_mtok',
	outputAudio: 'output_audio_mtok',
};

/** USD per million tokens → µ¢ per million tokens. Some library prices are periodic fractions; they round here. */
const toRate = (usdPerMillion) => {
	const rate = Math.round(usdPerMillion * 100_000_000);
	if (!Number.isSafeInteger(rate) || rate < 0)
		throw new RangeError(`price ${usdPerMillion} USD per million tokens`);
	return rate;
};

const models = Object.keys(PROVIDERS)
	.flatMap((provider) =>
		libraryProvider(provider).models.map((model) => priceLine(provider, model)),
	)
	.sort((a, b) => compare(a.provider, b.provider) || compare(a.model, b.model));

const header = { source: 'genai-prices', sourceVersion: SOURCE_VERSION, asOf: AS_OF };
const head = JSON.stringify(header).slice(1, -1);
const text = `{${head},"models":[\n${models.map((model) => JSON.stringify(model)).join(',\n')}\n]}\n`;

mkdirSync(new URL('.', PRICE_FILE), { recursive: true });
writeFileSync(PRICE_FILE, text);
console.log(`${models.length} models, ${text.length} bytes`);

function priceLine(provider, model) {
	const prices = pricesAt(model, dearestMoment(model));
	const rates = Object.entries(UNITS).flatMap(([unit, key]) => ratesOf(unit, prices[key]));
	// Without a rate, a free call would cost the ceiling.
	const free = isFree(model, prices);

	return {
		provider,
		model: model.id,
		pattern: toPattern(model.match),
		...(model.context_window ? { contextTokens: model.context_window } : {}),
		rates: free ? [...ratesOf('inputUncached', 0), ...ratesOf('output', 0)] : rates,
	};
}

/** The library's tier holds above `start`, ours from `minInputTokens` on. */
function ratesOf(unit, price) {
	if (price === undefined) return [];
	if (typeof price === 'number') return [{ unit, rate: toRate(price) }];

	const tiers = price.tiers.toSorted((a, b) => a.start - b.start);
	return [
		{ unit, rate: toRate(price.base) },
		...tiers.map((tier) => ({ unit, rate: toRate(tier.price), minInputTokens: tier.start + 1 })),
	];
}

function compare(a, b) {
	return a < b ? -1 : Number(a > b);
}
