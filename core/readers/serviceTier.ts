import { textAt, type JsonRecord } from './reading.ts';

const NAMES: ReadonlyMap<string, string> = new Map([
	['auto', 'standard'],
	['default', 'standard'],
	['on_demand', 'standard'],
	['on_demand_flex', 'flex'],
	['on_demand_priority', 'priority'],
	['provisioned_throughput', 'provisioned'],
]);

/** Characters of a tier that the service takes; the longest known has 22. */
const LONGEST = 50;

/**
 * The tier under one name for all vendors: what OpenAI calls `default`, Groq and Vertex call `on_demand`. What else
 * changes the price of a whole call is a tier, too: Anthropic's faster answers are `fast`, and a call that has to stay in
 * the United States is `us`, in a batch `batch-us`.
 */
export function serviceTier(...said: ReadonlyArray<string | undefined>): string | undefined {
	for (const text of said) {
		if (text === undefined) continue;
		const name = text.slice(0, LONGEST).toLowerCase();
		return NAMES.get(name) ?? name;
	}
	return undefined;
}

const UNITED_STATES = 'us';

/** What a usage object says of its tier; of the regions in Anthropic's `inference_geo` only one costs more. */
export function tierInUsage(usage: JsonRecord): string | undefined {
	const speed = textAt(usage, 'speed');
	const tier = serviceTier(speed === 'fast' ? speed : textAt(usage, 'service_tier'));
	if (usage['inference_geo'] !== UNITED_STATES) return tier;

	return tier === undefined || tier === 'standard' ? UNITED_STATES : `${tier}-${UNITED_STATES}`;
}

/** The tier of a response that came in a batch, whatever it says of itself. */
export function batchTier(tier: string | undefined): string {
	const isRegional = tier === UNITED_STATES || tier?.endsWith(`-${UNITED_STATES}`);

	return isRegional ? `batch-${UNITED_STATES}` : 'batch';
}
