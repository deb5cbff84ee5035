import {
	CHAIN_START,
	type ChainedEntry,
	type ChainFault,
	type ChainPlace,
} from '../ports/auditFunctions.ts';
import type { Database } from '../ports/database.ts';

/** Verified in 0.2 s: far below the time limit of a statement. */
const VERIFIED_AT_A_TIME = 5000;
/** Some 500 kB: what an export holds in memory. */
const EXPORTED_AT_A_TIME = 1000;

/** `head`: up to where the chain holds. `entries`: how many those are. */
export type Verification = {
	valid: boolean;
	entries: number;
	head: ChainPlace;
	fault: ChainFault | null;
};

/** Instants, or null for no bound. `tenantId` null: of all. */
export type ExportFilter = { tenantId: string | null; from: string | null; to: string | null };

/**
 * Walks the whole chain, page by page: what it holds, and the first place where it does not. `known`: a place that was
 * noted before, without which nobody can tell that the end was cut off or everything written anew.
 */
export async function verifyAudit(
	database: Database,
	known: ChainPlace | null,
): Promise<Verification> {
	let head = CHAIN_START;
	let entries = 0;
	for (let done = false; !done; ) {
		const page = await database.call('verify_audit', {
			...{ position: head.position, hash: head.hash, limit: VERIFIED_AT_A_TIME },
			...{ knownPosition: known?.position ?? null, knownHash: known?.hash ?? null },
		});
		head = { position: page.position, hash: page.hash };
		entries += page.entries;
		done = page.done;
		if (page.fault) return { valid: false, entries, head, fault: page.fault };
	}
	const sequence = await firstUnchained(database);
	const fault: ChainFault | null =
		sequence === null ? null : { kind: 'unchained', position: null, sequence };

	return { valid: fault === null, entries, head, fault };
}

async function firstUnchained(database: Database): Promise<number | null> {
	let after = 0;
	for (;;) {
		const page = await database.call('unchained_audit', { after, limit: VERIFIED_AT_A_TIME });
		if (page.sequence !== null || page.done) return page.sequence;
		after = page.after;
	}
}

/** The entries of a span as there are now, in the order of the chain. */
export async function* exportAudit(
	database: Database,
	filter: ExportFilter,
): AsyncGenerator<ChainedEntry[], void, undefined> {
	const { first, last } = await database.call('audit_span', filter);
	if (first === null || last === null) return;
	for (let after = first - 1; after < last; ) {
		const page = await database.call('export_audit', {
			...{ ...filter, after, until: last, limit: EXPORTED_AT_A_TIME },
		});
		if (page.length > 0) yield page;
		if (page.length < EXPORTED_AT_A_TIME) return;
		after = page.at(-1)?.position ?? last;
	}
}
