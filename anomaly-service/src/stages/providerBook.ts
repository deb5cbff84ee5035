import { DAY_MS, MINUTE_MS } from '../../../core/durations.ts';
import type { AppliedLimit } from '../../../core/limits.ts';
import { canonicalProvider } from '../../../core/priceBook.ts';
import { familyName, PROVIDER_TIERS } from '../../../core/providerTiers/index.ts';
import {
	allProviderLimits,
	providerLimits,
	type ProviderKnowledge,
	type ProviderLimit,
	type ProviderRate,
} from '../../../core/providerTiers/providerLimits.ts';
import {
	readRateLimitHeaders,
	type RateLimitResponse,
} from '../../../core/readers/rateLimitHeaders.ts';
import type { Database } from '../ports/database.ts';
import type { Log } from '../ports/log.ts';
import { KeyedQueue } from './keyedQueue.ts';
import {
	parseProviderMessage,
	restoreRates,
	restoreSeen,
	storeRate,
	storeSeen,
	type ProviderMessage,
	type ProviderSettings,
} from './providerMessage.ts';
import { ProviderObservations, seenKey, type SeenLimit } from './providerObservations.ts';

export type ProviderBookDependencies = {
	database: Database;
	log: Log;
	/** Tells the other replicas, each of which gives it to `apply`. */
	changed: (message: ProviderMessage) => void;
};

export type ProviderResponse = RateLimitResponse & {
	model: string;
	/** Epoch ms when it came; now unless given. */
	at?: number;
};

/** The vendor says that at least `used` of this limit is used up: `remaining` is left. */
export type Correction = { applied: AppliedLimit; used: number; remaining: number };

export type ProviderSummary = {
	provider: string;
	/** null: nobody has set one; the limits are what the provider tells, and are not enforced. */
	tier: string | null;
	overrides: readonly ProviderRate[];
	/** Epoch ms; the latest of all its models. */
	throttledUntil: number | null;
};

export type ProviderState = ProviderSummary & {
	limits: (ProviderLimit & { observed: SeenLimit | null })[];
};

/** What a header says changes with every response: others learn of it, and the database keeps it, this often. */
const SHARE_EVERY_MS = 5000;
/** What a provider told a week ago is not worth more than the preset. */
const KEEP_MS = 7 * DAY_MS;
/** Clocks of replicas differ; a re-read looks this far back behind the one before it. */
const OVERLAP_MS = MINUTE_MS;
/** Limits are worked out once for each model that is called. Names come from callers, hence the bound. */
const MAX_CACHED = 10_000;

/** The limits of the providers: their tiers, what operators say instead, and what the providers' headers say. */
export class ProviderBook {
	readonly #deps: ProviderBookDependencies;
	readonly #observations = new ProviderObservations();
	/** Stores what is said of one family in the order it was said. */
	readonly #storing = new KeyedQueue();
	readonly #unstored = new Set<Promise<void>>();
	readonly #sharedAt = new Map<string, number>();
	readonly #limits = new Map<string, ProviderLimit[]>();
	#settings = new Map<string, ProviderSettings>();
	/** Changes made or heard of: what was read from the database before one of them is not believed. */
	#changes = 0;
	#readUntil: number | undefined;

	constructor(deps: ProviderBookDependencies) {
		this.#deps = deps;
	}

	/** The provider's limits that a call has to pass; none while its tier is not set. */
	limitsFor(call: { provider: string; model: string }): ProviderLimit[] {
		const key = JSON.stringify([call.provider, call.model]);
		const known = this.#limits.get(key);
		if (known) return known;
		const provider = canonicalProvider(call.provider);
		const model = call.model === '' ? undefined : call.model;
		const limits = providerLimits(this.#knowledge(provider), { provider, model });
		if (this.#limits.size >= MAX_CACHED) this.#limits.clear();
		this.#limits.set(key, limits);
		return limits;
	}

	/** Epoch ms until when the provider wants no calls to this model; null: it does, or its tier is not set. */
	throttledUntil(call: { provider: string; model: string }, now: number): number | null {
		const provider = canonicalProvider(call.provider);
		if (!this.#settings.has(provider)) return null;

		return this.#observations.throttledUntil(provider, familyName(provider, call.model), now);
	}

	/**
	 * Learns from the headers of a response. Answers the counts that have to be raised: somebody else uses the same
	 * account, or the provider counts otherwise than we do.
	 */
	observe(response: ProviderResponse, now: number): Correction[] {
		const { model, at = now } = response;
		const provider = canonicalProvider(response.provider);
		const family = familyName(provider, model);
		const { observed, throttledUntil } = readRateLimitHeaders({ ...response, provider }, at);
		if (observed.length === 0 && throttledUntil === null) return [];
		const seen = observed.map((limit) => ({ ...limit, seenAt: at }));
		const news = this.#observations.note({ provider, family, seen, throttledUntil });
		if (news.limitChanged) this.#limits.clear();
		if (news.limitChanged || news.throttleChanged || this.#isDue(provider, family, now)) {
			this.#share(provider, family, now);
		}
		// What was left a minute ago has come back since.
		return now - at < MINUTE_MS ? corrections(this.limitsFor({ provider, model }), seen) : [];
	}

	/** What the provider's headers said until now is forgotten: it was said of another tier. */
	async setTier(
		provider: string,
		settings: ProviderSettings,
		by: { actor: string; now: number },
	): Promise<void> {
		const { tier, overrides } = settings;
		await this.#setTier(provider, { tier, overrides: overrides.map(storeRate) }, by);
	}

	/** false: it had none. */
	forgetTier(provider: string, by: { actor: string; now: number }): Promise<boolean> {
		return this.#setTier(provider, null, by);
	}

	/** Takes what another replica says. */
	apply(given: unknown): void {
		const message = parseProviderMessage(given);
		if (message?.kind === 'settings') this.#take(message);
		if (message?.kind !== 'observation') return;
		const seen = restoreSeen(message.limits);
		const { limitChanged } = this.#observations.note({ ...message, seen });
		if (limitChanged) this.#limits.clear();
	}

	/** Reads everything that changed since the last time. */
	async load(now: number): Promise<void> {
		const changes = this.#changes;
		const since = this.#readUntil === undefined ? now - KEEP_MS : this.#readUntil - OVERLAP_MS;
		const { settings, observations } = await this.#deps.database.call('load_providers', {
			since: new Date(since).toISOString(),
		});
		if (changes !== this.#changes) return;
		this.#readUntil = now;
		this.#settings = new Map(
			settings.map(({ provider, tier, overrides }) => [
				provider,
				{ tier, overrides: restoreRates(overrides) },
			]),
		);
		for (const { limits, ...said } of observations) {
			this.#observations.note({ ...said, seen: restoreSeen(limits) });
		}
		this.#limits.clear();
	}

	/** Resolves when what was told until now is stored, as far as it can be. */
	async stored(): Promise<void> {
		await Promise.all(this.#unstored);
	}

	/** Every provider with presets, a tier, or something told. */
	list(now: number): ProviderSummary[] {
		const named = PROVIDER_TIERS.map(({ provider }) => provider);
		const all = new Set([...named, ...this.#settings.keys(), ...this.#observations.providers()]);

		return [...all].sort().map((provider) => this.#summary(provider, now));
	}

	summary(name: string, now: number): ProviderSummary | undefined {
		const provider = canonicalProvider(name);

		return this.list(now).find((known) => known.provider === provider);
	}

	/** Undefined: a provider without presets and tier, of which nothing was heard. */
	state(name: string, now: number): ProviderState | undefined {
		const summary = this.summary(name, now);
		if (!summary) return undefined;
		const { provider } = summary;
		const observed = new Map(
			this.#observations
				.of(provider)
				.flatMap(({ family, seen }) =>
					seen.map((limit) => [`${provider}/${family}|${seenKey(limit)}`, limit]),
				),
		);
		const limits = allProviderLimits(this.#knowledge(provider)).map((given) => {
			const { subject, unit, window } = given.limit;
			const key = window === null ? '' : `${subject ?? ''}|${seenKey({ unit, window })}`;
			return { ...given, observed: observed.get(key) ?? null };
		});

		return { ...summary, limits };
	}

	#summary(provider: string, now: number): ProviderSummary {
		const { tier, overrides } = this.#knowledge(provider);
		const families = this.#observations.of(provider);
		const until = Math.max(0, ...families.map(({ throttledUntil }) => throttledUntil ?? 0));

		return { provider, tier, overrides, throttledUntil: until > now ? until : null };
	}

	#knowledge(provider: string): ProviderKnowledge {
		const { tier, overrides } = this.#settings.get(provider) ?? { tier: null, overrides: [] };

		return { provider, tier, overrides, learned: this.#observations.learned(provider) };
	}

	async #setTier(
		name: string,
		settings: Extract<ProviderMessage, { kind: 'settings' }>['settings'],
		{ actor, now }: { actor: string; now: number },
	): Promise<boolean> {
		const provider = canonicalProvider(name);
		const { changed } = await this.#deps.database.call('set_provider_tier', {
			...{ provider, settings, actor },
			now: new Date(now).toISOString(),
		});
		const message: ProviderMessage = { kind: 'settings', provider, settings };
		this.#take(message);
		this.#deps.changed(message);
		return changed;
	}

	#take({ provider, settings }: Extract<ProviderMessage, { kind: 'settings' }>): void {
		this.#changes += 1;
		if (settings === null) this.#settings.delete(provider);
		else {
			const overrides = restoreRates(settings.overrides);
			this.#settings.set(provider, { tier: settings.tier, overrides });
		}
		this.#observations.forgetLimits(provider);
		this.#limits.clear();
	}

	#isDue(provider: string, family: string, now: number): boolean {
		const sharedAt = this.#sharedAt.get(JSON.stringify([provider, family]));

		return sharedAt === undefined || now - sharedAt >= SHARE_EVERY_MS;
	}

	/** Tells the other replicas and the database; the caller does not wait for either. */
	#share(provider: string, family: string, now: number): void {
		const known = this.#observations.find(provider, family);
		if (!known) return;
		const key = JSON.stringify([provider, family]);
		if (this.#sharedAt.size >= MAX_CACHED) this.#sharedAt.clear();
		this.#sharedAt.set(key, now);
		const limits = known.seen.map(storeSeen);
		const { throttledUntil } = known;
		this.#deps.changed({ kind: 'observation', provider, family, limits, throttledUntil });
		const observation = {
			limits,
			throttledUntil: throttledUntil === null ? null : new Date(throttledUntil).toISOString(),
			seenAt: new Date(now).toISOString(),
		};
		const stored = this.#storing
			.run(key, () =>
				this.#deps.database.call('observe_provider', { provider, family, observation }),
			)
			.then(() => undefined)
			.catch((error: unknown) => {
				// The next response says it again, and enforcement does not depend on it.
				this.#deps.log.warn({ err: error, provider }, 'provider limits could not be stored');
			})
			.finally(() => this.#unstored.delete(stored));
		this.#unstored.add(stored);
	}
}

/** Where the provider's limit differs from ours, what is used is the same. */
function corrections(limits: readonly ProviderLimit[], seen: readonly SeenLimit[]): Correction[] {
	const byKey = new Map(seen.map((limit) => [seenKey(limit), limit]));

	return limits.flatMap(({ limit, counter }) => {
		const { scope, unit, window } = counter;
		const said = window && scope === 'model' ? byKey.get(seenKey({ unit, window })) : undefined;
		if (said?.remaining === undefined) return [];
		const used = (said.limit ?? limit.capacity) - said.remaining;

		return used > 0 ? [{ applied: { limit, counter }, used, remaining: said.remaining }] : [];
	});
}
