import { DAY_MS } from '../../../core/durations.ts';
import { observeFinding, type AlertEpisode } from '../../../core/alertEpisode.ts';
import type { Finding } from '../../../core/finding.ts';
import type { TenantView } from '../detectors/detector.ts';
import type { Broadcast } from '../ports/broadcast.ts';
import type { Database } from '../ports/database.ts';
import type { Log } from '../ports/log.ts';
import type { Metrics } from '../ports/metrics.ts';
import { alikeIncidents, type AlikeIncident } from './alikeIncidents.ts';
import { alertOf, eventBody } from './eventBody.ts';

export type AlertDeskDependencies = {
	database: Database;
	log: Log;
	metrics: Metrics;
	outboxChanged: () => void;
	broadcast: Broadcast;
};

/** The rule whose findings are about a snapshot. */
const BEHAVIOUR_RULE = 'vectorDistance';

/** Tells people of findings that do not open a breaker: once for each episode and each time it got much worse. */
export class AlertDesk {
	readonly #deps: AlertDeskDependencies;
	/** By tenant, then by rule. */
	readonly #episodes = new Map<string, Map<string, AlertEpisode>>();

	constructor(deps: AlertDeskDependencies) {
		this.#deps = deps;
		deps.broadcast.listen(({ message }) => {
			if (message.kind === 'alerted')
				this.#remember(message.tenantId, message.rule, message.episode);
		});
	}

	async raise(finding: Finding, view: TenantView): Promise<void> {
		const { tenantId, asOf } = view;
		const { rule, strength } = finding;
		const known = this.#episodes.get(tenantId)?.get(rule);
		const { episode, notify } = observeFinding(known, { strength, at: asOf });
		// First the record, then the memory: an alert that could not be stored is raised by the next finding.
		if (notify) await this.#notify(finding, view, episode);
		this.#remember(tenantId, rule, episode);
	}

	/** A tenant that was let go starts afresh: its next anomaly is news. */
	forget(tenantId: string): void {
		this.#episodes.delete(tenantId);
	}

	/** Reads back what people were told in the last day, as if it had been seen until now. */
	async restore(now: number): Promise<void> {
		const since = new Date(now - DAY_MS).toISOString();
		for (const { tenantId, rule, ...episode } of await this.#deps.database.call('load_episodes', {
			since,
		})) {
			this.#remember(tenantId, rule, { ...episode, lastSeenAt: now });
		}
	}

	#remember(tenantId: string, rule: string, episode: AlertEpisode): void {
		const ofTenant = this.#episodes.get(tenantId) ?? new Map<string, AlertEpisode>();
		ofTenant.set(rule, episode);
		this.#episodes.set(tenantId, ofTenant);
	}

	/** Known trouble is recognised sooner. Subscribers may be tenants, so those of others are not named. */
	async #looksLike({ rule }: Finding, { tenantId, asOf }: TenantView): Promise<AlikeIncident[]> {
		const { database, log } = this.#deps;
		if (rule !== BEHAVIOUR_RULE) return [];
		try {
			return await alikeIncidents(database, { of: { tenantId, at: asOf }, visibleTo: tenantId });
		} catch (error) {
			log.warn({ err: error, tenantId }, 'similar incidents could not be looked for');
			return [];
		}
	}

	async #notify(finding: Finding, view: TenantView, episode: AlertEpisode): Promise<void> {
		const { broadcast, database, metrics, log, outboxChanged } = this.#deps;
		const { tenantId, asOf } = view;
		const { rule, severity, strength } = finding;
		const looksLike = await this.#looksLike(finding, view);
		const evidence = looksLike.length > 0 ? { ...finding.evidence, looksLike } : finding.evidence;
		const alertText = alertOf(finding, view, false);
		const openedAt = new Date(episode.openedAt).toISOString();
		const notifiedAt = new Date(asOf).toISOString();
		const { sequence } = episode;
		await database.call('raise_alert', {
			alert: {
				...{ tenantId, rule, openedAt, sequence, severity },
				...{ strength, notifiedAt, evidence, alertText },
			},
			event: {
				eventId: JSON.stringify([rule, tenantId, openedAt, sequence]),
				type: 'spend.anomaly.detected',
				tenantId,
				body: eventBody('spend.anomaly.detected', notifiedAt, {
					...{ tenantId, rule, severity, openedAt, evidence, alertText },
				}),
			},
		});
		await broadcast.publish({ kind: 'alerted', tenantId, rule, episode });
		metrics.alertsRaised.inc({ rule });
		log.info({ tenantId, rule, strength: Math.round(strength * 100) / 100 }, 'alert raised');
		outboxChanged();
	}
}
