import { rateSheet, STANDARD_TIER, type PriceRate, type RateSheet } from './rateSheet.ts';

/** What one model costs, as the price file and an operator write it. */
export type ModelPrices = {
	/** OpenTelemetry `gen_ai.provider.name`. */
	provider: string;
	model: string;
	/**
	 * The names priced as this model: the source of a regular expression, tested on the lower-cased name and anchored
	 * where it can be: `^(?:gpt-4o|gpt-4o-2024-08-06)$`. Trusted text: a slow pattern slows the first lookup.
	 */
	pattern: string;
	/** The largest prompt and answer together, where the vendor publishes it. */
	contextTokens?: number | undefined;
	rates: readonly WrittenRate[];
};

/** A rate as written: for every input, on the standard tier, all day, for good, unless it says otherwise. */
export type WrittenRate = Pick<PriceRate, 'unit' | 'rate'> & {
	/** Made from the rate unless it is given. */
	id?: string | undefined;
	minInputTokens?: number | undefined;
	serviceTier?: string | undefined;
	/** Minutes of the UTC day, the end not within. */
	timeOfDay?: readonly [start: number, end: number] | undefined;
	/** Day or instant, ISO 8601 in UTC; the end not within. */
	validFrom?: string | undefined;
	validTo?: string | undefined;
};

export type PricedModel = Omit<ModelPrices, 'rates'> & { rates: RateSheet };

export type PriceBook = {
	/** The one model that `model` is priced as, or undefined: an unknown price is the caller's to refuse or to cap. */
	find(provider: string, model: string): PricedModel | undefined;
};

/** Names that n8n, SDKs and price lists use for a provider, next to the OpenTelemetry one. */
const PROVIDER_ALIASES: ReadonlyMap<string, string> = new Map([
	['amazon_bedrock', 'aws.bedrock'],
	['bedrock', 'aws.bedrock'],
	['azure', 'azure.ai.openai'],
	['azure.ai.inference', 'azure.ai.openai'],
	['azure_openai', 'azure.ai.openai'],
	['gcp.gen_ai', 'gcp.gemini'],
	['gcp.vertex_ai', 'gcp.gemini'],
	['gemini', 'gcp.gemini'],
	['google', 'gcp.gemini'],
	['mistral', 'mistral_ai'],
	['mistralai', 'mistral_ai'],
	['moonshotai', 'moonshot_ai'],
	['x-ai', 'x_ai'],
	['xai', 'x_ai'],
]);

/** Hosts that resell other vendors' models at the vendor's price, in the order genai-prices tries them. */
const RESOLD_PROVIDERS: ReadonlyMap<string, readonly string[]> = new Map([
	['azure.ai.openai', ['openai', 'anthropic', 'deepseek', 'x_ai', 'moonshot_ai']],
	['gcp.gemini', ['anthropic']],
]);

/** Names come from callers: without a bound, made-up ones would fill the memory. A price list has about 1,100 models. */
const MAX_CACHED_NAMES = 10_000;

/**
 * Earlier models win, so an operator's own prices go in front of the seeded ones. The first lookup of a name tests the
 * provider's patterns (700 for OpenRouter, the largest), every later one is two map accesses.
 */
export function createPriceBook(models: readonly ModelPrices[]): PriceBook {
	const byProvider = compileByProvider(models);
	// Two levels, as joining the two names would take longer than looking both up.
	const cache = new Map<string, Map<string, Lookup>>();
	let cached = 0;

	function search(provider: string, model: string): PricedModel | undefined {
		const name = model.trim().toLowerCase();
		const providers = [provider, ...(RESOLD_PROVIDERS.get(provider) ?? [])];

		for (const spelling of new Set([name, bareName(name), dashedDate(bareName(name))])) {
			for (const candidate of providers) {
				const hit = byProvider.get(candidate)?.find(({ matches }) => matches.test(spelling));
				if (hit) return hit.priced;
			}
		}
		return undefined;
	}

	return {
		find(provider, model) {
			const known = cache.get(provider)?.get(model);
			if (known !== undefined) return known.found;

			const found = search(canonicalProvider(provider), model);
			if (++cached > MAX_CACHED_NAMES) {
				cache.clear();
				cached = 1;
			}
			const ofProvider = cache.get(provider) ?? new Map<string, Lookup>();
			cache.set(provider, ofProvider.set(model, { found }));

			return found;
		},
	};
}

type Lookup = { found: PricedModel | undefined };

type CompiledModel = { priced: PricedModel; matches: RegExp };

function compileByProvider(models: readonly ModelPrices[]): ReadonlyMap<string, CompiledModel[]> {
	const byProvider = new Map<string, CompiledModel[]>();
	for (const model of models) {
		const provider = canonicalProvider(model.provider);
		const rates = rateSheet(model.rates.map((rate) => readRate(model, rate)));
		const compiled = { priced: { ...model, provider, rates }, matches: new RegExp(model.pattern) };
		const known = byProvider.get(provider);
		if (known) known.push(compiled);
		else byProvider.set(provider, [compiled]);
	}
	return byProvider;
}

function readRate({ provider, model }: ModelPrices, written: WrittenRate): PriceRate {
	const { unit, rate, minInputTokens = 0, serviceTier = STANDARD_TIER, timeOfDay } = written;

	return {
		id: written.id ?? rateId({ provider, model }, written),
		...{ unit, rate, minInputTokens, serviceTier, timeOfDay },
		validFrom: written.validFrom === undefined ? undefined : Date.parse(written.validFrom),
		validTo: written.validTo === undefined ? undefined : Date.parse(written.validTo),
	};
}

/**
 * `gcp.gemini/gemini-2.5-pro/output/200001@1500000000`, then what else it depends on:
 * `deepseek/deepseek-v4-pro/output/0+60-240+2026-08-17@87000000`, `openai/gpt-5/output/0+batch@500000000`.
 */
export function rateId(
	{ provider, model }: Pick<ModelPrices, 'provider' | 'model'>,
	{ unit, rate, minInputTokens = 0, serviceTier, timeOfDay, validFrom }: WrittenRate,
): string {
	const special = [
		serviceTier === STANDARD_TIER ? undefined : serviceTier,
		timeOfDay?.join('-'),
		validFrom,
	]
		.filter((word) => word !== undefined)
		.map((word) => `+${word}`)
		.join('');

	return `${provider}/${model}/${unit}/${minInputTokens}${special}@${rate}`;
}

export function canonicalProvider(provider: string): string {
	const name = provider.trim().toLowerCase();
	return PROVIDER_ALIASES.get(name) ?? name;
}

/** The Gemini API, and with it n8n, says `models/gemini-2.5-pro`. */
function bareName(model: string): string {
	return model.replace(/^models\//, '');
}

/** Some hosts write a snapshot as `gpt-4o-20240806`, its vendor as `gpt-4o-2024-08-06`. */
function dashedDate(model: string): string {
	return model.replace(/-(20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=[-:]|$)/g, '-$1-$2-$3');
}
