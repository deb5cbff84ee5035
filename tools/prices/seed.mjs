// Writes anomaly-service/data/priceRates.json: one line per model, sorted, so that a price change is a one-line diff.
// Usage: npm ci && npm run seed && npm run check
import { mkdirSync, writeFileSync } from 'node:fs';
import { toPattern, withoutNames } from './pattern.mjs';
import { standardRates } from './rates.mjs';
import { tierRates } from './serviceTiers.mjs';
import { AS_OF, libraryProvider, PRICE_FILE, PROVIDERS, SOURCE_VERSION } from './source.mjs';
import { ADDED_MODELS, addedRates, CORRECTED } from './supplement.mjs';

const ours = [...CORRECTED, ...ADDED_MODELS];
const models = [
	...Object.keys(PROVIDERS).flatMap((provider) =>
		libraryProvider(provider).models.flatMap((model) => libraryEntry(provider, model)),
	),
	...ours.map(({ provider, model, pattern, contextTokens, rates }) => ({
		...{ provider, model, pattern, contextTokens, rates },
	})),
]
	.map(withTiers)
	.sort((a, b) => compare(a.provider, b.provider) || compare(a.model, b.model));

const header = { source: 'genai-prices', sourceVersion: SOURCE_VERSION, asOf: AS_OF };
const head = JSON.stringify(header).slice(1, -1);
const text = `{${head},"models":[\n${models.map((model) => JSON.stringify(model)).join(',\n')}\n]}\n`;

mkdirSync(new URL('.', PRICE_FILE), { recursive: true });
writeFileSync(PRICE_FILE, text);
const rateCount = models.reduce((sum, { rates }) => sum + rates.length, 0);
console.log(`${models.length} models, ${rateCount} rates, ${text.length} bytes`);

function libraryEntry(provider, model) {
	const corrected = CORRECTED.filter((entry) => entry.provider === provider);
	const match = withoutNames(
		model.match,
		corrected.map((entry) => entry.model),
	);
	if (match === undefined) return [];
	const entry = { provider, model: model.id, rates: standardRates(model) };

	return [
		{
			...{ provider, model: model.id, pattern: toPattern(match) },
			...(model.context_window ? { contextTokens: model.context_window } : {}),
			rates: [...entry.rates, ...addedRates(entry)],
		},
	];
}

function withTiers(entry) {
	return { ...entry, rates: [...entry.rates, ...tierRates(entry)].map(inOrder) };
}

/** The fields in one order, and only those that say something. */
function inOrder({ unit, rate, minInputTokens, serviceTier, timeOfDay, validFrom, validTo }) {
	return { unit, rate, minInputTokens, serviceTier, timeOfDay, validFrom, validTo };
}

function compare(a, b) {
	return a < b ? -1 : Number(a > b);
}
