import { hash, randomBytes } from 'node:crypto';
import { randomKey } from '../randomKey.ts';
import type { Database } from '../ports/database.ts';

/** `call` is what a virtual key may: calls of its own tenant, from the ask to the record, and nothing else. */
export type Role = 'ask' | 'record' | 'read' | 'operate' | 'admin' | 'call';

/** Who is calling. `tenantId` null: the key is not bound to a tenant. */
export type Caller = { keyId: string; name: string; role: Role; tenantId: string | null };

export type ServiceKey = Caller & { createdAt: string };

type Wanted = Omit<Caller, 'keyId'>;
type By = { actor: string; now: number };

const GRANTS: Record<Role, readonly Role[]> = {
	ask: ['ask'],
	record: ['record'],
	read: ['read'],
	operate: ['operate', 'ask', 'record', 'read'],
	admin: ['admin', 'operate', 'ask', 'record', 'read'],
	call: ['call'],
};

export function mayAct(caller: Caller, needed: readonly Role[]): boolean {
	return needed.some((role) => GRANTS[caller.role].includes(role));
}

/** The service keys. Only SHA-256 hashes are kept: the keys are 256 random bits, so no salt or stretching is needed. */
export class ServiceKeys {
	readonly #database: Database;
	/** After a change made here, so that other replicas can be told to read again. */
	readonly #changed: () => void;
	#byHash = new Map<string, ServiceKey>();
	/** Changes made here: what was read from the database before one of them is not believed. */
	#changes = 0;

	constructor(database: Database, changed: () => void) {
		this.#database = database;
		this.#changed = changed;
	}

	async load(): Promise<void> {
		const changes = this.#changes;
		const keys = await this.#database.call('list_service_keys', {});
		if (changes !== this.#changes) return;
		this.#byHash = new Map(keys.map(({ keyHash, ...key }) => [keyHash, key]));
	}

	identify(key: string): Caller | undefined {
		return this.#byHash.get(hashOf(key));
	}

	list(): ServiceKey[] {
		return [...this.#byHash.values()];
	}

	/** Makes a key. The key itself is in the answer only, never again. */
	async create(wanted: Wanted, by: By): Promise<Caller & { key: string }> {
		const key = newServiceKey();

		return { ...(await this.#add(key, wanted, by)), key };
	}

	/** Registers a key that was made elsewhere, once; undefined when it was revoked, which is for good. */
	async register(key: string, wanted: Wanted, by: By): Promise<Caller | undefined> {
		if (!this.identify(key)) await this.#add(key, wanted, by);

		return this.identify(key);
	}

	/**
	 * `lastAdmin`: it is the only valid admin key, and without one nobody could make another. A revoked key stops working
	 * before the database is asked, so that of two admins that revoke each other at once one stays.
	 */
	async revoke(keyId: string, by: By): Promise<'revoked' | 'unknown' | 'lastAdmin'> {
		const entry = [...this.#byHash].find(([, key]) => key.keyId === keyId);
		if (!entry) return 'unknown';
		const [keyHash, key] = entry;
		const admins = this.list().filter(({ role }) => role === 'admin');
		if (key.role === 'admin' && admins.length === 1) return 'lastAdmin';

		this.#byHash.delete(keyHash);
		this.#changes += 1;
		try {
			const { outcome } = await this.#database.call('revoke_service_key', {
				id: keyId,
				actor: by.actor,
				now: new Date(by.now).toISOString(),
			});
			// What was read from the database meanwhile may have brought it back.
			this.#changes += 1;
			if (outcome === 'lastAdmin') this.#byHash.set(keyHash, key);
			else this.#byHash.delete(keyHash);
			this.#changed();
			return outcome;
		} catch (error) {
			// Nothing was recorded: a restart would bring the key back, so the caller is not told otherwise.
			this.#byHash.set(keyHash, key);
			throw error;
		}
	}

	async #add(key: string, { name, role, tenantId }: Wanted, by: By): Promise<Caller> {
		const keyId = `key_${randomBytes(9).toString('base64url')}`;
		const caller: Caller = { keyId, name, role, tenantId };
		const createdAt = new Date(by.now).toISOString();
		const { created } = await this.#database.call('create_service_key', {
			key: { ...caller, keyHash: hashOf(key) },
			actor: by.actor,
			now: createdAt,
		});
		if (created) {
			this.#changes += 1;
			this.#byHash.set(hashOf(key), { ...caller, createdAt });
			this.#changed();
		} else await this.load();
		return caller;
	}
}

/** A key nobody has yet; it is worth nothing until it is registered. */
export function newServiceKey(): string {
	return `fuse_${randomKey()}`;
}

function hashOf(key: string): string {
	return hash('sha256', key, 'hex');
}
