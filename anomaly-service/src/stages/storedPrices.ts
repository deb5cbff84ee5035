import { rateId, type ModelPrices, type WrittenRate } from '../../../core/priceBook.ts';
import type { PriceDocument, PriceFunctions, StoredRate } from '../ports/priceFunctions.ts';
import type { PriceList } from '../priceData.ts';

/** What an operator says a model costs; names in lower case, the provider as OpenTelemetry names it. */
export type OwnPrice = {
	provider: string;
	model: string;
	alsoNamed: readonly string[];
	/** True: also every name that begins with one of these. */
	isPrefix: boolean;
	contextTokens: number | null;
	rates: readonly WrittenRate[];
};

/** Ids of an operator's rates are apart from the list's, so that a line item tells whose price it was. */
const OWN = 'operator/';

/** The list as the database takes it. */
export function seedOf(list: PriceList): PriceFunctions['seed_prices']['args']['list'] {
	const { sourceVersion: version, asOf, hash, models } = list;

	return {
		...{ version, asOf, hash },
		models: models.map((model) => ({
			...model,
			rates: model.rates.map((rate) => ({ ...rate, id: rate.id ?? rateId(model, rate) })),
		})),
	};
}

/** Operators give names and not patterns: a wrong one would price other models, a slow one stop the service. */
export function ownPriceDocument(price: OwnPrice): Omit<PriceDocument, 'source' | 'sourceVersion'> {
	const { rates, alsoNamed, ...rest } = price;

	return {
		...rest,
		alsoNamed: [...alsoNamed],
		pattern: patternOf(price),
		rates: rates.map((rate): StoredRate => ({ ...rate, id: OWN + rateId(price, rate) })),
	};
}

export function modelPrices({ contextTokens, ...document }: PriceDocument): ModelPrices {
	const { provider, model, pattern, rates } = document;

	return { provider, model, pattern, rates, contextTokens: contextTokens ?? undefined };
}

function patternOf({ model, alsoNamed, isPrefix }: OwnPrice): string {
	const names = [model, ...alsoNamed].map((name) => escaped(name.toLowerCase()));

	return `^(?:${names.join('|')})${isPrefix ? '' : '$'}`;
}

function escaped(name: string): string {
	return name.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
