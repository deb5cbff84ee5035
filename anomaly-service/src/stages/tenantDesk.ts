import { WEEK_MS } from '../../../core/durations.ts';
import type { Breaker } from '../../../core/breaker.ts';
import {
	remainingOf,
	type AppliedLimit,
	type CallSubjects,
	type LimitState,
} from '../../../core/limits.ts';
import type { Score } from '../detectors/detector.ts';
import type { Database } from '../ports/database.ts';
import type { Actor, LetGoBy } from './act.ts';
import type { ActivityBook } from './activityBook.ts';
import type { BreakerBook } from './breakerBook.ts';
import type { ContainmentDesk } from './containmentDesk.ts';
import type { StoreWatch } from './storeWatch.ts';
import type { WarmCounters } from './warmCounters.ts';

export type TenantDeskDependencies = {
	actor: Actor;
	activities: ActivityBook;
	breakers: BreakerBook;
	containment: Pick<ContainmentDesk, 'undo'>;
	database: Database;
	/** The limits a call of these subjects has to pass. */
	limitsFor: (call: CallSubjects) => readonly AppliedLimit[];
	warm: WarmCounters;
	watch: StoreWatch;
	/** Latest scores by tenant. */
	scores: ReadonlyMap<string, Score>;
};

/** `tenantId` null: of any. `after`: those behind this id. `limit` null: all. */
export type TenantFilter = {
	tenantId: string | null;
	search: string | null;
	after: string | null;
	limit: number | null;
};

/** What operators ask and order about a tenant. */
export class TenantDesk {
	readonly #deps: TenantDeskDependencies;

	constructor(deps: TenantDeskDependencies) {
		this.#deps = deps;
	}

	/** By id: those active in the last week; with `search`, all whose id contains it. */
	async list(filter: TenantFilter, now: number) {
		const { activities, breakers, database, scores } = this.#deps;
		const since = filter.search === null ? new Date(now - WEEK_MS).toISOString() : null;
		const tenants = await database.call('list_tenants', { ...filter, since });

		return tenants.map(({ tenantId, lastAt, baselineVersion }) => {
			const { microCents, requests } = activities.of(tenantId).lastMinute(now);
			return {
				tenantId,
				lastAt: lastAt === null ? null : new Date(lastAt).toISOString(),
				baselineVersion,
				breaker: breakers.of(tenantId, now),
				microCentsLastMinute: microCents,
				requestsLastMinute: requests,
				timesTheLimit: scores.get(tenantId)?.strength ?? null,
			};
		});
	}

	async state(tenantId: string, now: number) {
		const { breakers, limitsFor, warm, watch } = this.#deps;
		const states = await watch.ask(() => warm.limitStates(tenantId, limitsFor({ tenantId })));

		return {
			breaker: breakers.of(tenantId, now),
			degraded: watch.isDown,
			limits: states ?? [],
		};
	}

	/**
	 * The limits a call of these subjects has to pass, the one with the least room for its size first, `count` at most;
	 * null: the counter store does not answer.
	 */
	async tightest(call: CallSubjects, count: number): Promise<LimitState[] | null> {
		const { limitsFor, warm, watch } = this.#deps;
		const enforced = limitsFor(call).filter(({ limit }) => limit.mode === 'enforce');
		const states = await watch.ask(() => warm.limitStates(call.tenantId, enforced));

		return states?.sort((a, b) => roomShare(a) - roomShare(b)).slice(0, count) ?? null;
	}

	/** Usage recorded in [since, now]. */
	spend(tenantId: string, since: number, now: number) {
		return this.#deps.database.call('tenant_spend', {
			tenantId,
			since: new Date(since).toISOString(),
			until: new Date(now + 1).toISOString(),
		});
	}

	block(tenantId: string, by: Parameters<Actor['block']>[1]): Promise<Breaker> {
		return this.#deps.actor.block(tenantId, by);
	}

	/**
	 * Lets a tenant go, on trial when a detector had opened its breaker. What it spent until now is forgiven: its next call
	 * must not trip the breaker again. `undo`: what was done at vendors because of the incident is put back too.
	 */
	async unblock(tenantId: string, by: LetGoBy & { undo?: boolean }): Promise<Breaker> {
		const { activities, actor, breakers, containment } = this.#deps;
		const before = breakers.of(tenantId, by.now);
		const incidentId =
			'incidentId' in before ? before.incidentId : by.undo && (await this.#openIncident(tenantId));
		activities.of(tenantId).forgive(by.now);
		const breaker = await actor.unblock(tenantId, by);
		if (by.undo === true && incidentId) {
			await containment.undo(incidentId, { actor: by.actor, now: by.now, tenantId });
		}
		return breaker;
	}

	/** Of a tenant that a person holds, or that is only restrained. */
	async #openIncident(tenantId: string): Promise<string | undefined> {
		const [newest] = await this.#deps.database.call('list_incidents', {
			...{ tenantId, after: null, limit: 1 },
		});

		return newest?.closedAt === null ? newest.incidentId : undefined;
	}
}

/** From 0, nothing left, to 1; a limit of 0 has nothing left. */
function roomShare(state: LimitState): number {
	return remainingOf(state) / Math.max(1, state.limit.capacity);
}
