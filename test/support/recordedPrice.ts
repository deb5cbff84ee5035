import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createPriceBook, type ModelPrices, type PriceBook } from '../../core/priceBook.ts';
import { priceUsage } from '../../core/prices.ts';
import { readUsage } from '../../core/readers/index.ts';
import { ROOT } from './paths.ts';

/** The committed price list. */
export function committedBook(): PriceBook {
	const file = join(ROOT, 'anomaly-service/data/priceRates.json');

	const { models }: { models: ModelPrices[] } = JSON.parse(readFileSync(file, 'utf8'));

	return createPriceBook(models);
}

/**
 * What a response costs by the price list, in µ¢; `model` is for a body that does not name it. Throws when anything in
 * it has no price: a ceiling would hide that.
 */
export function listPrice(
	book: PriceBook,
	{ body, model, at }: { body: unknown; model?: string | undefined; at: number },
): number {
	const reading = readUsage(body);
	if (reading.outcome !== 'read') throw new Error(`the response is ${reading.outcome}`);
	const { facts, calls, otherUnits } = reading;

	return calls.reduce((sum, call, index) => {
		const name = call.model ?? model ?? '';
		const priced = book.find(facts.provider, name);
		if (!priced) throw new Error(`${facts.provider} ${name} is not in the price list`);
		const billed = {
			usage: call.usage,
			otherUnits: index === 0 ? otherUnits : undefined,
			serviceTier: facts.serviceTier,
			at,
		};
		const { costMicroCents, unpriced } = priceUsage(billed, priced.rates);
		if (unpriced.length > 0) throw new Error(`${name} has no price for ${unpriced[0]?.unit}`);

		return sum + costMicroCents;
	}, 0);
}
