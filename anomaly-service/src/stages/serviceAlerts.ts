import { hash } from 'node:crypto';
import { MINUTE_MS } from '../../../core/durations.ts';
import { alertText, type Severity } from '../../../core/alert.ts';
import type { Database } from '../ports/database.ts';
import type { Log } from '../ports/log.ts';
import { eventBody } from './eventBody.ts';
import { SERVICE_TENANT } from './serviceTenant.ts';

export type ServiceAlertsDependencies = {
	database: Database;
	log: Log;
	outboxChanged: () => void;
};

export type ServiceAlert = {
	type:
		| 'service.degraded'
		| 'service.recovered'
		| 'canary.allowed'
		| 'prices.held'
		| 'price.unknown'
		| 'spend.drift';
	severity: Severity;
	/** The part that is not well, in the place of the endpoint. */
	part: string;
	/** When it began, epoch ms: replicas that see the same trouble begin within the same minute tell it once. */
	since: number;
	/** True: several parts may begin to be unwell at once, and each is told. */
	perPart?: boolean;
	evidence: Record<string, unknown>;
};

/** Tells operators what is wrong with the service itself, in the form of every other alert. */
export class ServiceAlerts {
	readonly #deps: ServiceAlertsDependencies;

	constructor(deps: ServiceAlertsDependencies) {
		this.#deps = deps;
	}

	/** False when it was raised before. */
	async raise(alert: ServiceAlert, now: number): Promise<boolean> {
		const { type, severity, part, since, perPart = false, evidence } = alert;
		const { database, log, outboxChanged } = this.#deps;
		const openedAt = new Date(Math.floor(since / MINUTE_MS) * MINUTE_MS).toISOString();
		const notifiedAt = new Date(now).toISOString();
		const text = alertText({
			...{ severity, tenantId: SERVICE_TENANT, at: now },
			spendPerMinute: 0,
			faultyEndpoint: part,
			breakerFired: false,
		});
		const { raised } = await database.call('raise_alert', {
			alert: {
				...{ tenantId: SERVICE_TENANT, rule: type, openedAt, severity },
				sequence: perPart ? sequenceOf(part) : 1,
				...{ strength: 1, notifiedAt, evidence, alertText: text },
			},
			event: {
				eventId: JSON.stringify([type, part, openedAt]),
				type,
				tenantId: SERVICE_TENANT,
				body: eventBody(type, notifiedAt, {
					...{ tenantId: SERVICE_TENANT, rule: type, severity, evidence, alertText: text },
				}),
			},
		});
		if (!raised) return false;
		log.warn({ type, part, evidence }, 'service alert raised');
		outboxChanged();
		return true;
	}
}

/**
 * Alerts of one type that begin at once differ in their number: 1 to 2³¹ − 1, the same for a part on every replica and
 * after a restart. Two of 20 parts have the same by chance once in ten million times.
 */
function sequenceOf(part: string): number {
	return Number.parseInt(hash('sha256', part, 'hex').slice(0, 8), 16) >>> 1 || 1;
}
