import { hash, randomBytes } from 'node:crypto';
import { iso } from '../../../core/utc.ts';
import type { Broadcast } from '../ports/broadcast.ts';
import type { Database } from '../ports/database.ts';
import type { HeldKey, VirtualKey, VirtualKeyFunctions } from '../ports/virtualKeyFunctions.ts';
import { randomKey } from '../randomKey.ts';
import { HeldKeys } from './heldKeys.ts';
import type { Caller } from './serviceKeys.ts';

type By = { actor: string; now: number };
type Of = { tenantId: string; keyId: string };
type Outcome<Name extends keyof VirtualKeyFunctions> = VirtualKeyFunctions[Name]['result'];

/** Who presents a virtual key, or why it is refused. Times are epoch ms. */
export type Presented =
	| { kind: 'caller'; caller: Caller }
	| { kind: 'unknown' }
	| { kind: 'expired'; at: number }
	| { kind: 'revoked'; at: number; incidentId: string | null };

/** `fusevk_` and 256 random bits. */
const FORM = /^fusevk_[A-Za-z0-9_-]{43}$/;
const SHOWN_AT_THE_END = 4;
/** One statement revokes all of them, and one audit entry names them. */
const MAX_VALID = 1000;

/** Keys of tenants for our gateway. A change is durable first; this replica then reads again, and the others are told. */
export class VirtualKeys {
	readonly #database: Database;
	readonly #broadcast: Broadcast;
	readonly #held: HeldKeys;
	#readUntil: string | null = null;

	constructor({ broadcast, database }: { broadcast: Broadcast; database: Database }) {
		this.#database = database;
		this.#broadcast = broadcast;
		this.#held = new HeldKeys((hashes) => database.call('find_virtual_keys', { hashes }));
		broadcast.listen(({ message }) => {
			if (message.kind === 'virtualKeysChanged') this.#held.forget(message.tenantId);
		});
	}

	/** Whose virtual key this is; undefined: it does not look like one. At once for a key that called before. */
	identify(key: string, now: number): undefined | Presented | Promise<Presented> {
		if (!FORM.test(key)) return undefined;
		const held = this.#held.get(hashOf(key));

		return held instanceof Promise
			? held.then((found) => presented(found, now))
			: presented(held, now);
	}

	/** Makes a key. The key itself is in the answer only, never again. */
	async issue(
		wanted: { tenantId: string; name?: string | undefined; expiresAt?: number | null },
		{ actor, now }: By,
	): Promise<
		{ outcome: 'issued'; key: string; document: VirtualKey } | { outcome: 'tooMany'; max: number }
	> {
		const { key, ...made } = newVirtualKey();
		const { tenantId, name = null, expiresAt = null } = wanted;
		const ends = expiresAt === null ? null : iso(expiresAt);
		const issued = await this.#database.call('issue_virtual_key', {
			key: { ...made, tenantId, name, expiresAt: ends },
			...{ max: MAX_VALID, actor, now: iso(now) },
		});

		return issued.outcome === 'issued'
			? { outcome: 'issued', key, document: issued.key }
			: { outcome: 'tooMany', max: MAX_VALID };
	}

	list(page: { tenantId: string; after: string | null; limit: number }): Promise<VirtualKey[]> {
		return this.#database.call('list_virtual_keys', page);
	}

	/** A new key in the place of another, which goes on working for `graceMs`. */
	async rotate(
		{ graceMs, ...of }: Of & { graceMs: number },
		by: By,
	): Promise<
		| { outcome: 'rotated'; key: string; document: VirtualKey; replaced: VirtualKey }
		| { outcome: 'unknown' }
		| { outcome: 'ended' }
	> {
		const { key, ...made } = newVirtualKey();
		const rotated = await this.#change(of.tenantId, () =>
			this.#database.call('rotate_virtual_key', { ...of, new: made, graceMs, ...said(by) }),
		);
		if (rotated.outcome !== 'rotated') return rotated;

		const { key: document, replaced } = rotated;
		return { outcome: 'rotated', key, document, replaced };
	}

	/** By hand: the undo of an incident that had revoked it leaves it revoked. */
	revoke(
		{ reason = 'revoked by hand', ...of }: Of & { reason?: string | undefined },
		by: By,
	): Promise<Outcome<'revoke_virtual_key'>> {
		return this.#change(of.tenantId, () =>
			this.#database.call('revoke_virtual_key', { ...of, reason, ...said(by) }),
		);
	}

	restore(of: Of, by: By): Promise<Outcome<'restore_virtual_key'>> {
		return this.#change(of.tenantId, () =>
			this.#database.call('restore_virtual_key', { ...of, ...said(by) }),
		);
	}

	/** Every key of a tenant, at once. Result: those it revoked; none when they were before. */
	revokeTenant(
		tenantId: string,
		{ incidentId, reason, ...by }: By & { incidentId: string | null; reason: string },
	): Promise<{ keyIds: string[] }> {
		return this.#change(tenantId, () =>
			this.#database.call('revoke_virtual_keys', { tenantId, incidentId, reason, ...said(by) }),
		);
	}

	/** The keys that were revoked for this incident, and no others. Result: those it restored. */
	restoreTenant(
		tenantId: string,
		{ incidentId, ...by }: By & { incidentId: string },
	): Promise<{ keyIds: string[] }> {
		return this.#change(tenantId, () =>
			this.#database.call('restore_virtual_keys', { tenantId, incidentId, ...said(by) }),
		);
	}

	/** The keys of a tenant changed, perhaps in a transaction of somebody else: no replica goes by what it remembers. */
	async tell(tenantId: string): Promise<void> {
		this.#held.forget(tenantId);
		await this.#broadcast.publish({ kind: 'virtualKeysChanged', tenantId });
	}

	/** What a lost broadcast did not tell. */
	async load(): Promise<void> {
		const { until, tenantIds } = await this.#database.call('changed_virtual_keys', {
			since: this.#readUntil,
		});
		this.#readUntil = until;
		for (const tenantId of tenantIds ?? [null]) this.#held.forget(tenantId);
	}

	/** Told also when the call failed: it may have been carried out. */
	async #change<Result>(tenantId: string, change: () => Promise<Result>): Promise<Result> {
		try {
			return await change();
		} finally {
			await this.tell(tenantId);
		}
	}
}

function presented(held: HeldKey | undefined, now: number): Presented {
	if (!held) return { kind: 'unknown' };
	const { keyId, tenantId, name, expiresAt, revokedAt, incidentId } = held;
	if (revokedAt !== null) return { kind: 'revoked', at: revokedAt, incidentId };
	if (expiresAt !== null && expiresAt <= now) return { kind: 'expired', at: expiresAt };

	return { kind: 'caller', caller: { keyId, name: name ?? keyId, role: 'call', tenantId } };
}

function newVirtualKey() {
	const key = `fusevk_${randomKey()}`;

	return {
		key,
		keyId: `vk_${randomBytes(10).toString('hex')}`,
		keyHash: hashOf(key),
		last4: key.slice(-SHOWN_AT_THE_END),
	};
}

function said({ actor, now }: By): { actor: string; now: string } {
	return { actor, now: iso(now) };
}

function hashOf(key: string): string {
	return hash('sha256', key, 'hex');
}
