import { DAY_MS } from '../../../core/durations.ts';
import type { BaselineState } from '../ports/baselineFunctions.ts';
import type { Clock } from '../ports/clock.ts';
import type { Database } from '../ports/database.ts';
import type { Log } from '../ports/log.ts';
import { compareVersions } from './baselineCompare.ts';
import type { BaselineLimits } from './baselineLimits.ts';
import type { BaselineRefresh, RefreshOrder } from './baselineRefresh.ts';
import type { BaselineShifts } from './baselineShifts.ts';

/** Whoever was silent for longer has nothing new to learn from. */
const ACTIVE_DAYS = 7;
const DUE_PAGE = 100;

const NOT_REFRESHED = 'less than 24 hours of usage, or rolled back while it was fitted';

export type RoundDependencies = {
	clock: Clock;
	database: Database;
	limits: BaselineLimits;
	log: Log;
	refresh: BaselineRefresh;
	shifts: BaselineShifts;
};

/** What became of one tenant. `moved` and `changes`: against the version before. */
export type RoundOutcome = { tenantId: string } & (
	| {
			outcome: 'refreshed' | 'fresh';
			version: number;
			parent: number | null;
			moved: boolean;
			changes: string[];
	  }
	| { outcome: 'skipped' | 'failed'; reason: string }
);

export type Round = {
	tenants: RoundOutcome[];
	/** The last tenant looked at; null: there is none behind it. */
	after: string | null;
};

/** `spendMs`: no further tenant is begun after it. `freshMs`: a baseline younger than this is left alone. */
export type RoundOrder = {
	after: string | null;
	limit: number;
	spendMs: number;
	freshMs: number;
	actor: string;
};

/** Refreshes many tenants, one after the other: fitting takes a core. One tenant's trouble is not the others'. */
export class BaselineRound {
	readonly #deps: RoundDependencies;

	constructor(deps: RoundDependencies) {
		this.#deps = deps;
	}

	/** The service's own: everybody who is due, and everybody's limit. */
	async runDue(now: number): Promise<void> {
		const { database, limits, log, refresh } = this.#deps;
		await limits.adjust(now);
		const failed = new Set<string>();
		let after: string | null = null;
		do {
			const due: BaselineState[] = await database.call('baseline_states', {
				...{ activeSince: since(now), due: new Date(now).toISOString(), after, limit: DUE_PAGE },
			});
			for (const { tenantId } of due) {
				if (refresh.isStopped) return;
				const order = { cause: 'daily', actor: null, note: null, now } as const;
				const outcome = await this.#one(tenantId, order);
				if (outcome.outcome === 'failed') failed.add(tenantId);
			}
			after = due.length < DUE_PAGE ? null : (due.at(-1)?.tenantId ?? null);
		} while (after !== null);
		if (failed.size > 0) log.error({ tenants: failed.size }, 'baselines not refreshed');
	}

	/** An operator's: everybody of the last week whose baseline is not fresh, as many as fit into the time. */
	async runPage(order: RoundOrder, now: number): Promise<Round> {
		const { clock, database, refresh } = this.#deps;
		const states = await database.call('baseline_states', {
			...{ activeSince: since(now), due: null, after: order.after, limit: order.limit },
		});
		const tenants: RoundOutcome[] = [];
		for (const state of states) {
			const isLate = clock.now() - now >= order.spendMs || refresh.isStopped;
			if (isLate && tenants.length > 0) break;
			tenants.push(await this.#visit(state, order, now));
		}
		const isAll = tenants.length === states.length && states.length < order.limit;
		return { tenants, after: isAll ? null : (tenants.at(-1)?.tenantId ?? null) };
	}

	async #visit(state: BaselineState, order: RoundOrder, now: number): Promise<RoundOutcome> {
		const { tenantId, firstAt, fittedAt, heldUntil, version } = state;
		if (heldUntil !== null && heldUntil > now) {
			const until = new Date(heldUntil).toISOString();
			return { tenantId, outcome: 'skipped', reason: `rolled back, held until ${until}` };
		}
		if (now - firstAt < DAY_MS) {
			return { tenantId, outcome: 'skipped', reason: 'less than 24 hours of usage' };
		}
		if (version !== null && fittedAt !== null && now - fittedAt < order.freshMs) {
			return { tenantId, outcome: 'fresh', ...(await this.#changes(tenantId, version)) };
		}
		const { actor } = order;
		return this.#one(tenantId, { cause: 'nightly', actor, note: null, now });
	}

	async #one(tenantId: string, order: RefreshOrder): Promise<RoundOutcome> {
		const { log, refresh, shifts } = this.#deps;
		try {
			const isNewNormal = await shifts.look(tenantId, order.now);
			const refreshed = await refresh.run(
				tenantId,
				isNewNormal ? { ...order, cause: 'automatic' } : order,
			);
			if (!refreshed) return { tenantId, outcome: 'skipped', reason: NOT_REFRESHED };
			return {
				...{ tenantId, outcome: 'refreshed' },
				...(await this.#changes(tenantId, refreshed.version)),
			};
		} catch (error) {
			log.error({ err: error, tenantId }, 'baseline could not be refreshed');
			return { tenantId, outcome: 'failed', reason: 'it could not be fitted; see the log' };
		}
	}

	async #changes(tenantId: string, version: number) {
		const compared = await compareVersions(this.#deps.database, tenantId, { to: version });
		const { moved = false, changes = [] } = compared?.diff ?? {};

		return { version, parent: compared?.from?.version ?? null, moved, changes };
	}
}

function since(now: number): string {
	return new Date(now - ACTIVE_DAYS * DAY_MS).toISOString();
}
