import { randomUUID } from 'node:crypto';
import { MINUTE_MS } from '../../../core/durations.ts';
import type { MicroCents } from '../../../core/money.ts';
import { NO_USAGE } from '../../../core/usage.ts';
import { USAGE_EVENT_TYPE, type UsageEvent } from '../../../core/usageEvent.ts';
import { iso } from '../../../core/utc.ts';
import type { Clock } from '../ports/clock.ts';
import type { Database } from '../ports/database.ts';
import type { EmbeddableSnapshot, Embedder } from '../ports/embedder.ts';
import type { Log } from '../ports/log.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { TextEmbedder, TextEmbeddings } from '../ports/textEmbedder.ts';
import { behaviourText } from './behaviourText.ts';
import { EmbeddingBudget } from './embeddingBudget.ts';
import { EmbeddingCache } from './embeddingCache.ts';
import type { Pricer } from './price.ts';
import { SERVICE_TENANT } from './serviceTenant.ts';

export type TextSpaceDependencies = {
	database: Database;
	clock: Clock;
	log: Log;
	metrics: Pick<Metrics, 'embeddings'>;
	texts: TextEmbedder;
	/** `openai`: vectors of two vendors' models of one name are not compared. */
	vendor: string;
	budgetPerDay: MicroCents;
	pricer: Pick<Pricer, 'priceUsage'>;
	/** Records what a request used, as that of any other call. */
	book: (usage: UsageEvent) => Promise<unknown>;
};

type Vector = readonly number[];

/** Texts of one request: under the 2,048 that OpenAI takes, and with 1,100 tokens each under its 300,000 tokens. */
const TEXTS_PER_REQUEST = 256;
/** Eight requests side by side: more texts wait for a later tick, so that no tick becomes dear or slow. */
const MAX_TEXTS = 8 * TEXTS_PER_REQUEST;
/** English has four letters a token; three leave room for other ways of counting. */
const LETTERS_PER_TOKEN = 3;
/** A vendor that failed is left alone for half a minute, then twice as long each time. */
const FIRST_REST_MS = MINUTE_MS / 2;
const LONGEST_REST_MS = 10 * MINUTE_MS;

/**
 * The space of a text embedder: snapshots are written as texts, and equal texts are embedded once. What is over the
 * budget, too slow or refused has no vector, which is a tick in the space `features` for its tenant and nothing worse.
 */
export class TextSpace implements Embedder {
	readonly space: string;
	readonly #deps: TextSpaceDependencies;
	readonly #cache: EmbeddingCache;
	readonly #budget: EmbeddingBudget;
	#restMs = 0;
	#restsUntil = 0;

	constructor(deps: TextSpaceDependencies) {
		const { budgetPerDay, database, log, texts, vendor } = deps;
		this.#deps = deps;
		this.space = `${vendor}:${texts.model}`;
		this.#cache = new EmbeddingCache({ database, log, space: this.space });
		this.#budget = new EmbeddingBudget(database, budgetPerDay);
	}

	async embed(snapshots: readonly EmbeddableSnapshot[]): Promise<(Vector | undefined)[]> {
		const now = this.#deps.clock.now();
		const texts = snapshots.map((snapshot) =>
			// Each score of the service's own use would be the next use.
			snapshot.tenantId === SERVICE_TENANT ? undefined : behaviourText(snapshot),
		);
		const wanted = new Set(texts.filter((text) => text !== undefined));
		const known = await this.#cache.find(wanted, now);
		this.#count('cached', known.size);
		const missing = [...wanted].filter((text) => !known.has(text));
		const soon = missing.slice(0, MAX_TEXTS);
		this.#count('postponed', missing.length - soon.length);
		const made = soon.length > 0 ? await this.#make(soon, now) : NONE;

		return texts.map((text) =>
			text === undefined ? undefined : (known.get(text) ?? made.get(text)),
		);
	}

	async #make(missing: readonly string[], now: number): Promise<ReadonlyMap<string, Vector>> {
		if (now < this.#restsUntil) {
			this.#count('resting', missing.length);
			return NONE;
		}
		const batches = await this.#affordable(missing, now);
		this.#count('overBudget', missing.length - batches.flat().length);
		const answers = await Promise.all(batches.map((batch) => this.#request(batch, now)));
		const made = new Map(answers.flatMap((answer) => [...answer]));
		if (made.size > 0) await this.#cache.keep(made, now);

		return made;
	}

	/** As many requests as the budget has room for. */
	async #affordable(missing: readonly string[], now: number): Promise<string[][]> {
		let left: MicroCents;
		try {
			left = await this.#budget.left(now);
		} catch (error) {
			// What was spent today is not known: nothing more is.
			this.#deps.log.warn({ err: error }, 'the budget of the embedder could not be read');
			return [];
		}
		const batches: string[][] = [];
		for (let at = 0; at < missing.length; at += TEXTS_PER_REQUEST) {
			const batch = missing.slice(at, at + TEXTS_PER_REQUEST);
			left -= this.#costOf(estimatedTokens(batch), now);
			if (left < 0) break;
			batches.push(batch);
		}
		return batches;
	}

	async #request(batch: readonly string[], now: number): Promise<ReadonlyMap<string, Vector>> {
		const { clock, texts } = this.#deps;
		const answer = await texts.embed(batch);
		const latencyMs = Math.max(0, clock.now() - now);
		const failed = answer.outcome === 'failed';
		this.#count(answer.outcome, batch.length);
		if (failed) this.#rest(answer, clock.now());
		else this.#restMs = 0;
		if (failed && !answer.mayBeBilled) return NONE;

		const told = failed ? undefined : answer.tokens;
		await this.#book(told ?? estimatedTokens(batch), {
			at: now,
			latencyMs,
			estimated: told === undefined,
		});
		if (failed) return NONE;
		return new Map(batch.map((text, index) => [text, answer.vectors[index] ?? []]));
	}

	#rest({ reason, retryAfterMs = 0 }: TextEmbeddings & { outcome: 'failed' }, now: number): void {
		// Requests side by side fail together: that is one failure.
		if (now < this.#restsUntil) return;
		this.#restMs = Math.min(LONGEST_REST_MS, Math.max(FIRST_REST_MS, 2 * this.#restMs));
		const restMs = Math.max(this.#restMs, retryAfterMs);
		this.#restsUntil = now + restMs;
		this.#deps.log.warn({ space: this.space, reason, restMs }, 'embedder failed; it rests');
	}

	/** The vendor bills it, so the ledger has it: also what nobody waited for the end of. */
	async #book(
		tokens: number,
		{ at, latencyMs, estimated }: { at: number; latencyMs: number; estimated: boolean },
	): Promise<void> {
		const { book, log, texts, vendor } = this.#deps;
		const { endpoint, model } = texts;
		this.#budget.spend(this.#costOf(tokens, at));
		const usage = { ...NO_USAGE, inputUncached: tokens };
		try {
			await book({
				...{ specversion: '1.0', id: randomUUID(), source: SERVICE_TENANT },
				...{ type: USAGE_EVENT_TYPE, subject: SERVICE_TENANT, time: iso(at) },
				data: { provider: vendor, model, endpoint, usage, latencyMs, estimated },
			});
		} catch (error) {
			log.error({ err: error, tokens }, 'what the embedder used could not be recorded');
		}
	}

	#costOf(tokens: number, at: number): MicroCents {
		const { pricer, texts, vendor } = this.#deps;
		const usage = { ...NO_USAGE, inputUncached: tokens };

		return pricer.priceUsage({ provider: vendor, model: texts.model, usage, at }).costMicroCents;
	}

	#count(outcome: string, texts: number): void {
		if (texts > 0) this.#deps.metrics.embeddings.inc({ outcome }, texts);
	}
}

const NONE: ReadonlyMap<string, Vector> = new Map();

function estimatedTokens(texts: readonly string[]): number {
	return texts.reduce((sum, text) => sum + Math.ceil(text.length / LETTERS_PER_TOKEN), 0);
}
