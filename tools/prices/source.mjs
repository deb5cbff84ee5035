// What the price file is made from: one version of genai-prices, read as of one day.
import { readFileSync } from 'node:fs';
import { calcPrice, findProvider } from '@pydantic/genai-prices';

export const PRICE_FILE = new URL('../../anomaly-service/data/priceRates.json', import.meta.url);

/** The day on which the library's prices, and ours beside them, were looked up. */
export const AS_OF = '2026-11-21';

const manifest = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));
export const SOURCE_VERSION = manifest.dependencies['@pydantic/genai-prices'];

/** OpenTelemetry gen_ai.provider.name → genai-prices provider id. */
export const PROVIDERS = {
	anthropic: 'anthropic',
	'aws.bedrock': 'aws',
	'azure.ai.openai': 'azure',
	cerebras: 'cerebras',
	cohere: 'cohere',
	deepseek: 'deepseek',
	fireworks_ai: 'fireworks',
	'gcp.gemini': 'google',
	groq: 'groq',
	mistral_ai: 'mistral',
	moonshot_ai: 'moonshotai',
	openai: 'openai',
	openrouter: 'openrouter',
	perplexity: 'perplexity',
	together_ai: 'together',
	x_ai: 'x-ai',
};

export function libraryProvider(provider) {
	const found = findProvider({ providerId: PROVIDERS[provider] });
	if (!found) throw new Error(`genai-prices ${SOURCE_VERSION} has no provider ${provider}`);
	return found;
}

/** The price table of one library model at a moment, by the library's own rules for start dates and times of day. */
export function pricesAt(libraryModel, timestamp) {
	return calcPrice({}, 'any', { provider: onlyModel(libraryModel), timestamp }).model_price;
}

/** What the library charges for a usage of its own form on one model, in USD. */
export function libraryCost(libraryModel, usage, timestamp) {
	return calcPrice(usage, 'any', { provider: onlyModel(libraryModel), timestamp }).total_price;
}

function onlyModel(libraryModel) {
	const anyName = { ...libraryModel, match: { contains: '' } };
	return { id: 'one-model', api_pattern: '', models: [anyName] };
}

/** The library writes a free model as one without any price, and says so in words. Silence is not "free". */
export function isFree(libraryModel, prices) {
	const { id, name, description, price_comments: comments } = libraryModel;
	return (
		Object.keys(prices).length === 0 &&
		/\bfree\b/i.test([id, name, description, comments].join(' '))
	);
}
