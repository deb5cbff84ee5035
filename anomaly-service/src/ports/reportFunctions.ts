import type { MicroCents } from '../../../core/money.ts';
import type { OtherUnits } from '../../../core/otherUnits.ts';
import type { LineItem } from '../../../core/prices.ts';
import type { PromptStream } from '../../../core/whatIf.ts';
import type { CostSource } from './records.ts';

/** ISO 8601 instant. */
type Instant = string;

/** What calls can be summed up by; days and months are those of the time zone asked for. */
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
	'serviceTier',
	'costSource',
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

/** Line items of one kind, summed up: a row of a bill. */
export type Charge = {
	/** `2026-10-14`, in the time zone asked for. */
	day: string;
	tenantId: string;
	provider: string;
	model: string;
	unit: LineItem['unit'];
	rateId: string;
	serviceTier: string;
	costSource: CostSource;
	source: string;
	workflowId: string | null;
	/** Given back instead of charged. */
	isCredit: boolean;
	/** Its vendor corrected it after the month it is of was over. */
	isCorrection: boolean;
	lines: number;
	/** Decimal text. */
	quantity: string;
	costMicroCents: MicroCents;
};

/** What a model cost on one day. */
export type ModelSpend = {
	provider: string;
	model: string;
	calls: number;
	costMicroCents: MicroCents;
};

/** A call as it was recorded, with what it takes to price it again and to count it. */
export type StreamedCall = readonly [
	/** Epoch ms. */
	at: number,
	tenantId: string,
	workflowId: string | null,
	nodeName: string | null,
	provider: string,
	model: string,
	inputUncached: number,
	cacheRead: number,
	cacheWrite5m: number,
	cacheWrite1h: number,
	inputAudio: number,
	output: number,
	reasoning: number,
	outputAudio: number,
	otherUnits: OtherUnits,
	serviceTier: string | null,
	costSource: CostSource,
	costMicroCents: MicroCents,
	endpoint: string,
	source: string,
	keyId: string | null,
];

/** Which calls a what-if or a backtest looks at; null does not filter. */
export type StreamFilter = {
	from: Instant;
	to: Instant;
	tenantId: string | null;
	workflowId: string | null;
	nodeName: string | null;
	provider: string | null;
	model: string | null;
};

/** The call a page ends with. */
export type StreamPlace = { at: string; source: string; id: string };

export type AuditEntry = {
	sequence: number;
	at: Instant;
	actor: string;
	action: string;
	tenantId: string | null;
	incidentId: string | null;
	/** What it is about beside tenant and incident. */
	subjectId: string | null;
	detail: Record<string, unknown>;
};

/** The SQL functions that look back; the files of supabase/migrations say more. */
export type ReportFunctions = {
	spend_report: {
		args: {
			from: Instant;
			to: Instant;
			groupBy: readonly ReportGroup[];
			/** IANA name. */
			timeZone: string;
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
	focus_report: {
		args: {
			from: Instant;
			to: Instant;
			timeZone: string;
			tenantId: string | null;
			provider: string | null;
			model: string | null;
			source: string | null;
			workflowId: string | null;
			limit: number;
		};
		result: { rows: Charge[]; totalMicroCents: MicroCents };
	};
	spend_digest: {
		/** Spans in epoch ms, the day itself first. */
		args: { days: readonly (readonly [number, number])[]; tenantId: string | null; top: number };
		result: {
			totals: SpendSums[];
			tenants: { tenantId: string; days: [day: number, calls: number, cost: MicroCents][] }[];
			models: ModelSpend[];
			unpriced: ModelSpend[];
			incidents: number;
		};
	};
	usage_stream: {
		args: StreamFilter & { after: StreamPlace | null; limit: number };
		result: { calls: StreamedCall[]; next: StreamPlace | null };
	};
	smallest_inputs: {
		args: StreamFilter;
		result: (PromptStream & { tokens: number })[];
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
			subjectId?: string | null;
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
