import type { ActivityFunctions } from './activityFunctions.ts';
import type { AlertFunctions } from './alertFunctions.ts';
import type { AuditFunctions } from './auditFunctions.ts';
import type { BacktestFunctions } from './backtestFunctions.ts';
import type { BaselineFunctions } from './baselineFunctions.ts';
import type { Severity } from '../../../core/alert.ts';
import type { CompactCall } from '../../../core/behaviour/compactCall.ts';
import type { Breaker } from '../../../core/breaker.ts';
import type { PlannedNotification } from '../../../core/alerting/notification.ts';
import type { PlannedAction } from '../../../core/containment/action.ts';
import type { SkippedStep } from '../../../core/containment/planActions.ts';
import type { ContainmentFunctions, ExistingIncident } from './containmentFunctions.ts';
import type { CommandFunctions } from './commandFunctions.ts';
import type { EmbedderFunctions } from './embedderFunctions.ts';
import type { DatabaseAdminFunctions } from './databaseAdminFunctions.ts';
import type { EstimateFunctions } from './estimateFunctions.ts';
import type { LimitFunctions } from './limitFunctions.ts';
import type { JobFunctions } from './jobFunctions.ts';
import type { NotificationFunctions } from './notificationFunctions.ts';
import type { PriceFunctions } from './priceFunctions.ts';
import type { ProviderFunctions } from './providerFunctions.ts';
import type { QueueFunctions } from './queueFunctions.ts';
import type { ReconciliationFunctions } from './reconciliationFunctions.ts';
import type { ReportFunctions } from './reportFunctions.ts';
import type { ScoringFunctions } from './scoringFunctions.ts';
import type { VendorLineFunctions } from './vendorLineFunctions.ts';
import type { VirtualKeyFunctions } from './virtualKeyFunctions.ts';
import type { CallSize, LimitScope, LimitUnit } from '../../../core/limits.ts';
import type { IncidentAction, IncidentDocument, UsageRow, Webhook } from './records.ts';

/** ISO 8601 instant. */
type Instant = string;
type EpochMs = number;

/** A message for subscribers, put into the outbox in the transaction of what it tells. */
export type OutboxEvent = { eventId: string; type: string; tenantId: string; body: string };

/** Every SQL function: argument names as in SQL without `p_`, in camelCase; the result as its header says. */
export type DatabaseFunctions = {
	record_usage: {
		args: {
			events: Partial<UsageRow>[];
			/** Names what has to be counted; `counted`: the runs that are. */
			run?: string | null;
			counted?: string[] | null;
			now?: Instant;
		};
		/** `tenantId` and the cost are null of an event whose day is being dropped. */
		result: {
			added: number;
			known: {
				source: string;
				id: string;
				tenantId: string | null;
				costMicroCents: number | null;
				reservationId: string | null;
			}[];
		};
	};
	tenant_calls: {
		args: { tenantId: string; since: Instant; until: Instant };
		result: CompactCall[];
	};
	active_tenants: {
		args: { since: Instant };
		result: {
			tenantId: string;
			firstAt: EpochMs;
			lastAt: EpochMs;
			baselineVersion: number | null;
			fittedAt: EpochMs | null;
		}[];
	};
	tenant_spend: {
		args: { tenantId: string; since: Instant; until: Instant };
		result: { microCents: number; requests: number; tokens: number };
	};
	usage_sums: {
		args: {
			tenantId: string | null;
			counters: {
				id: string;
				scope: LimitScope;
				subject: string;
				unit: LimitUnit;
				since: EpochMs;
				sliceMs: number | null;
			}[];
		};
		result: { id: string; slices: { start: EpochMs; amount: number }[] }[];
	};
	record_expired_leases: {
		args: { events: UsageRow[] };
		result: (CallSize & { reservationId: string })[];
	};
	open_incident: {
		args: {
			incident: {
				id: string;
				tenantId: string;
				rule: string;
				severity: Severity;
				openedAt: Instant;
				evidence: Record<string, unknown>;
				alertText: string;
				/** Null: it stays as it is, the incident only restrains its tenant. */
				breaker: Breaker | null;
				/** Above 1: the open incident of that id begins again. */
				openings?: number;
				actions?: PlannedAction[];
				/** Steps that were left out, for the audit. */
				skipped?: SkippedStep[];
				notifications?: PlannedNotification[];
			};
			event: OutboxEvent;
		};
		/** `existing`: of the incident that was open already. Null: none is, the one given is over. */
		result: { opened: boolean; incidentId: string | null; existing?: ExistingIncident | null };
	};
	set_breaker: {
		args: {
			tenantId: string;
			breaker: Breaker;
			/** `name`: what people call the actor. */
			audit: { actor: string; event: string; detail: Record<string, unknown>; name?: string };
			now: Instant;
		};
		result: { closedIncidentId: string | null };
	};
	load_breakers: {
		args: Record<string, never>;
		result: { tenantId: string; breaker: Breaker; changedAt: EpochMs }[];
	};
	incident_document: { args: { id: string }; result: IncidentDocument | null };
	list_incidents: {
		args: { tenantId: string | null; after: string | null; limit: number };
		result: IncidentDocument[];
	};
	report_action: {
		args: {
			incidentId: string;
			tenantId: string | null;
			action: IncidentAction;
			actor: string;
			now: Instant;
		};
		result: { found: boolean; created: boolean };
	};
	create_webhook: { args: { webhook: Webhook; actor: string; now: Instant }; result: Webhook };
	list_webhooks: {
		args: { id: string | null; tenantId: string | null };
		result: (Webhook & { createdAt: Instant })[];
	};
	delete_webhook: {
		args: { id: string; tenantId: string | null; actor: string; now: Instant };
		result: { deleted: boolean };
	};
	claim_deliveries: {
		args: { now: Instant; leaseMs: number; limit: number };
		result: {
			id: string;
			webhookId: string;
			url: string;
			/** Of its event, as the body names it. */
			type: string | null;
			body: string;
			attempts: number;
			createdAt: EpochMs;
		}[];
	};
	finish_delivery: {
		args: { id: string; now: Instant; error: string | null; nextAttemptAt: Instant | null };
		result: { finished: true };
	};
	prune: { args: { now: Instant }; result: { removed: number } };
	outbox_summary: { args: Record<string, never>; result: { waiting: number; dead: number } };
	create_service_key: {
		args: {
			key: { keyId: string; name: string; role: string; tenantId: string | null; keyHash: string };
			actor: string;
			now: Instant;
		};
		result: { created: boolean };
	};
	list_service_keys: {
		args: Record<string, never>;
		result: {
			keyId: string;
			name: string;
			role: 'ask' | 'record' | 'read' | 'operate' | 'admin';
			tenantId: string | null;
			keyHash: string;
			createdAt: Instant;
		}[];
	};
	revoke_service_key: {
		args: { id: string; actor: string; now: Instant };
		result: { outcome: 'revoked' | 'unknown' | 'lastAdmin' };
	};
} & ActivityFunctions &
	AuditFunctions &
	AlertFunctions &
	BacktestFunctions &
	BaselineFunctions &
	ContainmentFunctions &
	CommandFunctions &
	DatabaseAdminFunctions &
	EmbedderFunctions &
	EstimateFunctions &
	LimitFunctions &
	JobFunctions &
	NotificationFunctions &
	PriceFunctions &
	ProviderFunctions &
	QueueFunctions &
	ReconciliationFunctions &
	ReportFunctions &
	ScoringFunctions &
	VendorLineFunctions &
	VirtualKeyFunctions;
