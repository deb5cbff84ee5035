import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isRecord, recordAt, textAt, type JsonRecord } from '../core/readers/reading.ts';
import type { Recording } from './recordings.ts';

/** `tools/prices` is a package of its own. */
const MODULE = join(
	import.meta.dirname,
	'../tools/prices/node_modules/@pydantic/genai-prices/dist/index.js',
);

/** Which provider and which form of the library reads what a reader of ours reads. */
const EXTRACTORS: Readonly<Record<string, readonly [provider: string, flavor: string]>> = {
	anthropicMessages: ['anthropic', 'default'],
	bedrockConverse: ['aws', 'default'],
	cohereV2: ['cohere', 'default'],
	deepseekChat: ['deepseek', 'chat'],
	geminiChat: ['google', 'chat'],
	geminiGenerate: ['google', 'default'],
	groqChat: ['groq', 'default'],
	mistralChat: ['mistral', 'default'],
	openaiChat: ['openai', 'chat'],
	openaiResponses: ['openai', 'responses'],
	openrouterChat: ['openrouter', 'chat'],
};

type Library = {
	findProvider: (options: { providerId: string }) => unknown;
	extractUsage: (provider: unknown, body: unknown, apiFlavor: string) => unknown;
	calcPrice: (
		usage: unknown,
		model: string,
		options: { providerId: string; timestamp: Date },
	) => unknown;
};

/**
 * What genai-prices takes a recording to cost, in USD; undefined: it has no price for it. The whole is undefined when the
 * library is not installed. Its providers are found beforehand, which is in its favour.
 */
export async function genaiPrices(): Promise<
	((recording: Recording, at: number) => number | undefined) | undefined
> {
	if (!existsSync(MODULE)) return undefined;
	const library: unknown = await import(pathToFileURL(MODULE).href);
	if (!isLibrary(library)) throw new Error(`${MODULE} has other functions than expected`);
	const { findProvider, extractUsage, calcPrice } = library;
	const extractors = new Map(
		Object.entries(EXTRACTORS).map(([reader, [providerId, flavor]]) => [
			reader,
			{ providerId, flavor, provider: findProvider({ providerId }) },
		]),
	);

	return ({ reader, model: named, body }, at) => {
		const extractor = extractors.get(reader);
		if (!extractor) return undefined;
		const { provider, providerId, flavor } = extractor;
		const extracted = extractUsage(provider, body, flavor);
		if (!isRecord(extracted)) return undefined;
		const model = textAt(extracted, 'model') ?? named;
		const timestamp = new Date(at);
		const price = calcPrice(recordAt(extracted, 'usage'), model, { providerId, timestamp });
		const total = isRecord(price) ? price['total_price'] : undefined;

		return typeof total === 'number' ? total : undefined;
	};
}

function isLibrary(library: unknown): library is JsonRecord & Library {
	return (
		isRecord(library) &&
		['findProvider', 'extractUsage', 'calcPrice'].every(
			(name) => typeof library[name] === 'function',
		)
	);
}
