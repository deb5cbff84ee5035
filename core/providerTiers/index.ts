import { undatedModel } from '../modelName.ts';
import { canonicalProvider } from '../priceBook.ts';
import { ANTHROPIC_TIERS } from './anthropic.ts';
import { OPENAI_TIERS } from './openai.ts';
import type { ModelFamily, ProviderTiers } from './tiers.ts';

/** Every provider whose tiers are known. A new one is one file and one line. */
export const PROVIDER_TIERS: readonly ProviderTiers[] = [OPENAI_TIERS, ANTHROPIC_TIERS];

/** The tier of those who have none that is known here: what the provider's own headers say is all that holds. */
export const AUTO_TIER = 'auto';

export function tiersOf(provider: string): ProviderTiers | undefined {
	const name = canonicalProvider(provider);

	return PROVIDER_TIERS.find((tiers) => tiers.provider === name);
}

/** The tiers a provider can be set to: `['1', …, 'free', …, 'auto']`. */
export function tierNames(provider: string): string[] {
	return [...Object.keys(tiersOf(provider)?.monthlyUsd ?? {}), AUTO_TIER];
}

/**
 * The name under which a provider counts a model; a model that no preset knows is a family of its own. Names are
 * compared as a whole: gpt-4o-realtime begins like gpt-4o and is counted apart from it.
 */
export function familyName(provider: string, model: string): string {
	return presetFamily(provider, model)?.name ?? undatedModel(model);
}

function presetFamily(provider: string, model: string): ModelFamily | undefined {
	const name = undatedModel(model);

	return tiersOf(provider)?.families.find(
		(family) => family.name === name || family.models?.includes(name),
	);
}
