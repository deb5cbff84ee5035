import { CLOSED, trip } from '../../../core/breaker.ts';
import type { Finding } from '../../../core/finding.ts';
import type { TenantView } from '../detectors/detector.ts';
import type { Breakers } from '../ports/counters.ts';
import type { Database } from '../ports/database.ts';
import type { DatabaseFunctions } from '../ports/databaseFunctions.ts';
import { alertOf, eventBody } from './eventBody.ts';

type IncidentRecord = DatabaseFunctions['open_incident']['args'];

/**
 * Makes incidents durable. The breaker is open before its incident is recorded, so a database that does not answer
 * delays the record and the alert, never the stop; what could not be recorded is kept and tried again.
 */
export class IncidentRecorder {
	readonly #deps: { breakers: Breakers; database: Database; outboxChanged: () => void };
	/** By tenant: a tenant has one open incident at most. */
	readonly #pending = new Map<string, IncidentRecord>();

	constructor(deps: { breakers: Breakers; database: Database; outboxChanged: () => void }) {
		this.#deps = deps;
	}

	async record(incidentId: string, finding: Finding, view: TenantView): Promise<void> {
		this.#pending.set(view.tenantId, incidentRecord(incidentId, finding, view));
		await this.flush(view.tenantId);
	}

	/** Records what is pending of one tenant; throws when that fails. */
	async flush(tenantId: string): Promise<void> {
		const record = this.#pending.get(tenantId);
		if (!record) return;
		const { breakers, database, outboxChanged } = this.#deps;
		const { opened, incidentId } = await database.call('open_incident', record);
		this.#pending.delete(tenantId);
		if (!opened) {
			// Another replica, or this one before a restart, opened it: theirs is the incident.
			const now = Date.parse(record.incident.openedAt);
			await breakers.setBreaker(tenantId, trip(CLOSED, incidentId, now));
		}
		outboxChanged();
	}

	/** Tenants whose incident is not durable yet. */
	get pendingTenants(): string[] {
		return [...this.#pending.keys()];
	}
}

/** Made once, when it happened: a later try must tell the spend of the breach, not of the moment of the retry. */
function incidentRecord(incidentId: string, finding: Finding, view: TenantView): IncidentRecord {
	const { rule, severity, evidence } = finding;
	const { tenantId, asOf } = view;
	const alertText = alertOf(finding, view, true);
	const openedAt = new Date(asOf).toISOString();
	const breaker = trip(CLOSED, incidentId, asOf);
	const data = { incidentId, tenantId, rule, severity, evidence, alertText };

	return {
		incident: { id: incidentId, tenantId, rule, severity, openedAt, evidence, alertText, breaker },
		event: {
			eventId: incidentId,
			type: 'breaker.opened',
			tenantId,
			body: eventBody('breaker.opened', openedAt, data),
		},
	};
}
