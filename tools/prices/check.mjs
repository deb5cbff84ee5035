// Compares the committed price file, priced by core/, with genai-prices' own calcPrice: name by name, unit by unit, hour
// by hour. Exits 1 on a difference that is not explained below.
import { readFileSync } from 'node:fs';
import { calcPrice } from '@pydantic/genai-prices';
import { createPriceBook } from '../../core/priceBook.ts';
import { priceUsage } from '../../core/prices.ts';
import { asMeant, momentsOf } from './moments.mjs';
import { sampleNames } from './sampleNames.mjs';
import { SERVICE_TIERS } from './serviceTiers.mjs';
import {
	isFree,
	libraryCost,
	libraryProvider,
	PRICE_FILE,
	pricesAt,
	PROVIDERS,
	SOURCE_VERSION,
} from './source.mjs';
import { ADDED_MODELS, ADDED_RATES, CORRECTED } from './supplement.mjs';
import { LEFT_OUT, UNITS } from './units.mjs';
import { callsFor, libraryUsage } from './usages.mjs';

/** A fuse may know less than the library, never something else. Each difference has one of these names. */
const EXPLAINED = {
	hoursBeforeStart: 'has hours that the library lets hold before they began; ours begin with them',
	corrected: 'is priced by supplement.mjs, the library has an older model behind the alias',
	added: 'has a rate of ours for what the library does not price',
	requestNotCounted:
		'has a price per request, which the library counts by itself, ours when the reader does',
	noTokenPrice: 'has no price per token (hours, pages); every token is unpriced',
	noOutputPrice:
		'has no output price (embeddings); output, should there be any, is unpriced instead of free',
	noAudioPrice: 'has no audio price; audio is unpriced instead of charged as text',
	free: 'written as 0 per token; the library has no price at all',
	...Object.fromEntries(
		Object.entries(LEFT_OUT).map(([key, reason]) => [key, `is left out: ${reason}`]),
	),
};

/** Providers under which every sample name is tried, because they resell other vendors' models. */
const HOSTS = ['azure.ai.openai', 'gcp.gemini'];

const file = JSON.parse(readFileSync(PRICE_FILE, 'utf8'));
const book = createPriceBook(file.models);
const committed = new Map(file.models.map((model) => [`${model.provider}/${model.model}`, model]));
const ours = new Map([...CORRECTED, ...ADDED_MODELS].map((entry) => [idOf(entry), entry]));
const correctedIds = new Set(CORRECTED.map(idOf));

const explained = Object.fromEntries(Object.keys(EXPLAINED).map((reason) => [reason, new Set()]));
const failures = [];
let names = 0;
let prices = 0;

if (file.sourceVersion !== SOURCE_VERSION)
	failures.push(`file is of ${file.sourceVersion}, not ${SOURCE_VERSION}`);
checkSupplement();
for (const provider of Object.keys(PROVIDERS)) {
	for (const model of libraryProvider(provider).models) checkModel(provider, model);
}
for (const left of committed.keys()) {
	if (!ours.has(left)) failures.push(`${left} is not in genai-prices`);
}
report();

function idOf({ provider, model }) {
	return `${provider}/${model}`;
}

/** An entry of our own that fits no model any more is stale. */
function checkSupplement() {
	const stale = [
		...ADDED_RATES.map((entry) => ({ ...entry, providers: [entry.provider] })),
		...SERVICE_TIERS,
	].filter(
		({ providers, models }) =>
			!file.models.some(
				({ provider, model }) => providers.includes(provider) && models.test(model),
			),
	);
	for (const { models, source } of stale) failures.push(`${models} (${source}) fits no model`);
	for (const id of ours.keys()) if (!committed.has(id)) failures.push(`${id} is missing`);
}

function checkModel(provider, model) {
	const id = `${provider}/${model.id}`;
	if (correctedIds.has(id)) return explained.corrected.add(id);
	if (ours.has(id)) return failures.push(`${id} is in genai-prices now, too`);
	const entry = committed.get(id);
	if (!committed.delete(id)) return failures.push(`${id} is missing`);

	for (const name of sampleNames(model.match)) {
		for (const asked of [provider, ...HOSTS]) checkName(asked, name);
	}
	const name = sampleNames(model.match).find(
		(sample) => book.find(provider, sample)?.model === model.id,
	);
	if (!name) return failures.push(`${id}: no name leads to it`);
	checkPrices(id, { entry, model, sheet: book.find(provider, name).rates });
}

function checkName(provider, name) {
	names++;
	// The library names the host as the provider of a resold model; only the model itself tells whose it is.
	const theirs = calcPrice({}, name, { providerId: PROVIDERS[provider] })?.model;
	const found = book.find(provider, name);
	if (found && correctedIds.has(idOf(found))) return explained.corrected.add(idOf(found));
	const known =
		found && libraryProvider(found.provider).models.find(({ id }) => id === found.model);
	if (known !== theirs)
		failures.push(`${provider} ${name}: found ${known?.id}, library ${theirs?.id}`);
}

function checkPrices(id, { entry, model, sheet }) {
	const calls = callsFor(entry);
	for (const moment of momentsOf(model)) {
		const meant = asMeant(model, moment);
		if (meant !== model) explained.hoursBeforeStart.add(id);
		const library = pricesAt(meant, moment);
		explainModel(id, model, library);
		for (const call of calls) checkPrice(id, { call, sheet, model: meant, moment, library });
	}
}

function explainModel(id, model, library) {
	for (const key of Object.keys(LEFT_OUT)) if (key in library) explained[key].add(id);
	if (isFree(model, library)) explained.free.add(id);
	else if (!('input_mtok' in library) && !('output_mtok' in library))
		explained.noTokenPrice.add(id);
	else if (!('output_mtok' in library)) explained.noOutputPrice.add(id);
}

function checkPrice(id, { call, sheet, model, moment, library }) {
	const priced = priceUsage({ ...call, at: moment.getTime() }, sheet);
	prices++;
	if (priced.unpriced.length > 0) {
		const units = priced.unpriced.map(({ unit }) => unit);
		const reason = unpricedReason(units, library);
		if (reason) return explained[reason].add(id);
		return failures.push(`${id}: ${units} unpriced`);
	}
	const uncounted = 'requests_kcount' in library ? 1 - (call.otherUnits?.requests ?? 0) : 0;
	if (uncounted === 1) explained.requestNotCounted.add(id);
	const requests = (uncounted * (library.requests_kcount ?? 0)) / 1_000;
	const theirs = (libraryCost(model, libraryUsage(call), moment) - requests) * 1e8;
	// Half a µ¢ of rounding for each line item, and as much again for a price that is a periodic fraction.
	const tolerance = Math.max(1, priced.lineItems.length);
	if (Math.abs(priced.costMicroCents - theirs) <= tolerance) return;
	const added = priced.lineItems.filter(({ unit }) => isAdded(unit, library));
	if (added.length > 0) return added.forEach(({ unit }) => explained.added.add(`${id} ${unit}`));
	failures.push(
		`${id} ${moment.toISOString()} ${JSON.stringify(call)}: ours ${priced.costMicroCents}, library ${theirs}`,
	);
}

/** Cached tokens and the like are billed as other ones without a price of their own; what a supplement is for is not. */
function isAdded(unit, library) {
	const isFallback = unit.startsWith('cache');
	return !isFallback && !(UNITS[unit]?.keys ?? []).some((key) => key in library);
}

function unpricedReason(unpriced, library) {
	if (unpriced.every((unit) => unit.endsWith('Audio'))) return 'noAudioPrice';
	if (!('input_mtok' in library) && !('output_mtok' in library)) return 'noTokenPrice';
	if (unpriced.includes('output') && !('output_mtok' in library)) return 'noOutputPrice';
	return undefined;
}

function report() {
	for (const [reason, ids] of Object.entries(explained)) {
		if (ids.size === 0) failures.push(`nothing has the difference ${reason} any more`);
		const listed = ids.size <= 60 ? `\n  ${[...ids].join(', ')}` : '';
		console.log(`${reason} (${ids.size}): ${EXPLAINED[reason]}${listed}`);
	}
	console.log(
		`${file.models.length} models, ${names} names, ${prices} prices: ${failures.length} unexplained differences`,
	);
	for (const failure of failures.slice(0, 30)) console.error(failure);
	process.exitCode = failures.length > 0 ? 1 : 0;
}
