import { randomUUID } from 'node:crypto';
import type { Severity } from '../../../core/alert.ts';
import type { AlertNews, PlannedNotification } from '../../../core/alerting/notification.ts';
import { CLOSED, trip } from '../../../core/breaker.ts';
import type { PlannedAction } from '../../../core/containment/action.ts';
import type { ContainmentPlan } from '../../../core/containment/planActions.ts';
import type { Finding } from '../../../core/finding.ts';
import { iso } from '../../../core/utc.ts';
import type { TenantView } from '../detectors/detector.ts';
import type { ActionRow, ExistingIncident } from '../ports/containmentFunctions.ts';
import type { Breakers } from '../ports/counters.ts';
import type { Database } from '../ports/database.ts';
import type { DatabaseFunctions } from '../ports/databaseFunctions.ts';
import { alertOf, eventBody } from './eventBody.ts';

type IncidentRecord = DatabaseFunctions['open_incident']['args'];

export type IncidentRecorderDependencies = {
	breakers: Pick<Breakers, 'breaker' | 'setBreaker'>;
	database: Database;
	/** What is done about an incident of that severity. */
	plan: (incident: { incidentId: string; tenantId: string; severity: Severity }) => ContainmentPlan;
	/** Who is told. */
	notify: (news: AlertNews, now: number) => PlannedNotification[];
	/** Called when an incident was recorded: its messages and steps are due. */
	recorded: () => void;
};

/** What happened, as it was told at that moment: a later try must not tell the spend of the moment of the retry. */
type Breach = Pick<Finding, 'rule' | 'severity' | 'evidence'> & {
	/** Of the incident that it opens, or that begins again. */
	incidentId: string;
	tenantId: string;
	at: number;
	alertText: string;
	opensBreaker: boolean;
	/** The tenant was on trial for this incident. */
	isAgain: boolean;
};

/** How a breach is written down: as a new incident, or as one more opening of the one that is open. */
type As = { incidentId: string; openings: number; sequence: number; known: readonly ActionRow[] };

const RANK: Record<Severity, number> = { warning: 1, high: 2, critical: 3 };
const STEPS_MAX = 1000;

/**
 * Makes incidents durable. The breaker is open before its incident is recorded, so a database that does not answer
 * delays the record and the alert, never the stop; what could not be recorded is kept and tried again.
 */
export class IncidentRecorder {
	readonly #deps: IncidentRecorderDependencies;
	/** By tenant: a tenant has one open incident at most. */
	readonly #pending = new Map<string, Breach>();
	/** Tenants whose open incident only restrains them, and how grave it is: what is no graver is no news. */
	readonly #restrained = new Map<string, Severity>();
	/** By tenant: the incident this process knows to be written down. */
	readonly #told = new Map<string, string>();

	constructor(deps: IncidentRecorderDependencies) {
		this.#deps = deps;
	}

	async record(
		finding: Finding,
		view: TenantView,
		as: Pick<Breach, 'incidentId' | 'opensBreaker' | 'isAgain'>,
	): Promise<void> {
		const { rule, severity, evidence } = finding;
		const { tenantId, asOf } = view;
		const alertText = alertOf(finding, view, as.opensBreaker);
		this.#pending.set(tenantId, {
			...{ rule, severity, evidence, tenantId, at: asOf, alertText, ...as },
		});
		await this.flush(tenantId);
	}

	/** Whether a tenant is restrained already because of something as grave. */
	isRestrained(tenantId: string, severity: Severity): boolean {
		const known = this.#restrained.get(tenantId);

		return known !== undefined && RANK[known] >= RANK[severity];
	}

	/** Whether this incident was written down, or is about to be, as far as this process knows. */
	isTold(tenantId: string, incidentId: string): boolean {
		return this.#pending.has(tenantId) || this.#told.get(tenantId) === incidentId;
	}

	/** A tenant that was let go starts afresh. */
	forget(tenantId: string): void {
		this.#restrained.delete(tenantId);
		this.#told.delete(tenantId);
	}

	/** Records what is pending of one tenant; throws when that fails. */
	async flush(tenantId: string): Promise<void> {
		const breach = this.#pending.get(tenantId);
		if (!breach) return;
		const first = { incidentId: breach.incidentId, openings: 1, sequence: 1, known: [] };
		const record = this.#recordOf(breach, first);
		const { opened, incidentId, existing } = await this.#deps.database.call(
			'open_incident',
			record,
		);
		if (incidentId === null) {
			if (await this.#isStray(breach)) return this.#recordAnew(breach);
		} else if (!opened && existing && (breach.isAgain || incidentId !== breach.incidentId)) {
			await this.#join(breach, incidentId, existing);
		}
		this.#note(breach, incidentId);
		this.#deps.recorded();
	}

	#note(breach: Breach, incidentId: string | null): void {
		const { tenantId, opensBreaker, severity } = breach;
		// Without one it is over already, and who let the tenant go has yet to say so everywhere.
		this.#told.set(tenantId, incidentId ?? breach.incidentId);
		// A later breach may have come while this one was written down.
		if (this.#pending.get(tenantId) === breach) this.#pending.delete(tenantId);
		if (!opensBreaker) this.#restrained.set(tenantId, severity);
	}

	/** Its trial had ended a moment before the breaker opened again, which nobody has taken back since. */
	async #isStray({ incidentId, isAgain, tenantId }: Breach): Promise<boolean> {
		if (!isAgain) return false;
		const breaker = await this.#deps.breakers.breaker(tenantId);

		return breaker.state === 'open' && breaker.incidentId === incidentId;
	}

	/** The incident it would have been part of is over: it is one of its own. */
	async #recordAnew(breach: Breach): Promise<void> {
		const { tenantId, at } = breach;
		const incidentId = newIncidentId();
		this.#pending.set(tenantId, { ...breach, incidentId, isAgain: false });
		await this.#deps.breakers.setBreaker(tenantId, trip(CLOSED, incidentId, at));
		await this.flush(tenantId);
	}

	/** Tenants whose incident is not durable yet. */
	get pendingTenants(): string[] {
		return [...this.#pending.keys()];
	}

	/**
	 * An incident of the tenant is open: of another replica, of this one before a restart, or one whose tenant is on trial
	 * or only restrained. What is graver than it begins it again, the rest is part of it.
	 */
	async #join(breach: Breach, incidentId: string, existing: ExistingIncident): Promise<void> {
		const { breakers, database } = this.#deps;
		const { tenantId, at, opensBreaker } = breach;
		const isNews = opensBreaker
			? existing.breakerState !== 'open'
			: RANK[breach.severity] > RANK[existing.severity];
		if (isNews) {
			const known = await database.call('list_actions', {
				...{ incidentId, tenantId, state: null, after: null, limit: STEPS_MAX },
			});
			const { openings, nextSequence: sequence } = existing;
			const record = this.#recordOf(breach, {
				...{ incidentId, openings: openings + 1, sequence, known },
			});
			await database.call('open_incident', record);
		}
		if (opensBreaker) await breakers.setBreaker(tenantId, trip(CLOSED, incidentId, at));
	}

	#recordOf(breach: Breach, as: As): IncidentRecord {
		const { rule, severity, evidence, tenantId, at, alertText, opensBreaker } = breach;
		const { incidentId, openings, sequence, known } = as;
		const openedAt = iso(at);
		const { actions, skipped } = withKnownIds(
			this.#deps.plan({ incidentId, tenantId, severity }),
			known,
		);
		const news: AlertNews = {
			...{ subjectId: incidentId, tenantId, rule, severity, kind: 'firing', sequence },
			...{ alertText, note: null, buttons: approvalButtons(actions, known) },
		};
		const type = opensBreaker ? 'breaker.opened' : 'incident.opened';
		const data = { incidentId, tenantId, rule, severity, evidence, alertText };

		return {
			incident: {
				...{ id: incidentId, tenantId, rule, severity, openedAt, evidence, alertText },
				breaker: opensBreaker ? trip(CLOSED, incidentId, at) : null,
				...{ openings, actions, skipped, notifications: this.#deps.notify(news, at) },
			},
			event: {
				eventId: openings === 1 ? incidentId : `${incidentId}:${openings}`,
				...{ type, tenantId, body: eventBody(type, openedAt, data) },
			},
		};
	}
}

export function newIncidentId(): string {
	return `inc_${randomUUID().replaceAll('-', '')}`;
}

/** A step the incident has keeps its id, which buttons name. */
function withKnownIds(plan: ContainmentPlan, known: readonly ActionRow[]): ContainmentPlan {
	if (known.length === 0) return plan;
	const keyOf = ({ action, vendor, targetId }: Pick<ActionRow, 'action' | 'vendor' | 'targetId'>) =>
		JSON.stringify([action, vendor, targetId]);
	const ids = new Map(known.map((row) => [keyOf(row), row.id]));

	return {
		...plan,
		actions: plan.actions.map((step) => ({ ...step, id: ids.get(keyOf(step)) ?? step.id })),
	};
}

/** People approve or decline below the alert what waits for them. */
function approvalButtons(actions: readonly PlannedAction[], known: readonly ActionRow[]) {
	const decided = new Set(
		known
			.filter(({ state, direction }) => state !== 'awaitingApproval' && direction !== 'undo')
			.map(({ id }) => id),
	);

	return actions
		.filter(({ state, id }) => state === 'awaitingApproval' && !decided.has(id))
		.flatMap(({ id, action, vendor }) => [
			{ label: `Approve ${action} at ${vendor}`, data: `approve:${id}` },
			{ label: `Decline ${action} at ${vendor}`, data: `decline:${id}` },
		]);
}
