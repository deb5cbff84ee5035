import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { createPriceBook, type PriceBook } from '../../core/priceBook.ts';

const FILE = join(import.meta.dirname, '../data/priceRates.json');

const unit = z.enum([
	'inputUncached',
	'cacheRead',
	'cacheWrite5m',
	'cacheWrite1h',
	'inputAudio',
	'output',
	'outputAudio',
]);
const rate = z.int().min(0);
const tiers = z.array(z.object({ unit, rate, minInputTokens: z.int().min(0).default(0) }));
/** Most models have one price per unit; the file writes those as an object. */
const flat = z
	.partialRecord(unit, rate)
	.transform((rates) =>
		tiers.parse(Object.entries(rates).map(([name, value]) => ({ unit: name, rate: value }))),
	);

const priceFile = z.object({
	sourceVersion: z.string(),
	models: z.array(
		z.object({
			provider: z.string(),
			model: z.string(),
			pattern: z.string(),
			contextTokens: z.int().positive().optional(),
			rates: z.union([tiers, flat]),
		}),
	),
});

/** The price list that ships with the service (tools/prices made it). */
export async function loadPriceBook(): Promise<PriceBook> {
	const { models } = priceFile.parse(JSON.parse(await readFile(FILE, 'utf8')));

	return createPriceBook(
		models.map((model) => ({
			...model,
			rates: model.rates.map((tier) => ({
				...tier,
				id: [model.provider, model.model, tier.unit, tier.minInputTokens].join('/'),
			})),
		})),
	);
}
