import {
	DEFAULT_POLICY,
	type ContainmentPolicy,
	type TenantTargets,
} from '../../../core/containment/policy.ts';
import { iso } from '../../../core/utc.ts';
import type { Database } from '../ports/database.ts';
import type { ContainmentFunctions } from '../ports/containmentFunctions.ts';

type Outcome = ContainmentFunctions['put_containment_policy']['result']['outcome'];
type By = { actor: string; now: number };

/** Of everybody who has no policy of their own; no tenant has an empty id. */
const EVERYBODY = '';

/** What is done about incidents, by tenant, in memory: a breaker that opens must not wait for a database. */
export class PolicyBook {
	readonly #database: Database;
	readonly #changed: () => void;
	#policies = new Map<string, ContainmentPolicy>();
	#targets = new Map<string, TenantTargets>();

	/** `changed` tells the other replicas. */
	constructor({ database, changed }: { database: Database; changed: () => void }) {
		this.#database = database;
		this.#changed = changed;
	}

	/** What holds for a tenant: its own policy, else everybody's, else just the breaker. */
	policyOf(tenantId: string): ContainmentPolicy {
		return this.#policies.get(tenantId) ?? this.policy(null) ?? DEFAULT_POLICY;
	}

	/** The policy that was set for a tenant, or (null) for everybody. */
	policy(tenantId: string | null): ContainmentPolicy | undefined {
		return this.#policies.get(tenantId ?? EVERYBODY);
	}

	targetsOf(tenantId: string): TenantTargets {
		return this.#targets.get(tenantId) ?? {};
	}

	async load(): Promise<void> {
		const { policies, targets } = await this.#database.call('load_containment', {});
		this.#policies = new Map(policies.map(({ tenantId, policy }) => [tenantId, policy]));
		this.#targets = new Map(targets.map((one) => [one.tenantId, one.targets]));
	}

	/** Sets a tenant's policy, or (null) everybody's; `policy` null: there is none any more. */
	async putPolicy(
		tenantId: string | null,
		policy: ContainmentPolicy | null,
		{ actor, now }: By,
	): Promise<Outcome> {
		const { outcome } = await this.#database.call('put_containment_policy', {
			...{ tenantId: tenantId ?? EVERYBODY, policy, actor, now: iso(now) },
		});
		await this.#reread();
		return outcome;
	}

	/** Sets what the steps act on for a tenant; null: nothing any more. */
	async putTargets(
		tenantId: string,
		targets: TenantTargets | null,
		{ actor, now }: By,
	): Promise<Outcome> {
		const { outcome } = await this.#database.call('put_containment_targets', {
			...{ tenantId, targets, actor, now: iso(now) },
		});
		await this.#reread();
		return outcome;
	}

	async #reread(): Promise<void> {
		await this.load();
		this.#changed();
	}
}
