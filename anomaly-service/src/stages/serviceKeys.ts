import { createHash, randomBytes } from 'node:crypto';
import type { Database } from '../ports/database.ts';

export type Role = 'ask' | 'record' | 'read' | 'operate' | 'admin';

/** Who is calling. `tenantId` null: the key is not bound to a tenant. */
export type Caller = { keyId: string; name: string; role: Role; tenantId: string | null };

export type ServiceKey = Caller & { createdAt: string };

const GRANTS: Record<Role, readonly Role[]> = {
	ask: ['ask'],
	record: ['record'],
	read: ['read'],
	operate: ['operate', 'ask', 'record', 'read'],
	admin: ['admin', 'operate', 'ask', 'record', 'read'],
};

export function mayAct(caller: Caller, needed: readonly Role[]): boolean {
	return needed.some((role) => GRANTS[caller.role].includes(role));
}

/** The service keys. Only SHA-256 hashes are kept: the keys are 256 random bits, so no salt or stretching is needed. */
export class ServiceKeys {
	readonly #database: Database;
	#byHash = new Map<string, ServiceKey>();

	constructor(database: Database) {
		this.#database = database;
	}

	async load(): Promise<void> {
		const keys = await this.#database.call('list_service_keys', {});
		this.#byHash = new Map(keys.map(({ keyHash, ...key }) => [keyHash, key]));
	}

	identify(key: string): Caller | undefined {
		return this.#byHash.get(hashOf(key));
	}

	list(): ServiceKey[] {
		return [...this.#byHash.values()];
	}

	/** Makes a key, or registers the one given. The key itself is in the answer only, never again. */
	async create(
		wanted: { name: string; role: Role; tenantId: string | null; key?: string | undefined },
		by: { actor: string; now: number },
	): Promise<Caller & { key: string }> {
		const key = wanted.key ?? `fuse_${randomBytes(32).toString('base64url')}`;
		const { name, role, tenantId } = wanted;
		const caller: Caller = {
			keyId: `key_${randomBytes(9).toString('base64url')}`,
			name,
			role,
			tenantId,
		};
		await this.#database.call('create_service_key', {
			key: { ...caller, keyHash: hashOf(key) },
			actor: by.actor,
			now: new Date(by.now).toISOString(),
		});
		await this.load();
		return { ...caller, key };
	}

	async revoke(keyId: string, by: { actor: string; now: number }): Promise<boolean> {
		const { revoked } = await this.#database.call('revoke_service_key', {
			id: keyId,
			actor: by.actor,
			now: new Date(by.now).toISOString(),
		});
		await this.load();
		return revoked;
	}
}

function hashOf(key: string): string {
	return createHash('sha256').update(key).digest('hex');
}
