/** Keeps the most recent answers of a busy workflow and stays far below what an n8n process has. */
const MAX_ENTRIES = 1_000;
const MAX_BYTES = 32 * 1024 * 1024;

/** Where the map holds an entry: its key of 64 characters and what surrounds it. */
const BYTES_PER_ENTRY = 300;

type Entry<T> = { make: () => T; bytes: number; expiresAt: number };

/**
 * Answers by the key of their exact call, for a lifetime. It lies in the memory of this n8n process: in queue mode each
 * worker has its own, and a restart empties it. An answer is kept as a way to make it, so that no user can change
 * what the next one gets. The least recently used ones go first.
 */
export class ResponseCache<T> {
	readonly #entries = new Map<string, Entry<T>>();
	readonly #maxEntries: number;
	readonly #maxBytes: number;
	#bytes = 0;

	constructor({
		maxEntries = MAX_ENTRIES,
		maxBytes = MAX_BYTES,
	}: { maxEntries?: number; maxBytes?: number } = {}) {
		this.#maxEntries = maxEntries;
		this.#maxBytes = maxBytes;
	}

	get count(): number {
		return this.#entries.size;
	}

	get bytes(): number {
		return this.#bytes;
	}

	/** A new copy of the answer; undefined when there is none or its lifetime is over. */
	find(key: string, now: number): T | undefined {
		const entry = this.#entries.get(key);
		if (!entry) return undefined;
		this.#forget(key);
		if (now >= entry.expiresAt) return undefined;
		this.#add(key, entry);

		return entry.make();
	}

	/**
	 * `make` gives a new copy each time; `bytes` is about what an answer takes, see `approximateBytes`. One that is larger
	 * than the whole cache is not kept.
	 */
	keep(kept: { key: string; make: () => T; bytes: number; lifetimeMs: number; now: number }): void {
		const { key, make, lifetimeMs, now } = kept;
		const bytes = kept.bytes + BYTES_PER_ENTRY;
		this.#forget(key);
		// Written so that a NaN is not kept either: it would make the sum useless.
		if (!(bytes <= this.#maxBytes) || lifetimeMs <= 0) return;

		this.#add(key, { make, bytes, expiresAt: now + lifetimeMs });
		for (const oldest of this.#entries.keys()) {
			if (this.#entries.size <= this.#maxEntries && this.#bytes <= this.#maxBytes) break;
			this.#forget(oldest);
		}
	}

	#add(key: string, entry: Entry<T>): void {
		this.#entries.set(key, entry);
		this.#bytes += entry.bytes;
	}

	#forget(key: string): void {
		this.#bytes -= this.#entries.get(key)?.bytes ?? 0;
		this.#entries.delete(key);
	}
}

/** Two bytes for each character of its JSON; Infinity, too large to keep, when it has none. */
export function approximateBytes(value: unknown): number {
	try {
		const json: unknown = JSON.stringify(value);

		return typeof json === 'string' ? 2 * json.length : Infinity;
	} catch {
		return Infinity;
	}
}
