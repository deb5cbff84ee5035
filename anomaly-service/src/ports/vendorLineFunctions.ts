import type { MicroCents } from '../../../core/money.ts';
import type { UsageRow } from './records.ts';

/** ISO 8601 instant. */
type Instant = string;

/** What became of a line, and what is recorded of it now. */
export type PutLine =
	| {
			outcome: 'added' | 'corrected' | 'unchanged';
			costMicroCents: MicroCents;
			/** The vendor has not said yet what it charges. */
			estimated: boolean;
			/** Of an added one: its tenant ever got something back. */
			refunds?: boolean;
	  }
	/** The id was used before by a line of another tenant. */
	| { outcome: 'otherTenant'; costMicroCents: null; estimated: null };

/** The SQL functions of vendors' lines; the files of supabase/migrations say more. */
export type VendorLineFunctions = {
	put_vendor_lines: {
		args: {
			lines: readonly { event: UsageRow; version: Instant | null; dated: boolean }[];
			/** Names the request; unique. */
			run: string;
			actor: string;
			now: Instant;
		};
		result: PutLine[];
	};
	counts_due: { args: { before: Instant }; result: { run: string; tenantIds: string[] }[] };
	counted: { args: { runs: readonly string[] }; result: { counted: number } };
};
