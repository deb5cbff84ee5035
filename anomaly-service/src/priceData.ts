import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { OTHER_UNITS } from '../../core/otherUnits.ts';
import { createPriceBook, type ModelPrices, type PriceBook } from '../../core/priceBook.ts';
import { USAGE_BUCKETS } from '../../core/usage.ts';

const FILE = join(import.meta.dirname, '../data/priceRates.json');

const rate = z.object({
	unit: z.enum([...USAGE_BUCKETS, ...OTHER_UNITS]),
	rate: z.int().min(0),
	minInputTokens: z.int().min(0).optional(),
	serviceTier: z.string().optional(),
	timeOfDay: z.tuple([z.int(), z.int()]).optional(),
	validFrom: z.string().optional(),
	validTo: z.string().optional(),
});

const priceFile = z.object({
	source: z.string(),
	sourceVersion: z.string(),
	asOf: z.iso.date(),
	models: z.array(
		z.object({
			provider: z.string(),
			model: z.string(),
			pattern: z.string(),
			contextTokens: z.int().positive().optional(),
			rates: z.array(rate),
		}),
	),
});

/** The prices that ship with the service. */
export type PriceList = {
	source: string;
	sourceVersion: string;
	/** The day it was made: of two lists the later one counts. */
	asOf: string;
	/** Of its text: tells one list from another. */
	hash: string;
	models: ModelPrices[];
};

/** The price list that ships with the service (tools/prices made it). */
export async function loadPriceList(): Promise<PriceList> {
	const text = await readFile(FILE, 'utf8');
	const hash = createHash('sha256').update(text).digest('hex');

	return { ...priceFile.parse(JSON.parse(text)), hash };
}

export async function loadPriceBook(): Promise<PriceBook> {
	return createPriceBook((await loadPriceList()).models);
}
