import { MINUTE_MS } from '../../../core/durations.ts';
import type { AppliedLimit, Limit, LimitState } from '../../../core/limits.ts';
import { windowSpan } from '../../../core/windows.ts';
import type { Counters } from '../ports/counters.ts';
import type { ActivityBook } from './activityBook.ts';
import type { LimitBook } from './limitBook.ts';
import { SERVICE_TENANT } from './serviceTenant.ts';
import type { StoreWatch } from './storeWatch.ts';
import type { WarmCounters } from './warmCounters.ts';

export type BudgetBookDependencies = {
	activities: Pick<ActivityBook, 'of'>;
	counters: Pick<Counters, 'countersOf'>;
	limitBook: Pick<LimitBook, 'all' | 'limitsOn'>;
	warm: Pick<WarmCounters, 'limitStates'>;
	watch: Pick<StoreWatch, 'ask'>;
};

/** Of a tenant that makes calls: a thousand of them are 33 questions a second to the counter store. */
const READ_EVERY_MS = 30_000;
/** Of everybody, as a limit may have changed. */
const READ_ANYWAY_MS = 10 * MINUTE_MS;

/** Where the budgets of tenants stand: enforced limits of money over a day, week or month. Read when something was spent. */
export class BudgetBook {
	readonly #deps: BudgetBookDependencies;
	readonly #read = new Map<string, { at: number; states: readonly LimitState[] }>();

	constructor(deps: BudgetBookDependencies) {
		this.#deps = deps;
	}

	/** Those of a tenant; of the service tenant those that all tenants share. As they were when the store last answered. */
	async budgetsOf(tenantId: string, now: number): Promise<readonly LimitState[]> {
		const known = this.#read.get(tenantId);
		if (known && !this.#isDue(tenantId, known.at, now)) return current(known, now);

		const states = await this.#readStates(tenantId);
		const read = states ? { at: now, states } : known;
		if (!read) return [];
		this.#read.set(tenantId, read);
		return current(read, now);
	}

	/** Drops tenants that are not known any more. */
	keepOnly(tenantIds: ReadonlySet<string>): void {
		for (const tenantId of this.#read.keys()) {
			if (!tenantIds.has(tenantId)) this.#read.delete(tenantId);
		}
	}

	/** False: no tenant has a budget, and nobody needs to be asked about. */
	get isUsed(): boolean {
		return this.#deps.limitBook.all().some(isBudget);
	}

	#isDue(tenantId: string, readAt: number, now: number): boolean {
		const age = now - readAt;
		const hasSpent =
			tenantId === SERVICE_TENANT || this.#deps.activities.of(tenantId).heardAt >= readAt;

		return age >= READ_ANYWAY_MS || age < 0 || (age >= READ_EVERY_MS && hasSpent);
	}

	/** undefined: the counter store does not answer. */
	async #readStates(tenantId: string): Promise<readonly LimitState[] | undefined> {
		const { counters, limitBook, warm, watch } = this.#deps;
		const isShared = tenantId === SERVICE_TENANT;
		const ofTenant = ({ limit }: AppliedLimit) => isBudget(limit) && limit.shared === isShared;
		const limits = limitBook.limitsOn(tenantId, []).filter(ofTenant);
		if (limits.length === 0) return [];
		const isOnMany = limits.some(({ limit }) => limit.scope !== 'tenant' && !limit.shared);

		return await watch.ask(async () => {
			const counted = isOnMany ? await counters.countersOf(tenantId) : [];
			const applied = isOnMany ? limitBook.limitsOn(tenantId, counted).filter(ofTenant) : limits;
			return await warm.limitStates(tenantId, applied);
		});
	}
}

function isBudget({ unit, window, mode }: Limit): boolean {
	return unit === 'microCents' && window?.kind === 'calendar' && mode === 'enforce';
}

/** What was spent in a window that is over says nothing of the one that runs. */
function current({ at, states }: { at: number; states: readonly LimitState[] }, now: number) {
	return states.filter(({ limit }) => !limit.window || windowSpan(limit.window, at).end > now);
}
