/** ISO 8601 instant. */
type Instant = string;

/** A place of the audit's chain; `hash` in hex. */
export type ChainPlace = { position: number; hash: string };

/** Before the first entry. */
export const CHAIN_START: ChainPlace = { position: 0, hash: '0'.repeat(64) };

/**
 * What is wrong at a place of the chain: the entry is not what was chained; it or its place is gone; the place does not
 * follow from the one before; the chain holds but is not the one that was noted; it ends before what was noted; an entry
 * is in no place of it.
 */
export const CHAIN_FAULTS = [
	'changed',
	'missing',
	'reordered',
	'rewritten',
	'truncated',
	'unchained',
] as const;
export type ChainFault = {
	kind: (typeof CHAIN_FAULTS)[number];
	/** Null for an entry without a place. */
	position: number | null;
	/** Of the entry; null when there is none any more. */
	sequence: number | null;
};

/** An entry that is to be written. */
export type NewAuditEntry = {
	at: Instant;
	actor: string;
	action: string;
	tenantId: string | null;
	incidentId: string | null;
	/** An entry of the same action about the same is not written twice. */
	subjectId: string;
	detail: Record<string, unknown>;
};

/** An entry in its place of the chain. */
export type ChainedEntry = ChainPlace & {
	previousHash: string;
	at: Instant;
	actor: string;
	action: string;
	tenantId: string | null;
	incidentId: string | null;
	subjectId: string | null;
	/** What the hash is of: `hash` = SHA-256(`previousHash` ‖ SHA-256(`text`)). */
	text: string;
};

type Span = { tenantId: string | null; from: Instant | null; to: Instant | null };

/** The SQL functions of the audit's chain; the files of supabase/migrations say more. */
export type AuditFunctions = {
	verify_audit: {
		args: ChainPlace & {
			limit: number;
			knownPosition: number | null;
			knownHash: string | null;
		};
		result: ChainPlace & { entries: number; done: boolean; fault: ChainFault | null };
	};
	unchained_audit: {
		args: { after: number; limit: number };
		result: { after: number; done: boolean; sequence: number | null };
	};
	audit_span: { args: Span; result: { first: number | null; last: number | null } };
	export_audit: {
		args: Span & { after: number; until: number; limit: number };
		result: ChainedEntry[];
	};
	add_audit_entries: { args: { entries: readonly NewAuditEntry[] }; result: { added: number } };
};
