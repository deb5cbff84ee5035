import type { ProviderRate } from '../../../core/providerTiers/providerLimits.ts';
import type { ObservedLimit } from '../../../core/readers/rateLimitHeaders.ts';
import { windowName } from '../../../core/windows.ts';

/** What a provider said of one of its limits, and when (epoch ms). */
export type SeenLimit = ObservedLimit & { seenAt: number };

export type FamilyObservation = {
	provider: string;
	family: string;
	seen: readonly SeenLimit[];
	throttledUntil: number | null;
};

/** What was new: another limit than before, or a wait that was not known. */
export type News = { limitChanged: boolean; throttleChanged: boolean };

type Family = {
	provider: string;
	family: string;
	/** By unit and window. */
	seen: Map<string, SeenLimit>;
	throttledUntil: number | null;
};

/** Names of models come from callers: made-up ones must not fill the memory. A vendor has some 60 models. */
const MAX_FAMILIES = 2000;
/** A wait that grows by less is the same wait, told again by the next refused call. */
const SAME_WAIT_MS = 1000;

/** What the providers' own headers last said, by family of models. */
export class ProviderObservations {
	/** Least recently noted first. */
	readonly #families = new Map<string, Family>();

	/** Takes what is newer than what is known. */
	note({ provider, family, seen, throttledUntil }: FamilyObservation): News {
		const known = this.#touch(provider, family);

		return {
			limitChanged: takeLimits(known, seen),
			throttleChanged: throttledUntil !== null && takeThrottle(known, throttledUntil),
		};
	}

	/** The limits that the provider has told. */
	learned(provider: string): ProviderRate[] {
		return this.of(provider).flatMap(({ family, seen }) =>
			seen.flatMap(({ unit, window, limit }) =>
				limit === undefined ? [] : [{ family, unit, window, capacity: limit }],
			),
		);
	}

	of(provider: string): FamilyObservation[] {
		return [...this.#families.values()]
			.filter((family) => family.provider === provider)
			.map((family) => ({ ...family, seen: [...family.seen.values()] }));
	}

	find(provider: string, family: string): FamilyObservation | undefined {
		const known = this.#families.get(familyKey(provider, family));

		return known ? { ...known, seen: [...known.seen.values()] } : undefined;
	}

	/** Until when calls to these models are not wanted; null: they are. */
	throttledUntil(provider: string, family: string, now: number): number | null {
		const until = this.#families.get(familyKey(provider, family))?.throttledUntil ?? 0;

		return until > now ? until : null;
	}

	providers(): Set<string> {
		return new Set([...this.#families.values()].map(({ provider }) => provider));
	}

	/** Forgets the limits that a provider told, and not how long it wants to be left alone. */
	forgetLimits(provider: string): void {
		for (const family of this.#families.values()) {
			if (family.provider === provider) family.seen.clear();
		}
	}

	#touch(provider: string, family: string): Family {
		const key = familyKey(provider, family);
		const known = this.#families.get(key) ?? {
			...{ provider, family },
			seen: new Map<string, SeenLimit>(),
			throttledUntil: null,
		};
		this.#families.delete(key);
		const [oldest] = this.#families.size < MAX_FAMILIES ? [] : this.#families.keys();
		if (oldest !== undefined) this.#families.delete(oldest);
		this.#families.set(key, known);
		return known;
	}
}

/** Is one of the limits another than before? */
function takeLimits(known: Family, seen: readonly SeenLimit[]): boolean {
	let changed = false;
	for (const news of seen) {
		const key = seenKey(news);
		const before = known.seen.get(key);
		if (before && before.seenAt > news.seenAt) continue;
		// A response that tells what is left and not of how much leaves the limit as it was.
		const limit = news.limit ?? before?.limit;
		known.seen.set(key, { ...news, ...(limit === undefined ? {} : { limit }) });
		changed ||= news.limit !== undefined && news.limit !== before?.limit;
	}
	return changed;
}

/** Is this a wait that was not known? */
function takeThrottle(known: Family, until: number): boolean {
	const before = known.throttledUntil ?? 0;
	known.throttledUntil = Math.max(until, before);

	return until > before + SAME_WAIT_MS;
}

export function seenKey({ unit, window }: Pick<SeenLimit, 'unit' | 'window'>): string {
	return `${unit}|${windowName(window)}`;
}

function familyKey(provider: string, family: string): string {
	return JSON.stringify([provider, family]);
}
