import type { LedgerRow } from '../../../core/reconcileGroups.ts';
import type { ComparedLine } from '../../../core/reconcile.ts';
import type { ReportDay } from '../../../core/readers/reports/reportReading.ts';

/** ISO 8601 instant. */
type Instant = string;

/** A row of fuse.reconciliations, without when it was compared. */
export type ReconciliationRow = {
	provider: string;
	day: string;
	key_id: string;
	level: ComparedLine['level'];
	basis: ComparedLine['basis'];
	in_totals: boolean;
	vendor_micro_cents: number;
	ledger_micro_cents: number;
	ledger_by_source: ComparedLine['ledgerBySource'];
	drift_micro_cents: number;
	drift_percent: number;
	calls: number;
	vendor_tokens: ComparedLine['vendorTokens'];
	ledger_tokens: ComparedLine['ledgerTokens'];
	provisional: boolean;
	finding: ComparedLine['finding'];
};

/** The SQL functions that compare bills with the ledger; the files of supabase/migrations say more. */
export type ReconciliationFunctions = {
	ledger_by_day: {
		args: { from: Instant; to: Instant; provider: string | null };
		result: LedgerRow[];
	};
	put_reconciliation: {
		args: { days: ReportDay[]; lines: ReconciliationRow[]; now: Instant };
		result: { stored: number };
	};
	list_reconciliations: {
		args: {
			provider: string | null;
			/** YYYY-MM-DD, both within. */
			from: string | null;
			to: string | null;
			onlyFindings: boolean;
			after: { day: string; provider: string; keyId: string } | null;
			limit: number;
		};
		result: (ComparedLine & { comparedAt: Instant })[];
	};
};
