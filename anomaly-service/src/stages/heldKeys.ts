import { StoreUnavailableError } from '../ports/database.ts';
import type { HeldKey } from '../ports/virtualKeyFunctions.ts';
import { AskTogether } from './askTogether.ts';

/** Some 20 MB: every key that calls within minutes, of an installation with as many. */
const MAX_KNOWN = 50_000;
/** Hashes of keys that do not exist, 5 MB. */
const MAX_UNKNOWN = 50_000;
const MAX_TOGETHER = 1000;
/** Each holds a request open; a flood of invented keys is refused beyond it, known keys are not concerned. */
const MAX_WAITING = 10_000;
/** Keys change a few times an hour: ten changes while one question is out are none of these. */
const MAX_TRIES = 10;

type FindKeys = (hashes: readonly string[]) => Promise<(HeldKey & { keyHash: string })[]>;

/**
 * Virtual keys by hash, in memory as they are asked for. A key that does not exist is remembered too: it never will, for
 * 256 random bits are not made twice.
 */
export class HeldKeys {
	readonly #known = new Map<string, HeldKey>();
	readonly #unknown = new Set<string>();
	readonly #lookups: AskTogether<HeldKey>;
	/** Changes heard of: what was read before one of them is not believed. */
	#changes = 0;

	constructor(find: FindKeys) {
		this.#lookups = new AskTogether({
			store: 'The list of keys',
			ask: async (hashes) =>
				new Map((await find(hashes)).map(({ keyHash, ...key }) => [keyHash, key])),
			maxTogether: MAX_TOGETHER,
			maxWaiting: MAX_WAITING,
		});
	}

	/** At once when the key is in memory; undefined: there is none. */
	get(hash: string): HeldKey | undefined | Promise<HeldKey | undefined> {
		return this.#known.get(hash) ?? (this.#unknown.has(hash) ? undefined : this.#read(hash));
	}

	/** The keys of a tenant, or of all of them (null), are read again when they are next asked for. */
	forget(tenantId: string | null): void {
		this.#changes += 1;
		if (tenantId === null) this.#known.clear();
		for (const [hash, key] of this.#known) {
			if (key.tenantId === tenantId) this.#known.delete(hash);
		}
	}

	async #read(hash: string): Promise<HeldKey | undefined> {
		for (let tries = 0; tries < MAX_TRIES; tries++) {
			const changes = this.#changes;
			const found = await this.#lookups.get(hash);
			if (changes !== this.#changes) continue;
			if (found) keep(this.#known, hash, found);
			else this.#keepUnknown(hash);
			return found;
		}
		throw new StoreUnavailableError('The list of keys', undefined);
	}

	#keepUnknown(hash: string): void {
		if (this.#unknown.size >= MAX_UNKNOWN) this.#unknown.clear();
		this.#unknown.add(hash);
	}
}

/** The longest in it makes room: it is read again if it still calls. */
function keep(known: Map<string, HeldKey>, hash: string, key: HeldKey): void {
	const [oldest] = known.keys();
	if (known.size >= MAX_KNOWN && oldest !== undefined) known.delete(oldest);
	known.set(hash, key);
}
