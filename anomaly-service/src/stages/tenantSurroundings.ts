import type { Surroundings } from '../detectors/detector.ts';
import type { ActivityBook } from './activityBook.ts';
import type { BaselineBook } from './baselineBook.ts';
import type { BudgetBook } from './budgetBook.ts';
import { ProviderTally } from './providerTally.ts';
import type { QueueView } from './queueView.ts';
import { SERVICE_TENANT } from './serviceTenant.ts';

export type TenantSurroundingsDependencies = {
	activities: Pick<ActivityBook, 'of' | 'known' | 'listeningSince'>;
	baselines: Pick<BaselineBook, 'get'>;
	budgets: Pick<BudgetBook, 'budgetsOf' | 'isUsed' | 'keepOnly'>;
	queueView: Pick<QueueView, 'interactiveAgeMs'>;
};

/** What detectors need to know of a tenant beside its own calls, gathered at every tick. */
export class TenantSurroundings {
	readonly #deps: TenantSurroundingsDependencies;
	#tally = new ProviderTally(0);
	#hasBudgets = false;

	constructor(deps: TenantSurroundingsDependencies) {
		this.#deps = deps;
	}

	/** A tick begins. */
	begin(now: number): void {
		this.#tally = new ProviderTally(now);
		this.#hasBudgets = this.#deps.budgets.isUsed;
	}

	/** Of some tenants: the counter store is asked of all of them at once. */
	async look(
		tenantIds: readonly string[],
		now: number,
	): Promise<(tenantId: string) => Surroundings> {
		const { activities, baselines, budgets } = this.#deps;
		const ofTenants = new Map(
			this.#hasBudgets
				? await Promise.all(
						tenantIds.map(async (id) => [id, await budgets.budgetsOf(id, now)] as const),
					)
				: [],
		);

		return (tenantId) => {
			const levels = baselines.get(tenantId)?.levels;
			this.#tally.add(tenantId, activities.of(tenantId), levels);

			return { ...this.#common(tenantId, now), levels, budgets: ofTenants.get(tenantId) ?? [] };
		};
	}

	/** Of the service itself, after all tenants of a tick: what they share. */
	async ofService(now: number): Promise<Surroundings> {
		const { activities, budgets } = this.#deps;
		budgets.keepOnly(new Set([...activities.known(), SERVICE_TENANT]));

		return {
			...this.#common(SERVICE_TENANT, now),
			levels: undefined,
			budgets: this.#hasBudgets ? await budgets.budgetsOf(SERVICE_TENANT, now) : [],
			providers: this.#tally.providers(),
		};
	}

	#common(tenantId: string, now: number) {
		const { activities, queueView } = this.#deps;

		return {
			interactiveQueueAgeMs: queueView.interactiveAgeMs(tenantId, now),
			listeningSince: activities.listeningSince,
			providers: [],
		};
	}
}
