import { WEEK_MS } from '../../../core/durations.ts';
import { atTime, type Breaker } from '../../../core/breaker.ts';
import type { Limit } from '../../../core/limits.ts';
import { windowName } from '../../../core/windows.ts';
import type { WindowScore } from '../detectors/detector.ts';
import type { Counters } from '../ports/counters.ts';
import type { Database } from '../ports/database.ts';
import type { Actor } from './act.ts';
import type { ActivityBook } from './activityBook.ts';

export type TenantDeskDependencies = {
	actor: Actor;
	activities: ActivityBook;
	counters: Counters;
	database: Database;
	limits: readonly Limit[];
	/** Latest scores by tenant. */
	scores: ReadonlyMap<string, readonly WindowScore[]>;
};

/** What operators ask and order about a tenant. */
export class TenantDesk {
	readonly #deps: TenantDeskDependencies;

	constructor(deps: TenantDeskDependencies) {
		this.#deps = deps;
	}

	async list(now: number) {
		const { activities, counters, database, scores } = this.#deps;
		const active = await database.call('active_tenants', {
			since: new Date(now - WEEK_MS).toISOString(),
		});

		return Promise.all(
			active.map(async ({ tenantId, lastAt, baselineVersion }) => {
				const { microCents, requests } = activities.of(tenantId).lastMinute(now);
				const strengths = (scores.get(tenantId) ?? []).map((score) => score.strength);
				return {
					tenantId,
					lastAt: new Date(lastAt).toISOString(),
					baselineVersion,
					breaker: atTime(await counters.breaker(tenantId), now),
					microCentsLastMinute: microCents,
					requestsLastMinute: requests,
					timesTheLimit: strengths.length > 0 ? Math.max(...strengths) : null,
				};
			}),
		);
	}

	async state(tenantId: string, now: number) {
		const { counters, limits } = this.#deps;
		const states = await counters.limitStates(tenantId, limits, now);

		return {
			breaker: atTime(await counters.breaker(tenantId), now),
			limits: states.map(({ id, scope, unit, window, capacity, spent, held, resetsAt }) => ({
				limitId: id,
				scope,
				unit,
				window: windowName(window),
				capacity,
				spent,
				held,
				remaining: Math.max(0, capacity - spent - held),
				resetsAt,
			})),
		};
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

	/** Lets a tenant go. What it spent until now is forgiven: its next call must not trip the breaker again. */
	async unblock(tenantId: string, by: Parameters<Actor['unblock']>[1]): Promise<Breaker> {
		this.#deps.activities.of(tenantId).forgive(by.now);
		return this.#deps.actor.unblock(tenantId, by);
	}
}
