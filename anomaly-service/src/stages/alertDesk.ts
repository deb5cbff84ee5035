import { iso } from '../../../core/utc.ts';
import type { Finding } from '../../../core/finding.ts';
import type { TenantView } from '../detectors/detector.ts';
import type { Database } from '../ports/database.ts';
import type { Log } from '../ports/log.ts';
import type { AlertBook } from './alertBook.ts';
import { alikeIncidents, type AlikeIncident } from './alikeIncidents.ts';
import { alertOf, eventBody } from './eventBody.ts';

export type AlertDeskDependencies = { book: AlertBook; database: Database; log: Log };

/** The rule whose findings are about a snapshot. */
const BEHAVIOUR_RULE = 'vectorDistance';
/** Half of a month's budget is gone until the month is over. */
const BUDGET_RULE = 'budgetThreshold';

/** Tells people of findings that do not open a breaker, as core/alerting/alertState.ts has it. */
export class AlertDesk {
	readonly #deps: AlertDeskDependencies;

	constructor(deps: AlertDeskDependencies) {
		this.#deps = deps;
	}

	async raise(finding: Finding, view: TenantView): Promise<void> {
		const { tenantId, asOf } = view;
		const { rule, severity, strength } = finding;
		const alertText = alertOf(finding, view, false);
		await this.#deps.book.observe({
			...{ tenantId, rule, severity, strength, alertText },
			...{ part: '', ends: 'quiet', groups: true, at: asOf, repeats: rule !== BUDGET_RULE },
			evidence: async () => {
				const looksLike = await this.#looksLike(finding, view);
				return looksLike.length > 0 ? { ...finding.evidence, looksLike } : finding.evidence;
			},
			event: ({ id: alertId, openedAt: opened, sequence }, evidence, muted) => {
				const type = 'spend.anomaly.detected';
				const openedAt = iso(opened);
				const data = { alertId, tenantId, rule, severity, openedAt, evidence, muted, alertText };
				return {
					...{ eventId: JSON.stringify([alertId, sequence]), type, tenantId },
					body: eventBody(type, iso(asOf), data),
				};
			},
		});
	}

	/** A tenant that was let go starts afresh: its next anomaly is news. */
	forget(tenantId: string): void {
		this.#deps.book.forget(tenantId);
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
}
