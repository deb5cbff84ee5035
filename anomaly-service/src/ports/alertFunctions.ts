import type { Severity } from '../../../core/alert.ts';
import type { AlertEnd, KnownAlert } from '../../../core/alerting/alertState.ts';
import type { PlannedNotification } from '../../../core/alerting/notification.ts';
import type { AlertRoute } from '../../../core/alerting/routing.ts';
import type { OutboxEvent } from './databaseFunctions.ts';

/** ISO 8601 instant. */
type Instant = string;

export type AlertRecord = {
	id?: string;
	tenantId: string;
	rule: string;
	part?: string;
	severity: Severity;
	/** Left out: `silent`. */
	ends?: AlertEnd;
	strength: number;
	openedAt: Instant;
	sequence: number;
	notifiedAt: Instant;
	evidence: Record<string, unknown>;
	alertText: string;
	muted?: boolean;
	quietMs?: number;
	/** What is live of this other rule and the same part is over. */
	endsRule?: string | null;
	/** Left out: true. */
	repeats?: boolean;
};

export type AlertDocument = {
	alertId: string;
	tenantId: string;
	rule: string;
	severity: Severity;
	state: 'firing' | 'acknowledged' | 'resolved';
	strength: number;
	sequence: number;
	openedAt: Instant;
	lastSeenAt: Instant;
	/** Null: nobody was told, its rule is muted. */
	notifiedAt: Instant | null;
	acknowledgedAt: Instant | null;
	acknowledgedBy: string | null;
	resolvedAt: Instant | null;
	grouped: boolean;
	evidence: Record<string, unknown>;
	alertText: string;
};

export type Mute = {
	rule: string;
	/** Null: of all tenants. */
	tenantId: string | null;
	until: Instant;
	mutedBy: string;
	mutedAt: Instant;
};

/** Alerts, mutes and where people are told; the files of supabase/migrations say more. */
export type AlertFunctions = {
	raise_alert: {
		args: {
			alert: AlertRecord;
			event: OutboxEvent | null;
			notifications?: readonly PlannedNotification[];
			group?: { tenants: number; withinMs: number } | null;
		};
		/** `alert`: the one that is live when this one was not raised; null: there was one, and it is over. */
		result: { raised: boolean; grouped: boolean; alert: KnownAlert | null };
	};
	touch_alerts: {
		args: { seen: readonly { id: string; at: Instant }[] };
		result: { touched: number };
	};
	load_alerts: {
		args: { since: Instant | null; ended: Instant };
		result: (KnownAlert & { afresh: boolean })[];
	};
	acknowledge_alert: {
		args: { id: string; tenantId: string | null; actor: string; name: string; now: Instant };
		result:
			| {
					outcome: 'acknowledged' | 'already' | 'resolved';
					tenantId: string;
					acknowledgedBy: string | null;
					acknowledgedAt: Instant | null;
					resolvedAt: Instant | null;
			  }
			| { outcome: 'unknown' };
	};
	sweep_alerts: {
		args: { now: Instant; quietMs: number; renotifyMs: number };
		result: { resolved: number; repeated: number };
	};
	grouped_alerts: {
		args: { now: Instant; settleMs: number };
		result: {
			rule: string;
			severity: Severity;
			tenantCount: number;
			tenants: string[];
			spendUsdPerMinute: string;
			endpoint: string;
		}[];
	};
	list_alerts: {
		args: {
			tenantId: string | null;
			limit: number;
			state?: AlertDocument['state'] | null;
			after?: string | null;
		};
		result: AlertDocument[];
	};
	put_mute: {
		args: { rule: string; tenantId: string | null; until: Instant; actor: string; now: Instant };
		result: { muted: true };
	};
	delete_mute: {
		args: { rule: string; tenantId: string | null; actor: string; now: Instant };
		result: { unmuted: boolean };
	};
	list_mutes: { args: { now: Instant }; result: Mute[] };
	put_alert_routing: {
		args: { routes: readonly AlertRoute[] | null; actor: string; now: Instant };
		result: { changed: boolean };
	};
	load_alert_routing: { args: Record<string, never>; result: { routes: AlertRoute[] | null } };
};
