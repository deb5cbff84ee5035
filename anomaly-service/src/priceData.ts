import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { createPriceBook, type PriceBook } from '../../core/priceBook.ts';
import { PRICED_BUCKETS } from '../../core/prices.ts';

const FILE = join(import.meta.dirname, '../data/priceRates.json');

const priceFile = z.object({
	models: z.array(
		z.object({
			provider: z.string(),
			model: z.string(),
			pattern: z.string(),
			contextTokens: z.int().positive().optional(),
			rates: z.array(
				z.object({
					unit: z.enum(PRICED_BUCKETS),
					rate: z.int().min(0),
					minInputTokens: z.int().min(0).default(0),
				}),
			),
		}),
	),
});

/** The price list that ships with the service (tools/prices made it). */
export async function loadPriceBook(): Promise<PriceBook> {
	const { models } = priceFile.parse(JSON.parse(await readFile(FILE, 'utf8')));

	return createPriceBook(models);
}
