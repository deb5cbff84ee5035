import { MINUTE_MS } from '../durations.ts';
import { counterOf, type AppliedLimit, type Limit, type LimitUnit } from '../limits.ts';
import { usdToMicroCents } from '../money.ts';
import { canonicalProvider } from '../priceBook.ts';
import { windowName, type Window } from '../windows.ts';
import { familyName, tiersOf } from './index.ts';
import type { TierRates } from './tiers.ts';

/** What an operator or a vendor says of one limit; `family` null: of all models of the provider together. */
export type ProviderRate = {
	family: string | null;
	unit: LimitUnit;
	window: Window;
	capacity: number;
};

/** Everything known of one provider's limits. */
export type ProviderKnowledge = {
	provider: string;
	/** null: nobody has set one, and nothing is enforced. */
	tier: string | null;
	/** What the operator says instead of the preset. */
	overrides: readonly ProviderRate[];
	/** What the vendor's own headers say. */
	learned: readonly ProviderRate[];
};

export type RateSource = 'preset' | 'override' | 'header';

/** A limit of a provider and who says so. */
export type ProviderLimit = AppliedLimit & { source: RateSource };

type SourcedRate = ProviderRate & { source: RateSource };

/** The limits of a provider that a call has to pass; none while no tier is set. */
export function providerLimits(
	known: ProviderKnowledge,
	call: { provider: string; model: string | undefined },
): ProviderLimit[] {
	if (known.tier === null) return [];
	const family = call.model === undefined ? null : familyName(call.provider, call.model);

	return ratesOf(known)
		.filter((rate) => rate.family === null || rate.family === family)
		.map((rate) => limitOf(known.provider, rate));
}

/** Every limit known of a provider, of all its models; also while no tier is set. */
export function allProviderLimits(known: ProviderKnowledge): ProviderLimit[] {
	return ratesOf(known).map((rate) => limitOf(known.provider, rate));
}

/**
 * An operator's word replaces the preset, a header replaces the preset and bounds the operator: what the vendor refuses
 * cannot be allowed here.
 */
function ratesOf({ provider, tier, overrides, learned }: ProviderKnowledge): SourcedRate[] {
	const rates = new Map<string, SourcedRate>();
	for (const rate of tier === null ? [] : presetRates(provider, tier)) {
		rates.set(rateKey(rate), { ...rate, source: 'preset' });
	}
	for (const rate of overrides) rates.set(rateKey(rate), { ...rate, source: 'override' });
	for (const rate of learned) {
		const known = rates.get(rateKey(rate));
		if (known?.source === 'override' && known.capacity <= rate.capacity) continue;
		rates.set(rateKey(rate), { ...rate, source: 'header' });
	}
	return [...rates.values()];
}

/** What is published of a tier; an unknown provider or tier has nothing. */
function presetRates(provider: string, tier: string): ProviderRate[] {
	const tiers = tiersOf(provider);
	if (!tiers) return [];
	const usd = tiers.monthlyUsd[tier] ?? null;
	const ofProvider: ProviderRate[] =
		usd === null
			? []
			: [{ family: null, unit: 'microCents', window: MONTH, capacity: usdToMicroCents(usd) }];

	return [
		...ofProvider,
		...tiers.families.flatMap(({ name, rates, cacheReadsCount = tiers.cacheReadsCount }) =>
			familyRates(name, { rates: rates[tier] ?? {}, cacheReadsCount }),
		),
	];
}

/** Providers count in UTC. Minutes slide, as those of a token bucket do. */
const MINUTE: Window = { kind: 'rolling', windowMs: MINUTE_MS };
const DAY: Window = { kind: 'calendar', unit: 'day', timeZone: 'UTC' };
const MONTH: Window = { kind: 'calendar', unit: 'month', timeZone: 'UTC' };

const COUNTED: Record<keyof TierRates, { unit: LimitUnit; window: Window }> = {
	requestsPerMinute: { unit: 'requests', window: MINUTE },
	requestsPerDay: { unit: 'requests', window: DAY },
	tokensPerMinute: { unit: 'tokens', window: MINUTE },
	inputTokensPerMinute: { unit: 'inputTokens', window: MINUTE },
	outputTokensPerMinute: { unit: 'outputTokens', window: MINUTE },
};
const RATE_NAMES = [
	'requestsPerMinute',
	'requestsPerDay',
	'tokensPerMinute',
	'inputTokensPerMinute',
	'outputTokensPerMinute',
] as const satisfies readonly (keyof TierRates)[];

function familyRates(
	family: string,
	{ rates, cacheReadsCount }: { rates: TierRates; cacheReadsCount: boolean },
): ProviderRate[] {
	return RATE_NAMES.flatMap((name) => {
		const capacity = rates[name];
		if (capacity === undefined) return [];
		const { unit, window } = COUNTED[name];
		const isWithoutCache = unit === 'inputTokens' && !cacheReadsCount;
		return [{ family, unit: isWithoutCache ? 'uncachedInputTokens' : unit, window, capacity }];
	});
}

/** Unique within a provider. */
export function rateKey({ family, unit, window }: Omit<ProviderRate, 'capacity'>): string {
	return JSON.stringify([family, unit, windowName(window)]);
}

/**
 * The vendor counts all tenants together, so the count is shared. Money that cannot be counted is not spent; a rate
 * that cannot be counted is left to the vendor, who refuses what is too much.
 */
function limitOf(
	provider: string,
	{ family, unit, window, capacity, source }: SourcedRate,
): ProviderLimit {
	const name = canonicalProvider(provider);
	const subject = family === null ? name : `${name}/${family}`;
	const limit: Limit = {
		id: `provider-${subject}-${unit}-${windowName(window)}`,
		scope: family === null ? 'provider' : 'model',
		subject,
		unit,
		window,
		capacity,
		audience: { kind: 'all' },
		shared: true,
		mode: 'enforce',
		whenOver: 'queue',
		whenStoreDown: unit === 'microCents' ? 'closed' : 'open',
	};
	return {
		limit,
		counter: counterOf(limit, family === null ? subject : familySubject(subject)),
		source,
	};
}

/**
 * A family counts several models, so its count is not that of a limit on the model it is named after. Seeding knows the
 * form: with dated snapshots and `-latest`, and `4.x` as every 4.
 */
function familySubject(family: string): string {
	return `${family}*`;
}
