import { DAY_MS } from '../../../core/durations.ts';
import { limitFactor, THETA_DAYS } from '../../../core/adaptiveLimit.ts';
import type { LimitInputs } from '../ports/baselineFunctions.ts';
import type { Database } from '../ports/database.ts';

/** Nearer than this a limit is the same: dismissals fade all the time. */
const SAME = 0.005;

export type TenantLimit = { theta: number; factor: number };

/** Keeps each tenant's limit where its own alerts, what it dismissed and the budget put it. */
export class BaselineLimits {
	readonly #database: Database;
	readonly #budgetPerWeek: number;

	constructor({ database, budgetPerWeek }: { database: Database; budgetPerWeek: number }) {
		this.#database = database;
		this.#budgetPerWeek = budgetPerWeek;
	}

	/** What the limit of any version of a tenant's baseline is multiplied by now. */
	async of(tenantId: string, now: number): Promise<TenantLimit> {
		const [inputs] = await this.#inputs(tenantId, now);

		return this.#limit(inputs, now);
	}

	/** Sets what moved since the last time. Result: how many tenants. */
	async adjust(now: number): Promise<number> {
		const moved = (await this.#inputs(null, now)).flatMap((inputs) => {
			const { tenantId, version, baseLimit } = inputs;
			const { theta, factor } = this.#limit(inputs, now);
			const tangentLimit = baseLimit * factor;
			const isSame =
				Math.abs(tangentLimit / inputs.tangentLimit - 1) < SAME &&
				Math.abs(theta - inputs.theta) < SAME;
			return isSame ? [] : [{ tenantId, version, tangentLimit, theta }];
		});
		if (moved.length === 0) return 0;

		return (await this.#database.call('set_limits', { limits: moved })).changed;
	}

	#inputs(tenantId: string | null, now: number): Promise<LimitInputs[]> {
		return this.#database.call('limit_inputs', {
			tenantId,
			since: new Date(now - THETA_DAYS * DAY_MS).toISOString(),
			now: new Date(now).toISOString(),
		});
	}

	/** A tenant that was never scored has no alerts. */
	#limit(inputs: LimitInputs | undefined, now: number): TenantLimit {
		const { alerts = [], dismissedAt = [] } = inputs ?? {};

		return limitFactor({ alerts, dismissedAt }, { budgetPerWeek: this.#budgetPerWeek, now });
	}
}
