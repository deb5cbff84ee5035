import { randomBytes } from 'node:crypto';
import type { Severity } from '../../../core/alert.ts';
import {
	COOLDOWN_MS,
	observe,
	withoutFindings,
	type AlertEnd,
	type AlertState,
	type KnownAlert,
} from '../../../core/alerting/alertState.ts';
import type { Channel } from '../../../core/alerting/notification.ts';
import { MINUTE_MS } from '../../../core/durations.ts';
import { iso } from '../../../core/utc.ts';
import type { Broadcast } from '../ports/broadcast.ts';
import type { Database } from '../ports/database.ts';
import type { OutboxEvent } from '../ports/databaseFunctions.ts';
import type { Log } from '../ports/log.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Mutes } from './mutes.ts';
import type { NotificationPlanner } from './notificationPlanner.ts';

export type AlertBookDependencies = {
	broadcast: Broadcast;
	database: Database;
	log: Log;
	metrics: Pick<Metrics, 'alertsMuted' | 'alertsRaised'>;
	mutes: Pick<Mutes, 'isMuted'>;
	planner: NotificationPlanner;
	outboxChanged: () => void;
};

/** Something that was found, of one (tenant, rule, part, severity). */
export type Sighting = {
	tenantId: string;
	rule: string;
	/** What of the service it is about, else ''. */
	part: string;
	severity: Severity;
	ends: AlertEnd;
	strength: number;
	/** Epoch ms. */
	at: number;
	/** When it began, if that is known better. */
	openedAt?: number;
	alertText: string;
	/** Asked for only when people are told. */
	evidence: () => Promise<Record<string, unknown>>;
	/** What subscribers are told beside; `isMuted`: people are not. Undefined: nothing. */
	event?: (alert: AlertState, evidence: Record<string, unknown>, isMuted: boolean) => OutboxEvent;
	/** True: when many tenants are told of by this rule at once, there is one message about the rest. */
	groups?: boolean;
	endsRule?: string;
	notThrough?: Channel;
	/** False: it lasts for days by its nature and is told once. */
	repeats?: boolean;
	/** False: only subscribers are told. */
	tellsPeople?: boolean;
};

const RANK: Record<Severity, number> = { warning: 1, high: 2, critical: 3 };

/** What was seen is noted this often: a replica that takes over knows it as exactly. */
const NOTED_EVERY_MS = MINUTE_MS;
/** Read again with this much overlap: clocks of replicas differ. */
const OVERLAP_MS = MINUTE_MS;
/** Of one rule, more tenants than these within a minute are one message: an outage of a provider is not 200. */
const GROUP = { tenants: 5, withinMs: MINUTE_MS };

/** Alerts of tenants and of the service, in memory as every replica knows them. The database says who tells people. */
export class AlertBook {
	readonly #deps: AlertBookDependencies;
	/** By tenant, then by rule, part and severity. */
	readonly #alerts = new Map<string, Map<string, KnownAlert>>();
	/** By alert: up to when the database knows that it was seen. */
	readonly #notedAt = new Map<string, number>();
	#loadedAt: number | null = null;

	constructor(deps: AlertBookDependencies) {
		this.#deps = deps;
		deps.broadcast.listen(({ message }) => {
			if (message.kind === 'alerted') this.#remember(message.alert);
		});
	}

	/** Notes what was found and tells people when it is news. True: they were told, or would have been but for a mute. */
	async observe(sighting: Sighting): Promise<boolean> {
		const { tenantId, rule, strength, at, ends } = sighting;
		if (ends !== 'silent' && this.#isWorseKnown(sighting)) return false;

		// News is told apart by when it began, in the database alone.
		const known = ends === 'silent' ? undefined : this.#known(sighting);
		const muted = this.#deps.mutes.isMuted(rule, tenantId, at);
		const fresh = { id: `alr_${randomBytes(10).toString('hex')}`, ends };
		const { alert, opened, tell } = observe(known, { strength, at, muted, fresh });
		// First the record, then the memory: an alert that could not be stored is raised by the next finding.
		if (opened || tell) return this.#raise(sighting, alert, muted);

		const wasOver = known !== undefined && withoutFindings(known, at).state === 'resolved';
		this.#remember({ ...alert, ...about(sighting) });
		await this.#note(alert, wasOver);
		return false;
	}

	/** A tenant that was let go starts afresh: its next anomaly is news. */
	forget(tenantId: string): void {
		for (const { id } of this.#alerts.get(tenantId)?.values() ?? []) this.#notedAt.delete(id);
		this.#alerts.delete(tenantId);
	}

	/** Reads what changed since the last time; at first all that is live or has just ended. */
	async load(now: number): Promise<void> {
		const since = this.#loadedAt === null ? null : iso(this.#loadedAt - OVERLAP_MS);
		const loaded = await this.#deps.database.call('load_alerts', {
			since,
			ended: iso(now - COOLDOWN_MS),
		});
		if (since === null) this.#alerts.clear();
		this.#loadedAt = now;
		for (const { afresh, ...alert } of loaded) {
			if (afresh) this.#drop(alert);
			else this.#remember(alert);
		}
		for (const ofTenant of this.#alerts.values()) {
			for (const alert of ofTenant.values()) {
				if (alert.state === 'resolved' && now - alert.resolvedAt > COOLDOWN_MS) this.#drop(alert);
			}
		}
	}

	/** People know worse of this rule: what is milder is no news. What is worse keeps the milder ones alive. */
	#isWorseKnown({ tenantId, rule, part, severity, at }: Sighting): boolean {
		const live = [...(this.#alerts.get(tenantId)?.values() ?? [])].filter(
			(alert) =>
				alert.rule === rule &&
				alert.part === part &&
				withoutFindings(alert, at).state !== 'resolved',
		);
		for (const alert of live) {
			const isMilder = RANK[alert.severity] < RANK[severity];
			if (isMilder) this.#remember({ ...alert, lastSeenAt: Math.max(at, alert.lastSeenAt) });
		}
		return live.some((alert) => RANK[alert.severity] > RANK[severity]);
	}

	#known({ tenantId, ...of }: Sighting): KnownAlert | undefined {
		return this.#alerts.get(tenantId)?.get(keyOf(of));
	}

	#remember(alert: KnownAlert): void {
		const ofTenant = this.#alerts.get(alert.tenantId) ?? new Map<string, KnownAlert>();
		const before = ofTenant.get(keyOf(alert));
		// An older message, or an older read: what is known here is newer.
		if (before?.id === alert.id && before.sequence > alert.sequence) return;
		if (before && before.openedAt > alert.openedAt && alert.state === 'resolved') return;
		const seenBefore = before?.id === alert.id ? before.lastSeenAt : 0;
		const lastSeenAt = Math.max(alert.lastSeenAt, seenBefore);
		ofTenant.set(keyOf(alert), { ...alert, lastSeenAt });
		this.#alerts.set(alert.tenantId, ofTenant);
	}

	#drop(alert: KnownAlert): void {
		const ofTenant = this.#alerts.get(alert.tenantId);
		if (ofTenant?.get(keyOf(alert))?.id !== alert.id) return;
		ofTenant.delete(keyOf(alert));
		if (ofTenant.size === 0) this.#alerts.delete(alert.tenantId);
		this.#notedAt.delete(alert.id);
	}

	async #note({ id, lastSeenAt }: AlertState, wasOver: boolean): Promise<void> {
		const { database, log } = this.#deps;
		if (!wasOver && lastSeenAt - (this.#notedAt.get(id) ?? 0) < NOTED_EVERY_MS) return;
		try {
			await database.call('touch_alerts', { seen: [{ id, at: iso(lastSeenAt) }] });
			this.#notedAt.set(id, lastSeenAt);
		} catch (error) {
			log.warn({ err: error, alertId: id }, 'could not note that an alert was seen');
		}
	}

	async #raise(sighting: Sighting, alert: AlertState, muted: boolean): Promise<boolean> {
		const { database } = this.#deps;
		const evidence = await sighting.evidence();
		const tells = !muted && sighting.tellsPeople !== false;
		const result = await database.call('raise_alert', {
			alert: recordOf(sighting, alert, { evidence, muted }),
			event: sighting.event?.(alert, evidence, muted) ?? null,
			notifications: tells ? this.#plan(sighting, alert) : [],
			group: sighting.groups === true ? GROUP : null,
		});
		const { raised, alert: stored } = result;
		if (stored && stored.ends !== 'silent') {
			this.#remember(stored);
			this.#notedAt.set(stored.id, sighting.at);
			if (raised) await this.#deps.broadcast.publish({ kind: 'alerted', alert: stored });
		}
		if (raised) this.#count(sighting, { alertId: alert.id, muted, grouped: result.grouped });
		return raised;
	}

	#count(
		{ tenantId, rule, severity, strength }: Sighting,
		more: { alertId: string; muted: boolean; grouped: boolean },
	): void {
		const { metrics, log, outboxChanged } = this.#deps;
		if (more.muted) metrics.alertsMuted.inc({ rule });
		else metrics.alertsRaised.inc({ rule });
		const rounded = Math.round(strength * 100) / 100;
		log.info({ tenantId, rule, severity, strength: rounded, ...more }, 'alert raised');
		outboxChanged();
	}

	#plan(sighting: Sighting, { id, sequence }: AlertState) {
		const { tenantId, rule, severity, alertText, at, notThrough } = sighting;

		return this.#deps.planner.plan(
			{
				...{ subjectId: id, tenantId, rule, severity, kind: 'firing', sequence, alertText },
				...{ note: null, buttons: [], ...(notThrough === undefined ? {} : { notThrough }) },
			},
			at,
		);
	}
}

function about({ tenantId, rule, part, severity }: Sighting) {
	return { tenantId, rule, part, severity };
}

function keyOf({ rule, part, severity }: Pick<KnownAlert, 'rule' | 'part' | 'severity'>): string {
	return JSON.stringify([rule, part, severity]);
}

function recordOf(
	sighting: Sighting,
	{ id, sequence, openedAt }: AlertState,
	{ evidence, muted }: { evidence: Record<string, unknown>; muted: boolean },
) {
	const { ends, strength, at, alertText, endsRule = null, repeats = true } = sighting;

	return {
		...{
			...about(sighting),
			id,
			sequence,
			ends,
			strength,
			evidence,
			alertText,
			muted,
			endsRule,
			repeats,
		},
		openedAt: iso(sequence === 1 ? (sighting.openedAt ?? openedAt) : openedAt),
		...{ notifiedAt: iso(at), quietMs: COOLDOWN_MS },
	};
}
