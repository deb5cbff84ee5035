import { alertText, type Severity } from '../../../core/alert.ts';
import type { AlertEnd } from '../../../core/alerting/alertState.ts';
import type { Channel } from '../../../core/alerting/notification.ts';
import { MINUTE_MS } from '../../../core/durations.ts';
import type { Log } from '../ports/log.ts';
import { iso } from '../../../core/utc.ts';
import type { AlertBook } from './alertBook.ts';
import { eventBody } from './eventBody.ts';
import { SERVICE_TENANT } from './serviceTenant.ts';

export type ServiceAlert = {
	type: ServiceAlertType;
	severity: Severity;
	/** The part that is not well, in the place of the endpoint. */
	part: string;
	/** When it began, epoch ms: replicas that see the same trouble begin within the same minute tell it once. */
	since: number;
	/** True: several parts may begin to be unwell at once, and each is told. */
	perPart?: boolean;
	evidence: Record<string, unknown>;
	/** The channel that is out of order, which this is about. */
	notThrough?: Channel;
};

type ServiceAlertType = keyof typeof ENDS;

/** How each ends: a price that was unknown is news; a store that does not answer, or a workflow that keeps failing, is a state. */
const ENDS = {
	'service.degraded': 'told',
	'service.recovered': 'silent',
	'canary.allowed': 'quiet',
	'prices.held': 'silent',
	'price.unknown': 'silent',
	'spend.drift': 'silent',
	'action.failed': 'silent',
	'notification.failed': 'silent',
	'workflow.failed': 'quiet',
} as const satisfies Record<string, AlertEnd>;

/** Rules of alerts about the service itself. */
export const SERVICE_ALERT_RULES: readonly string[] = Object.keys(ENDS);

/** Tells operators what is wrong with the service itself, in the form of every other alert. */
export class ServiceAlerts {
	readonly #deps: { book: Pick<AlertBook, 'observe'>; log: Log };

	constructor(deps: { book: Pick<AlertBook, 'observe'>; log: Log }) {
		this.#deps = deps;
	}

	/** False when it was raised before. */
	async raise(alert: ServiceAlert, now: number): Promise<boolean> {
		const { type, severity, part, since, perPart = false, notThrough } = alert;
		const openedAt = Math.floor(since / MINUTE_MS) * MINUTE_MS;
		const tenantId = SERVICE_TENANT;
		const text = alertText({
			...{ severity, tenantId, at: now, spendPerMinute: 0, faultyEndpoint: part },
			breakerFired: false,
		});
		const raised = await this.#deps.book.observe({
			...{ tenantId, rule: type, part: perPart ? part : '', severity, ends: ENDS[type] },
			...{ strength: 1, at: now, openedAt, alertText: text },
			...(notThrough === undefined ? {} : { notThrough }),
			// Who was told of the trouble is told of its end; nobody has to be told both.
			...(type === 'service.recovered' ? { endsRule: 'service.degraded', tellsPeople: false } : {}),
			evidence: async () => alert.evidence,
			event: ({ id: alertId }, evidence, muted) => ({
				...{ eventId: JSON.stringify([type, part, severity, iso(openedAt)]), type, tenantId },
				body: eventBody(type, iso(now), {
					...{ alertId, tenantId, rule: type, severity, evidence, muted, alertText: text },
				}),
			}),
		});
		if (raised)
			this.#deps.log.warn({ type, part, evidence: alert.evidence }, 'service alert raised');
		return raised;
	}
}
