import type { Severity } from '../../../core/alert.ts';
import type { ActionState, Direction } from '../../../core/containment/action.ts';
import type { MicroCents } from '../../../core/money.ts';
import type { OtherUnits } from '../../../core/otherUnits.ts';
import type { LineItem } from '../../../core/prices.ts';

/** A row of fuse.usage_events; the names are the columns. */
export type UsageRow = {
	source: string;
	id: string;
	tenant_id: string;
	occurred_at: string;
	received_at: string;
	provider: string;
	model: string;
	endpoint: string;
	input_uncached: number;
	cache_read: number;
	cache_write_5m: number;
	cache_write_1h: number;
	input_audio: number;
	output: number;
	reasoning: number;
	output_audio: number;
	context_tokens: number;
	estimated: boolean;
	latency_ms: number | null;
	status_code: number | null;
	cost_micro_cents: MicroCents;
	cost_source: CostSource;
	/** They add up to `cost_micro_cents`. */
	line_items: LineItem[];
	reservation_id: string | null;
	request_id: string | null;
	workflow_id: string | null;
	node_name: string | null;
	execution_id: string | null;
	/** The vendor key the call was made with. */
	key_id: string | null;
	trigger_name: string | null;
	other_units: OtherUnits;
	/** Null: the vendor did not say, which is `standard`. */
	service_tier: string | null;
};

/**
 * Where a cost comes from: the vendor's own word, our price list, the ceiling for what has no price, or what was held
 * for a call nobody told the end of.
 */
export type CostSource = 'vendor' | 'price' | 'ceiling' | 'estimate';

export type Webhook = { id: string; url: string; events: string[]; tenantId: string | null };

export type IncidentAction = {
	action: string;
	vendor: string;
	targetId: string;
	outcome: string;
	detail?: string | undefined;
	restore?: Record<string, unknown> | undefined;
};

export type IncidentDocument = {
	incidentId: string;
	tenantId: string;
	rule: string;
	severity: Severity;
	openedAt: string;
	closedAt: string | null;
	/** 1, and one more each time it began again. */
	openings: number;
	/** False: it restrains its tenant, whose breaker stayed closed. */
	breakerOpened: boolean;
	evidence: Record<string, unknown>;
	alertText: string;
	actions: IncidentStep[];
};

/** A containment step as its incident shows it; instants are ISO 8601. */
export type IncidentStep = {
	actionId: string;
	action: string;
	vendor: string;
	targetId: string;
	state: ActionState;
	direction: Direction;
	sequence: number;
	reversible: boolean;
	outcome: string | null;
	detail: string | null;
	restore: Record<string, unknown> | null;
	requestedAt: string | null;
	appliedAt: string | null;
	verifiedAt: string | null;
	reportedAt: string | null;
};
