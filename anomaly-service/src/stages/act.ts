import { randomUUID } from 'node:crypto';
import { admits, CLOSED, isolate, type Breaker } from '../../../core/breaker.ts';
import type { Finding } from '../../../core/finding.ts';
import type { TenantView } from '../detectors/detector.ts';
import type { Breakers } from '../ports/counters.ts';
import type { Database } from '../ports/database.ts';
import type { Log } from '../ports/log.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { AlertDesk } from './alertDesk.ts';
import type { IncidentRecorder } from './incidentRecorder.ts';
import { KeyedQueue } from './keyedQueue.ts';

export type ActDependencies = {
	alerts: AlertDesk;
	breakers: Breakers;
	database: Database;
	incidents: IncidentRecorder;
	log: Log;
	metrics: Metrics;
	/** Called when the outbox has something new. */
	outboxChanged: () => void;
};

/** Opens and closes breakers. What concerns one tenant happens one after another, whoever asks for it. */
export class Actor {
	readonly #deps: ActDependencies;
	readonly #queue = new KeyedQueue();

	constructor(deps: ActDependencies) {
		this.#deps = deps;
	}

	/** Trips the breaker or tells people, as the finding asks. While the breaker is not closed it does neither. */
	act(finding: Finding, view: TenantView): Promise<void> {
		return this.#queue.run(view.tenantId, async () => {
			const { alerts, breakers, metrics } = this.#deps;
			metrics.findings.inc({ rule: finding.rule, verdict: finding.verdict });
			// An open breaker is the answer already; telling people again would only be noise.
			if (!admits(await breakers.breaker(view.tenantId), view.asOf)) return;

			if (finding.verdict === 'trip') await this.#open(finding, view);
			else await alerts.raise(finding, view);
		});
	}

	/** Isolates a tenant by hand; `durationMs` null holds it until somebody lets go. Durable before it is answered. */
	block(
		tenantId: string,
		by: { actor: string; reason: string; durationMs: number | null; now: number },
	): Promise<Breaker> {
		return this.#queue.run(tenantId, async () => {
			const { breakers, database, incidents } = this.#deps;
			await incidents.flush(tenantId);
			const breaker = isolate(await breakers.breaker(tenantId), by.now, by);
			const { actor, reason, durationMs } = by;
			await database.call('set_breaker', {
				tenantId,
				breaker,
				audit: { actor, event: 'breaker.isolated', detail: { reason, durationMs } },
				now: new Date(by.now).toISOString(),
			});
			await breakers.setBreaker(tenantId, breaker);
			return breaker;
		});
	}

	/** Closes a tenant's breaker and ends its incident. Durable first: a restart must not block whom we let go. */
	unblock(tenantId: string, by: { actor: string; now: number }): Promise<Breaker> {
		return this.#queue.run(tenantId, async () => {
			const { alerts, breakers, database, incidents, outboxChanged } = this.#deps;
			await incidents.flush(tenantId);
			const before = await breakers.breaker(tenantId);
			await database.call('set_breaker', {
				tenantId,
				breaker: CLOSED,
				audit: { actor: by.actor, event: 'breaker.closed', detail: { before: before.state } },
				now: new Date(by.now).toISOString(),
			});
			await breakers.setBreaker(tenantId, CLOSED);
			alerts.forget(tenantId);
			outboxChanged();
			return CLOSED;
		});
	}

	/** Tries to record what could not be recorded yet; one tenant that fails holds up no other. */
	async recordPending(): Promise<void> {
		const { incidents, log } = this.#deps;
		for (const tenantId of incidents.pendingTenants) {
			try {
				await this.#queue.run(tenantId, () => incidents.flush(tenantId));
			} catch (error) {
				log.error({ err: error, tenantId }, 'incident not recorded yet; trying again');
			}
		}
	}

	async #open(finding: Finding, view: TenantView): Promise<void> {
		const { breakers, incidents, metrics, log } = this.#deps;
		const { tenantId, asOf } = view;
		const incidentId = `inc_${randomUUID().replaceAll('-', '')}`;
		// The counter store first: from here on every call of this tenant is refused.
		if (!(await breakers.tripBreaker({ tenantId, incidentId, now: asOf }))) return;
		metrics.breakersOpened.inc({ rule: finding.rule });
		log.warn({ tenantId, incidentId, rule: finding.rule }, 'breaker opened');
		await incidents.record(incidentId, finding, view);
	}
}
