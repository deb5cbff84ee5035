import type { MicroCents } from '../../../core/money.ts';

/** ISO 8601 instant. */
type Instant = string;

/** What calls can be summed up by; days and months are those of UTC. */
export const REPORT_GROUPS = [
	'tenant',
	'source',
	'provider',
	'model',
	'workflow',
	'node',
	'execution',
	'trigger',
	'key',
	'day',
	'month',
] as const;
export type ReportGroup = (typeof REPORT_GROUPS)[number];

/** Beyond 2⁵³ a sum is not exact any more. */
export type SpendSums = {
	calls: number;
	failedCalls: number;
	/** With what was cached. */
	inputTokens: number;
	cachedInputTokens: number;
	outputTokens: number;
	costMicroCents: MicroCents;
	/** The part of it that calls cost whose use the vendor did not say. */
	estimatedCostMicroCents: MicroCents;
};

export type AuditEntry = {
	sequence: number;
	at: Instant;
	actor: string;
	action: string;
	tenantId: string | null;
	incidentId: string | null;
	detail: Record<string, unknown>;
};

/** The SQL functions that look back; the files of supabase/migrations say more. */
export type ReportFunctions = {
	spend_report: {
		args: {
			from: Instant;
			to: Instant;
			groupBy: readonly ReportGroup[];
			tenantId: string | null;
			provider: string | null;
			model: string | null;
			source: string | null;
			workflowId: string | null;
			afterCost: MicroCents | null;
			afterKey: readonly (string | null)[] | null;
			limit: number;
		};
		result: { rows: (SpendSums & { key: (string | null)[] })[]; totals: SpendSums };
	};
	search_audit: {
		args: {
			tenantId: string | null;
			action: string | null;
			actor: string | null;
			incidentId: string | null;
			from: Instant | null;
			to: Instant | null;
			before: number | null;
			limit: number;
		};
		result: AuditEntry[];
	};
	list_tenants: {
		args: {
			tenantId: string | null;
			search: string | null;
			since: Instant | null;
			after: string | null;
			limit: number | null;
		};
		/** `lastAt` in epoch ms; null: it never used anything. */
		result: { tenantId: string; lastAt: number | null; baselineVersion: number | null }[];
	};
};
