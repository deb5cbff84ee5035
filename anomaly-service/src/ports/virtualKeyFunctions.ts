/** ISO 8601 instant. */
type Instant = string;
type EpochMs = number;

/** What a tenant calls our gateway with, without the key itself, which nobody has but the tenant. */
export type VirtualKey = {
	/** `vk_…` */
	keyId: string;
	tenantId: string;
	name: string | null;
	/** The end of the key, by which people tell keys apart. */
	last4: string;
	createdAt: Instant;
	expiresAt: Instant | null;
	revokedAt: Instant | null;
	revokedReason: string | null;
	revokedBy: string | null;
	/** The incident whose containment revoked it. */
	incidentId: string | null;
	/** The key it was rotated from. */
	replaces: string | null;
};

/** A virtual key as whoever presents it is judged by. */
export type HeldKey = {
	keyId: string;
	tenantId: string;
	name: string | null;
	expiresAt: EpochMs | null;
	revokedAt: EpochMs | null;
	incidentId: string | null;
};

/** The SQL functions of virtual keys; the files of supabase/migrations say more. */
export type VirtualKeyFunctions = {
	issue_virtual_key: {
		args: {
			key: {
				keyId: string;
				tenantId: string;
				name: string | null;
				keyHash: string;
				last4: string;
				expiresAt: Instant | null;
			};
			max: number;
			actor: string;
			now: Instant;
		};
		result: { outcome: 'issued'; key: VirtualKey } | { outcome: 'tooMany' };
	};
	list_virtual_keys: {
		args: { tenantId: string; after: string | null; limit: number };
		result: VirtualKey[];
	};
	rotate_virtual_key: {
		args: {
			tenantId: string;
			keyId: string;
			new: { keyId: string; keyHash: string; last4: string };
			graceMs: number;
			actor: string;
			now: Instant;
		};
		result:
			| { outcome: 'rotated'; key: VirtualKey; replaced: VirtualKey }
			| { outcome: 'unknown' }
			| { outcome: 'ended' };
	};
	revoke_virtual_keys: {
		args: {
			tenantId: string;
			incidentId: string | null;
			reason: string;
			actor: string;
			now: Instant;
		};
		result: { keyIds: string[] };
	};
	restore_virtual_keys: {
		args: { tenantId: string; incidentId: string; actor: string; now: Instant };
		result: { keyIds: string[] };
	};
	revoke_virtual_key: {
		args: { tenantId: string; keyId: string; reason: string; actor: string; now: Instant };
		result: { outcome: 'revoked' | 'already'; key: VirtualKey } | { outcome: 'unknown' };
	};
	restore_virtual_key: {
		args: { tenantId: string; keyId: string; actor: string; now: Instant };
		result:
			| { outcome: 'restored' | 'valid' | 'replaced'; key: VirtualKey }
			| { outcome: 'unknown' };
	};
	find_virtual_keys: {
		args: { hashes: readonly string[] };
		result: (HeldKey & { keyHash: string })[];
	};
	changed_virtual_keys: {
		args: { since: Instant | null };
		result: { until: Instant; tenantIds: string[] | null };
	};
};
