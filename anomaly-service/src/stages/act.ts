import { randomUUID } from 'node:crypto';
import { alertText } from '../../../core/alert.ts';
import { observeFinding, type AlertEpisode } from '../../../core/alertEpisode.ts';
import { admits, CLOSED, isolate, trip, type Breaker } from '../../../core/breaker.ts';
import type { Finding } from '../../../core/finding.ts';
import type { TenantView } from '../detectors/detector.ts';
import type { Counters } from '../ports/counters.ts';
import type { Database } from '../ports/database.ts';
import type { Log } from '../ports/log.ts';
import type { Metrics } from '../ports/metrics.ts';
import { eventBody } from './eventBody.ts';

export type ActDependencies = {
	counters: Counters;
	database: Database;
	log: Log;
	metrics: Metrics;
	/** Called when the outbox has something new. */
	outboxChanged: () => void;
};

/** Turns findings into breakers, incidents and alerts: once each. */
export class Actor {
	readonly #deps: ActDependencies;
	readonly #episodes = new Map<string, AlertEpisode>();
	/** Incidents whose record is not durable yet: the breaker is open all the same, the record is tried again. */
	readonly #unrecorded = new Map<string, () => Promise<void>>();

	constructor(deps: ActDependencies) {
		this.#deps = deps;
	}

	async act(finding: Finding, view: TenantView): Promise<void> {
		const { counters, metrics } = this.#deps;
		metrics.findings.inc({ rule: finding.rule, verdict: finding.verdict });
		const breaker = await counters.breaker(view.tenantId);
		// An open breaker is the answer already; telling people again would only be noise.
		if (!admits(breaker, view.asOf)) return;

		if (finding.verdict === 'trip') await this.#open(finding, view);
		else await this.#raise(finding, view);
	}

	/** Isolates a tenant by hand; `durationMs` null holds it until somebody lets go. */
	async block(
		tenantId: string,
		by: { actor: string; reason: string; durationMs: number | null; now: number },
	): Promise<Breaker> {
		const breaker = isolate(by.now, by);
		await this.#deps.counters.setBreaker(tenantId, breaker);
		await this.#deps.database.call('set_breaker', {
			tenantId,
			breaker,
			audit: {
				actor: by.actor,
				event: 'breaker.isolated',
				detail: { reason: by.reason, durationMs: by.durationMs },
			},
			event: null,
			now: new Date(by.now).toISOString(),
		});
		return breaker;
	}

	/** Closes a tenant's breaker and ends its incident. Durable first: a tenant let go must not be blocked by a restart. */
	async unblock(tenantId: string, by: { actor: string; now: number }): Promise<Breaker> {
		const { counters, database, outboxChanged } = this.#deps;
		await this.recordPending();
		const before = await counters.breaker(tenantId);
		const now = new Date(by.now).toISOString();
		const incidentId = before.state === 'open' ? before.incidentId : null;
		await database.call('set_breaker', {
			tenantId,
			breaker: CLOSED,
			audit: { actor: by.actor, event: 'breaker.closed', detail: { before: before.state } },
			event:
				incidentId === null
					? null
					: {
							eventId: `closed:${incidentId}`,
							type: 'breaker.closed',
							tenantId,
							body: eventBody('breaker.closed', now, { incidentId, tenantId, actor: by.actor }),
						},
			now,
		});
		await counters.setBreaker(tenantId, CLOSED);
		this.#forgetEpisodes(tenantId);
		outboxChanged();
		return CLOSED;
	}

	/** Reads back what a restart must not forget: open breakers, and alerts people were told of. */
	async restore(now: number): Promise<void> {
		const { counters, database } = this.#deps;
		for (const { tenantId, breaker } of await database.call('load_breakers', {})) {
			await counters.setBreaker(tenantId, breaker);
		}
		const since = new Date(now - 24 * 3_600_000).toISOString();
		for (const { tenantId, rule, ...episode } of await database.call('load_episodes', { since })) {
			this.#episodes.set(`${rule}|${tenantId}`, episode);
		}
	}

	/** Tries again to make incidents durable whose record failed. Called on every tick. */
	async recordPending(): Promise<void> {
		for (const [incidentId, record] of this.#unrecorded) {
			await record();
			this.#unrecorded.delete(incidentId);
		}
	}

	async #open(finding: Finding, view: TenantView): Promise<void> {
		const { counters, metrics, log } = this.#deps;
		const { tenantId, asOf } = view;
		const incidentId = `inc_${randomUUID().replaceAll('-', '')}`;
		// The counter store first: from here on every call of this tenant is refused.
		if (!(await counters.tripBreaker({ tenantId, incidentId, now: asOf }))) return;
		metrics.breakersOpened.inc({ rule: finding.rule });
		log.warn({ tenantId, incidentId, rule: finding.rule }, 'breaker opened');

		const record = () => this.#recordIncident(incidentId, finding, view);
		this.#unrecorded.set(incidentId, record);
		await record();
		this.#unrecorded.delete(incidentId);
	}

	async #recordIncident(incidentId: string, finding: Finding, view: TenantView): Promise<void> {
		const { database, counters, outboxChanged } = this.#deps;
		const { tenantId, asOf } = view;
		const breaker = trip(CLOSED, incidentId, asOf);
		const alert = this.#alertOf(finding, view, true);
		const openedAt = new Date(asOf).toISOString();
		const { rule, severity, evidence } = finding;
		const { opened, incidentId: openId } = await database.call('open_incident', {
			incident: {
				id: incidentId,
				tenantId,
				rule,
				severity,
				openedAt,
				evidence,
				alertText: alert,
				breaker,
			},
			event: {
				eventId: incidentId,
				type: 'breaker.opened',
				tenantId,
				body: eventBody('breaker.opened', openedAt, {
					incidentId,
					tenantId,
					rule,
					severity,
					evidence,
					alertText: alert,
				}),
			},
		});
		if (!opened) {
			// Another replica, or this one before a restart, opened it: theirs is the incident.
			await counters.setBreaker(tenantId, trip(CLOSED, openId, asOf));
		}
		outboxChanged();
	}

	async #raise(finding: Finding, view: TenantView): Promise<void> {
		const { database, metrics, log, outboxChanged } = this.#deps;
		const { tenantId, asOf } = view;
		const key = `${finding.rule}|${tenantId}`;
		const { strength, rule, severity, evidence } = finding;
		const { episode, notify } = observeFinding(this.#episodes.get(key), { strength, at: asOf });
		if (!notify) {
			this.#episodes.set(key, episode);
			return;
		}
		const alert = this.#alertOf(finding, view, false);
		const openedAt = new Date(episode.openedAt).toISOString();
		const notifiedAt = new Date(asOf).toISOString();
		await database.call('raise_alert', {
			alert: {
				tenantId,
				rule,
				openedAt,
				sequence: episode.sequence,
				severity,
				strength,
				notifiedAt,
				evidence,
				alertText: alert,
			},
			event: {
				eventId: `${key}|${openedAt}|${episode.sequence}`,
				type: 'spend.anomaly.detected',
				tenantId,
				body: eventBody('spend.anomaly.detected', notifiedAt, {
					tenantId,
					rule,
					severity,
					evidence,
					alertText: alert,
				}),
			},
		});
		// Only now: an alert that could not be stored is tried again with the next finding.
		this.#episodes.set(key, episode);
		metrics.alertsRaised.inc({ rule });
		log.info({ tenantId, rule, strength: Math.round(strength * 100) / 100 }, 'alert raised');
		outboxChanged();
	}

	#alertOf(
		finding: Finding,
		{ tenantId, activity, asOf }: TenantView,
		breakerFired: boolean,
	): string {
		const { microCents, endpoint } = activity.lastMinute(asOf);

		return alertText({
			severity: finding.severity,
			tenantId,
			spendPerMinute: microCents,
			faultyEndpoint: endpoint,
			breakerFired,
			at: asOf,
		});
	}

	#forgetEpisodes(tenantId: string): void {
		for (const key of this.#episodes.keys()) {
			if (key.endsWith(`|${tenantId}`)) this.#episodes.delete(key);
		}
	}
}
