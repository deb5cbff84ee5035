import { MINUTE_MS } from './durations.ts';
import type { MicroCents } from './money.ts';
import type { Usage } from './usage.ts';

/** How long a vendor keeps a prompt that nobody reads: Anthropic's shorter time; each read starts it anew. */
export const CACHE_LIFETIME_MS = 5 * MINUTE_MS;

/** The shortest prompt that OpenAI, Anthropic and Gemini cache; some models want more. */
export const MIN_CACHED_TOKENS = 1024;

/** Calls that share the beginning of their prompts: those of one place, with one model. */
export type PromptStream = {
	tenantId: string;
	workflowId: string | null;
	nodeName: string | null;
	provider: string;
	model: string;
};

export function streamKey(stream: PromptStream): string {
	const { tenantId, workflowId, nodeName, provider, model } = stream;

	return JSON.stringify([tenantId, workflowId, nodeName, provider, model]);
}

/**
 * The calls of a ledger as they would have been with prompt caching. Calls of a stream come in the order they were made.
 */
export class CachedPrompts {
	readonly #prefixTokensOf: (key: string) => number;
	readonly #lastAt = new Map<string, number>();

	/** `prefixTokensOf`: how much of their input the calls of a stream share. */
	constructor(prefixTokensOf: (key: string) => number) {
		this.#prefixTokensOf = prefixTokensOf;
	}

	/**
	 * A call within five minutes of the one before reads the shared prefix from the cache; another one writes it there. What
	 * was cached already stays as it is, and no token appears or is lost.
	 */
	usageOf(stream: PromptStream, at: number, usage: Usage): Usage {
		const key = streamKey(stream);
		const cached = usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h;
		const prefix = Math.min(this.#prefixTokensOf(key), usage.inputUncached + cached);
		if (prefix < MIN_CACHED_TOKENS) return usage;

		const lastAt = this.#lastAt.get(key);
		this.#lastAt.set(key, at);
		const moved = Math.max(0, prefix - cached);
		const bucket =
			lastAt !== undefined && at - lastAt <= CACHE_LIFETIME_MS ? 'cacheRead' : 'cacheWrite5m';

		return {
			...usage,
			inputUncached: usage.inputUncached - moved,
			[bucket]: usage[bucket] + moved,
		};
	}
}

/** What calls cost and what they would have cost. */
export type Compared = {
	events: number;
	actualMicroCents: MicroCents;
	whatIfMicroCents: MicroCents;
};

/** Adds calls up by the model that was used. */
export class Comparison {
	readonly #byModel = new Map<string, Compared & { provider: string; model: string }>();
	#unpricedEvents = 0;

	add({ provider, model }: PromptStream, actual: MicroCents, whatIf: MicroCents): void {
		const key = JSON.stringify([provider, model]);
		const sums = this.#byModel.get(key) ?? {
			...{ provider, model, events: 0, actualMicroCents: 0, whatIfMicroCents: 0 },
		};
		sums.events += 1;
		sums.actualMicroCents += actual;
		sums.whatIfMicroCents += whatIf;
		this.#byModel.set(key, sums);
	}

	/** A call whose price is not known is in neither sum. */
	leaveOut(): void {
		this.#unpricedEvents += 1;
	}

	/** How many were left out. */
	get unpricedEvents(): number {
		return this.#unpricedEvents;
	}

	/** The models, what they cost most first. */
	models() {
		return [...this.#byModel.values()]
			.sort((a, b) => b.actualMicroCents - a.actualMicroCents)
			.map((sums) => ({ ...sums, differenceMicroCents: differenceOf(sums) }));
	}

	total(): Compared {
		const total = { events: 0, actualMicroCents: 0, whatIfMicroCents: 0 };
		for (const { events, actualMicroCents, whatIfMicroCents } of this.#byModel.values()) {
			total.events += events;
			total.actualMicroCents += actualMicroCents;
			total.whatIfMicroCents += whatIfMicroCents;
		}
		return total;
	}
}

/** Negative: it would have cost less. */
export function differenceOf({ actualMicroCents, whatIfMicroCents }: Compared): MicroCents {
	return whatIfMicroCents - actualMicroCents;
}
