import { admits, CLOSED, isolate, isProven, probe, type Breaker } from '../../../core/breaker.ts';
import type { PlannedAction } from '../../../core/containment/action.ts';
import { opensBreaker } from '../../../core/containment/planActions.ts';
import type { Severity } from '../../../core/alert.ts';
import type { Finding } from '../../../core/finding.ts';
import type { TenantView } from '../detectors/detector.ts';
import type { Breakers } from '../ports/counters.ts';
import type { Database } from '../ports/database.ts';
import type { Log } from '../ports/log.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { AlertDesk } from './alertDesk.ts';
import { newIncidentId, type IncidentRecorder } from './incidentRecorder.ts';
import { KeyedQueue } from './keyedQueue.ts';

export type ActDependencies = {
	alerts: AlertDesk;
	breakers: Breakers;
	containment: Containment;
	database: Database;
	incidents: IncidentRecorder;
	log: Log;
	metrics: Metrics;
	/** Called when the outbox has something new. */
	outboxChanged: () => void;
};

/** What is done about a tenant's incidents. */
export type Containment = {
	/** The steps for an incident of that severity. */
	steps: (tenantId: string, severity: Severity) => readonly PlannedAction[];
	opensOnFlag: (tenantId: string, severity: Severity) => boolean;
	/** Called when steps of the service itself may be due. */
	changed: (now: number) => void;
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
			const breaker = await breakers.breaker(view.tenantId);
			// An open breaker is the answer already; telling people again would only be noise.
			if (!admits(breaker, view.asOf)) return this.#makeSureItIsTold(finding, view, breaker);

			if (this.#isIncident(finding, view, breaker)) await this.#open(finding, view, breaker);
			else if (finding.verdict === 'flag') await alerts.raise(finding, view);
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

	/**
	 * Lets a tenant go. What a detector opened is tried first, unless `full` says otherwise; a person's block and whatever
	 * only restrained are over, and so is the incident. On trial already it stays so. Durable first: a restart must not
	 * block whom we let go.
	 */
	unblock(tenantId: string, by: LetGoBy): Promise<Breaker> {
		return this.#queue.run(tenantId, async () => {
			await this.#deps.incidents.flush(tenantId);
			const before = await this.#deps.breakers.breaker(tenantId);
			if (before.state === 'halfOpen' && by.full !== true) return before;

			return this.#set(tenantId, by.full === true ? CLOSED : probe(before, by.now), by, before);
		});
	}

	/** Ends the trial of a tenant that stood it: nothing was found, and there was something to find it in. */
	endTrial(
		tenantId: string,
		{ hasCalled, now }: { hasCalled: boolean; now: number },
	): Promise<Breaker> {
		return this.#queue.run(tenantId, async () => {
			const before = await this.#deps.breakers.breaker(tenantId);
			const isOver = before.state === 'halfOpen' && isProven(before, hasCalled, now);

			return isOver ? this.#set(tenantId, CLOSED, { actor: SERVICE, now }, before) : before;
		});
	}

	/** A block by hand that ran out ends the incident it was part of, as if somebody had let go. */
	endBlock(tenantId: string, now: number): Promise<void> {
		return this.#queue.run(tenantId, async () => {
			const before = await this.#deps.breakers.breaker(tenantId);
			if (!admits(before, now) || before.state === 'halfOpen') return;
			await this.#set(tenantId, CLOSED, { actor: SERVICE, now }, before);
		});
	}

	async #set(tenantId: string, after: Breaker, by: LetGoBy, before: Breaker): Promise<Breaker> {
		const { alerts, breakers, containment, database, outboxChanged } = this.#deps;
		const { actor, now, name } = by;
		const event = after.state === 'halfOpen' ? 'breaker.halfOpened' : 'breaker.closed';
		await database.call('set_breaker', {
			tenantId,
			breaker: after,
			audit: { actor, event, detail: { before: before.state }, ...(name ? { name } : {}) },
			now: new Date(now).toISOString(),
		});
		await breakers.setBreaker(tenantId, after);
		alerts.forget(tenantId);
		outboxChanged();
		containment.changed(now);
		return after;
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

	/**
	 * Whoever opened this breaker may have died before it could say so: then this finding is its incident. Where it did say
	 * so, the database knows, and nothing comes of it.
	 */
	async #makeSureItIsTold(finding: Finding, view: TenantView, breaker: Breaker): Promise<void> {
		const { incidents } = this.#deps;
		if (finding.verdict !== 'trip' || breaker.state !== 'open') return;
		const { incidentId } = breaker;
		if (incidents.isTold(view.tenantId, incidentId)) return;
		await incidents.record(finding, view, { incidentId, opensBreaker: true, isAgain: false });
	}

	/** On trial every trip and every grave flag is one, if it is about the trial and not about what was before. */
	#isIncident(finding: Finding, { tenantId, asOf }: TenantView, breaker: Breaker): boolean {
		const { severity, verdict, looksBackMs = 0, tellsOnly = false } = finding;
		if (tellsOnly) return false;
		if (breaker.state === 'halfOpen') {
			const isGrave = verdict === 'trip' || severity !== 'warning';
			return isGrave && asOf - looksBackMs >= breaker.since;
		}
		return verdict === 'trip' || this.#deps.containment.opensOnFlag(tenantId, severity);
	}

	async #open(finding: Finding, view: TenantView, before: Breaker): Promise<void> {
		const { breakers, containment, incidents, metrics, log } = this.#deps;
		const { tenantId, asOf } = view;
		const { rule, severity } = finding;
		const isAgain = before.state === 'halfOpen';
		const incidentId = isAgain ? before.incidentId : newIncidentId();
		const opens = isAgain || opensBreaker(containment.steps(tenantId, severity));
		if (opens) {
			// The counter store first: from here on every call of this tenant is refused.
			if (!(await breakers.tripBreaker({ tenantId, incidentId, now: asOf }))) return;
			metrics.breakersOpened.inc({ rule });
			log.warn({ tenantId, incidentId, rule }, 'breaker opened');
		} else if (incidents.isRestrained(tenantId, severity)) return;
		await incidents.record(finding, view, { incidentId, opensBreaker: opens, isAgain });
	}
}

/** `name`: what people call the actor. `full`: without a trial. */
export type LetGoBy = { actor: string; now: number; name?: string; full?: boolean };

/** Who ends a trial. */
const SERVICE = 'service';
