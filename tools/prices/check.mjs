// Compares the committed price file, priced by core/, with genai-prices' own calcPrice: model by model, name by name.
// Exits 1 on a difference that is not explained below.
import { readFileSync } from 'node:fs';
import { calcPrice } from '@pydantic/genai-prices';
import { createPriceBook } from '../../core/priceBook.ts';
import { priceUsage } from '../../core/prices.ts';
import { inputTokens, NO_USAGE } from '../../core/usage.ts';
import { sampleNames } from './sampleNames.mjs';
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

/** A fuse may know less than the library, never something else. Each difference has one of these names. */
const EXPLAINED = {
	timeOfDay: 'charged by UTC time of day; the dearest price of the day is written',
	startsLater: `has a price that starts after ${AS_OF}; seed again then`,
	reasoningRate:
		'has a rate of its own for reasoning; ours counts reasoning as output, which is dearer',
	noTokenPrice: 'has no price per token (hours, pages, pictures); every token is unpriced',
	noOutputPrice:
		'has no output price (embeddings); output, should there be any, is unpriced instead of free',
	noAudioPrice: 'has no audio price; audio is unpriced instead of charged as text',
	free: 'written as 0 per token; the library has no price at all',
};

/** Providers under which every sample name is tried, because they resell other vendors' models. */
const HOSTS = ['azure.ai.openai', 'gcp.gemini'];

const file = JSON.parse(readFileSync(PRICE_FILE, 'utf8'));
const book = createPriceBook(file.models);
const committed = new Map(file.models.map((model) => [`${model.provider}/${model.model}`, model]));

const explained = Object.fromEntries(Object.keys(EXPLAINED).map((reason) => [reason, new Set()]));
const failures = [];
let names = 0;
let prices = 0;

if (file.sourceVersion !== SOURCE_VERSION)
	failures.push(`file is of ${file.sourceVersion}, not ${SOURCE_VERSION}`);
for (const provider of Object.keys(PROVIDERS)) {
	for (const model of libraryProvider(provider).models) checkModel(provider, model);
}
for (const left of committed.keys()) failures.push(`${left} is not in genai-prices`);

for (const [reason, models] of Object.entries(explained)) {
	if (models.size === 0) continue;
	const listed = models.size <= 40 ? `\n  ${[...models].join(', ')}` : '';
	console.log(`${reason} (${models.size}): ${EXPLAINED[reason]}${listed}`);
}
console.log(
	`${file.models.length} models, ${names} names, ${prices} prices: ${failures.length} unexplained differences`,
);
for (const failure of failures.slice(0, 30)) console.error(failure);
process.exitCode = failures.length > 0 ? 1 : 0;

function checkModel(provider, model) {
	const id = `${provider}/${model.id}`;
	const entry = committed.get(id);
	if (!committed.delete(id)) return failures.push(`${id} is missing`);

	const moment = dearestMoment(model);
	const library = pricesAt(model, moment);
	explainModel(id, model, library);
	const usages = usagesFor(entry);

	for (const name of sampleNames(model.match)) {
		checkName(provider, name);
		for (const host of HOSTS) checkName(host, name);
	}
	const name = sampleNames(model.match).find(
		(sample) => book.find(provider, sample)?.model === model.id,
	);
	if (!name) return failures.push(`${id}: no name leads to it`);

	for (const usage of usages) checkPrice(id, provider, name, moment, usage, library);
}

function checkName(provider, name) {
	names++;
	// The library names the host as the provider of a resold model; only the model itself tells whose it is.
	const theirs = calcPrice({}, name, { providerId: PROVIDERS[provider] })?.model;
	const found = book.find(provider, name);
	const ours = found && libraryProvider(found.provider).models.find(({ id }) => id === found.model);
	if (ours !== theirs)
		failures.push(`${provider} ${name}: found ${ours?.id}, library ${theirs?.id}`);
}

function explainModel(id, model, library) {
	const constraints = Array.isArray(model.prices)
		? model.prices.flatMap((price) => price.constraint ?? [])
		: [];
	if (constraints.some(({ type }) => type === 'time_of_date')) explained.timeOfDay.add(id);
	if (constraints.some(({ start_date: start }) => start > AS_OF)) explained.startsLater.add(id);
	if ('output_reasoning_mtok' in library) explained.reasoningRate.add(id);
	if (isFree(model, library)) explained.free.add(id);
	else if (!('input_mtok' in library) && !('output_mtok' in library))
		explained.noTokenPrice.add(id);
	else if (!('output_mtok' in library)) explained.noOutputPrice.add(id);
}

/** Each bucket alone, then a mixture, at sizes on both sides of every tier of the model. */
function usagesFor({ rates }) {
	const edges = rates.flatMap(({ minInputTokens }) =>
		minInputTokens ? [minInputTokens - 1, minInputTokens] : [],
	);
	const sizes = [...new Set([1, 7_777, 1_000_003, ...edges])];
	const buckets = [
		'inputUncached',
		'cacheRead',
		'cacheWrite5m',
		'cacheWrite1h',
		'inputAudio',
		'output',
		'outputAudio',
	];

	return [
		...sizes.flatMap((size) => buckets.map((bucket) => ({ ...NO_USAGE, [bucket]: size }))),
		...edges.map((size) => ({
			...NO_USAGE,
			inputUncached: size - 20,
			cacheRead: 13,
			cacheWrite5m: 7,
			output: 4_321,
		})),
		{
			...NO_USAGE,
			inputUncached: 4_001,
			cacheRead: 90_017,
			cacheWrite5m: 1_203,
			cacheWrite1h: 333,
			output: 2_049,
		},
	];
}

function checkPrice(id, provider, name, timestamp, usage, library) {
	const ours = priceUsage(usage, book.find(provider, name).rates);
	prices++;
	if (ours.unpriced.length > 0) {
		const reason = unpricedReason(ours.unpriced, library);
		if (reason) return explained[reason].add(id);
		return failures.push(`${id}: ${ours.unpriced} unpriced`);
	}
	const theirs = calcPrice(libraryUsage(usage), name, {
		providerId: PROVIDERS[provider],
		timestamp,
	});
	const theirMicroCents = theirs.total_price * 1e8;
	// Half a µ¢ of rounding for each line item, and as much again for a price that is a periodic fraction.
	const tolerance = Math.max(1, ours.lineItems.length);
	if (Math.abs(ours.costMicroCents - theirMicroCents) > tolerance) {
		failures.push(
			`${id} ${JSON.stringify(usage)}: ours ${ours.costMicroCents}, library ${theirMicroCents}`,
		);
	}
}

function unpricedReason(unpriced, library) {
	if (unpriced.every((unit) => unit.endsWith('Audio'))) return 'noAudioPrice';
	if (!('input_mtok' in library) && !('output_mtok' in library)) return 'noTokenPrice';
	if (unpriced.includes('output') && !('output_mtok' in library)) return 'noOutputPrice';
	return undefined;
}

function libraryUsage(usage) {
	return {
		input_tokens: inputTokens(usage),
		cache_read_tokens: usage.cacheRead,
		cache_write_tokens: usage.cacheWrite5m + usage.cacheWrite1h,
		cache_write_5m_tokens: usage.cacheWrite5m,
		cache_write_1h_tokens: usage.cacheWrite1h,
		input_audio_tokens: usage.inputAudio,
		output_tokens: usage.output + usage.outputAudio,
		output_audio_tokens: usage.outputAudio,
	};
}
