import { hash } from 'node:crypto';
import { iso } from '../../../core/utc.ts';
import type { Database } from '../ports/database.ts';
import type { Log } from '../ports/log.ts';

type Vector = readonly number[];

/** With 64 numbers and a text of 300 letters each: 10 MB. */
const MAX_IN_MEMORY = 10_000;
/** A vector has length 1: beyond six decimals it does not turn. */
const DECIMALS = 1e6;

/** Vectors of texts that were embedded before: the ones used last in memory, all in the database. */
export class EmbeddingCache {
	readonly #deps: { database: Database; log: Log; space: string };
	/** Oldest use first. */
	readonly #recent = new Map<string, Vector>();
	readonly #maxInMemory: number;

	constructor(
		deps: { database: Database; log: Log; space: string },
		{ maxInMemory = MAX_IN_MEMORY } = {},
	) {
		this.#deps = deps;
		this.#maxInMemory = maxInMemory;
	}

	/** What is known of these texts. A database that does not answer knows nothing. */
	async find(texts: ReadonlySet<string>, now: number): Promise<Map<string, Vector>> {
		const found = new Map<string, Vector>();
		const others = new Map<string, string>();
		for (const text of texts) {
			const vector = this.#recent.get(text);
			if (vector) found.set(text, vector);
			else others.set(hashOf(text), text);
		}
		if (others.size > 0) {
			for (const [key, vector] of Object.entries(await this.#load([...others.keys()], now))) {
				const text = others.get(key);
				if (text !== undefined) found.set(text, vector);
			}
		}
		for (const [text, vector] of found) this.#remember(text, vector);
		return found;
	}

	async keep(made: ReadonlyMap<string, Vector>, now: number): Promise<void> {
		const { database, log, space } = this.#deps;
		for (const [text, vector] of made) this.#remember(text, vector);
		const embeddings = [...made].map(([text, vector]) => ({
			hash: hashOf(text),
			v: JSON.stringify(vector.map((value) => Math.round(value * DECIMALS) / DECIMALS)),
		}));
		try {
			await database.call('store_embeddings', { space, embeddings, now: iso(now) });
		} catch (error) {
			log.warn({ err: error }, 'embeddings could not be kept');
		}
	}

	async #load(hashes: readonly string[], now: number): Promise<Record<string, Vector>> {
		const { database, log, space } = this.#deps;
		try {
			return await database.call('load_embeddings', { space, hashes, now: iso(now) });
		} catch (error) {
			log.warn({ err: error }, 'embeddings could not be read');
			return {};
		}
	}

	#remember(text: string, vector: Vector): void {
		this.#recent.delete(text);
		this.#recent.set(text, vector);
		if (this.#recent.size <= this.#maxInMemory) return;
		const [oldest] = this.#recent.keys();
		if (oldest !== undefined) this.#recent.delete(oldest);
	}
}

function hashOf(text: string): string {
	return hash('sha256', text, 'hex');
}
