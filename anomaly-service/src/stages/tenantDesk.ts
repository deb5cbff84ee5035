import { WEEK_MS } from '../../../core/durations.ts';
import type { Breaker } from '../../../core/breaker.ts';
import type { AppliedLimit, CallSubjects } from '../../../core/limits.ts';
import { windowName } from '../../../core/windows.ts';
import type { WindowScore } from '../detectors/detector.ts';
import type { Database } from '../ports/database.ts';
import type { Actor } from './act.ts';
import type { ActivityBook } from './activityBook.ts';
import type { BreakerBook } from './breakerBook.ts';
import type { StoreWatch } from './storeWatch.ts';
import type { WarmCounters } from './warmCounters.ts';

export type TenantDeskDependencies = {
	actor: Actor;
	activities: ActivityBook;
	breakers: BreakerBook;
	database: Database;
	/** The limits a call of these subjects has to pass. */
	limitsFor: (call: CallSubjects) => readonly AppliedLimit[];
	warm: WarmCounters;
	watch: StoreWatch;
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
		const { activities, breakers, database, scores } = this.#deps;
		const active = await database.call('active_tenants', {
			since: new Date(now - WEEK_MS).toISOString(),
		});

		return active.map(({ tenantId, lastAt, baselineVersion }) => {
			const { microCents, requests } = activities.of(tenantId).lastMinute(now);
			const strengths = (scores.get(tenantId) ?? []).map((score) => score.strength);
			return {
				tenantId,
				lastAt: new Date(lastAt).toISOString(),
				baselineVersion,
				breaker: breakers.of(tenantId, now),
				microCentsLastMinute: microCents,
				requestsLastMinute: requests,
				timesTheLimit: strengths.length > 0 ? Math.max(...strengths) : null,
			};
		});
	}

	async state(tenantId: string, now: number) {
		const { breakers, limitsFor, warm, watch } = this.#deps;
		const states = await watch.ask(() => warm.limitStates(tenantId, limitsFor({ tenantId })));

		return {
			breaker: breakers.of(tenantId, now),
			degraded: watch.isDown,
			limits: (states ?? []).map(({ limit, counter, spent, held, resetsAt }) => ({
				limitId: limit.id,
				scope: limit.scope,
				subject: counter.subject,
				unit: limit.unit,
				window: limit.window === null ? 'now' : windowName(limit.window),
				mode: limit.mode,
				capacity: limit.capacity,
				...{ spent, held, resetsAt },
				remaining: Math.max(0, limit.capacity - spent - held),
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
