// What the price file is made from: one version of genai-prices, read as of one day.
import { readFileSync } from 'node:fs';
import { calcPrice, findProvider } from '@pydantic/genai-prices';

export const PRICE_FILE = new URL('../../anomaly-service/data/priceRates.json', import.meta.url);

/** The day whose prices are written. Prices that start later wait for the next run of seed.mjs. */
export const AS_OF = '2026-11-21';

const manifest = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));
export const SOURCE_VERSION = manifest.dependencies['@pydantic/genai-prices'];

/** OpenTelemetry gen_ai.provider.name → genai-prices provider id. */
export const PROVIDERS = {
	anthropic: 'anthropic',
	'aws.bedrock': 'aws',
	'azure.ai.openai': 'azure',
	cohere: 'cohere',
	deepseek: 'deepseek',
	'gcp.gemini': 'google',
	groq: 'groq',
	mistral_ai: 'mistral',
	moonshot_ai: 'moonshotai',
	openai: 'openai',
	openrouter: 'openrouter',
	x_ai: 'x-ai',
};

export function libraryProvider(provider) {
	const found = findProvider({ providerId: PROVIDERS[provider] });
	if (!found) throw new Error(`genai-prices ${SOURCE_VERSION} has no provider ${provider}`);
	return found;
}

/** The price table of one library model at a moment, by the library's own rules for start dates and times of day. */
export function pricesAt(libraryModel, moment) {
	const anyName = { ...libraryModel, match: { contains: '' } };
	const provider = { id: 'one-model', api_pattern: '', models: [anyName] };

	return calcPrice({}, 'any', { provider, timestamp: moment }).model_price;
}

/**
 * The moment of the day at which a model is dearest. DeepSeek charges by UTC time of day; a fuse that has to
 * be wrong about it is wrong early, not late.
 */
export function dearestMoment(libraryModel) {
	let dearest;
	for (let halfHour = 0; halfHour < 48; halfHour++) {
		const moment = new Date(Date.parse(`${AS_OF}T00:00:00Z`) + halfHour * 30 * 60_000);
		const prices = pricesAt(libraryModel, moment);
		const total =
			(prices.input_mtok?.base ?? prices.input_mtok ?? 0) +
			(prices.output_mtok?.base ?? prices.output_mtok ?? 0);
		if (!dearest || total > dearest.total) dearest = { moment, total };
	}
	return dearest.moment;
}

/** The library writes a free model as one without any price, and says so in words. Silence is not "free". */
export function isFree(libraryModel, prices) {
	const { id, name, description, price_comments: comments } = libraryModel;
	return (
		Object.keys(prices).length === 0 &&
		/\bfree\b/i.test([id, name, description, comments].join(' '))
	);
}
