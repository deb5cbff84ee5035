import {
	applicableLimits,
	counterOf,
	narrowest,
	type AppliedLimit,
	type CallSubjects,
	type Counter,
	type Limit,
} from '../../../core/limits.ts';
import type { Database } from '../ports/database.ts';
import type { LimitFunctions } from '../ports/limitFunctions.ts';
import { KeyedQueue } from './keyedQueue.ts';
import { LimitIndex } from './limitIndex.ts';

/** A limit set by an environment variable; it cannot be changed at run time. */
export type ConfiguredLimit = { limit: Limit; variable: string };

export type LimitBookDependencies = {
	database: Database;
	configured: readonly ConfiguredLimit[];
	/** After a change made here, so that other replicas can be told to read again. */
	changed: () => void;
	/**
	 * Something is limited that may not have been counted until now: the counts of this tenant, or of all (null), are read
	 * from the database again.
	 */
	countAnew: (tenantId: string | null) => Promise<void>;
};

/** `tenantId`: changes are for this tenant's own limits only; null: for any. */
export type ChangeBy = { actor: string; tenantId: string | null; now: number };

export type PutResult =
	| LimitFunctions['put_limit']['result']
	| { outcome: 'configured'; variable: string }
	| { outcome: 'tooMany'; max: number };

export type RemoveResult =
	| { outcome: 'removed' | 'unknown' }
	| { outcome: 'configured'; variable: string };

/** An ask passes all limits on one value in one atomic step: six units over five windows, and it stays short. */
const MAX_ON_SAME = 30;
/** Kept in the memory of every replica: some 10 MB. */
const MAX_OF_AUDIENCE = 10_000;

/** Some MB; callers choose most of the subjects, hence the bound. */
const MAX_CACHED = 20_000;

/** All limits and tenants' plans, in memory. A change is durable before it is used. */
export class LimitBook {
	readonly #deps: LimitBookDependencies;
	readonly #configured: ReadonlyMap<string, ConfiguredLimit>;
	readonly #loading = new KeyedQueue();
	readonly #stored = new Map<string, Limit>();
	readonly #plans = new Map<string, string>();
	#index: LimitIndex;
	readonly #applied = new Map<string, readonly AppliedLimit[]>();
	#revision = 0;

	constructor(deps: LimitBookDependencies) {
		this.#deps = deps;
		this.#configured = new Map(deps.configured.map((given) => [given.limit.id, given]));
		this.#index = new LimitIndex(this.all());
	}

	/** Reads what changed since the last time; cheap when nothing did. */
	load(): Promise<void> {
		return this.#loading.run('load', () => this.#load());
	}

	/** The limits a call has to pass: worked out once for each combination of subjects, until a limit changes. */
	limitsFor(call: CallSubjects): readonly AppliedLimit[] {
		const key = subjectsKey(call);
		const known = this.#applied.get(key);
		if (known) return known;
		const plan = this.planOf(call.tenantId);
		const applied = applicableLimits(this.#index.candidates(call, plan), call, plan);
		if (this.#applied.size >= MAX_CACHED) this.#applied.clear();
		this.#applied.set(key, applied);
		return applied;
	}

	/**
	 * The limits of a tenant, on each of the values that were counted. One on every value of a scope nothing was counted
	 * of yet is answered on the empty one.
	 */
	limitsOn(tenantId: string, counted: readonly Counter[]): AppliedLimit[] {
		const subjects = new Map<string, string[]>();
		for (const counter of counted) {
			const key = countKey(counter);
			subjects.set(key, [...(subjects.get(key) ?? []), counter.subject]);
		}
		const applied = this.#index.of(tenantId, this.planOf(tenantId)).flatMap((limit) => {
			const onEvery =
				limit.scope === 'tenant' ? [tenantId] : (subjects.get(countKey(limit)) ?? ['']);
			const on = limit.subject === null ? onEvery : [limit.subject];
			return on.map((subject) => ({ limit, counter: counterOf(limit, subject) }));
		});
		return narrowest(applied);
	}

	/** The configured ones first: of two on the same count for everybody the later one counts. */
	all(): Limit[] {
		return [...this.#deps.configured.map(({ limit }) => limit), ...this.#stored.values()];
	}

	get(id: string): Limit | undefined {
		return this.#stored.get(id) ?? this.#configured.get(id)?.limit;
	}

	/** The environment variable that sets a limit; undefined for one set at run time. */
	variableOf(id: string): string | undefined {
		return this.#stored.has(id) ? undefined : this.#configured.get(id)?.variable;
	}

	planOf(tenantId: string): string | null {
		return this.#plans.get(tenantId) ?? null;
	}

	/** Makes a limit or replaces the one of that id; `replace: false` refuses an id in use. Idempotent. */
	async put(limit: Limit, by: ChangeBy & { replace: boolean }): Promise<PutResult> {
		const variable = this.variableOf(limit.id);
		if (variable !== undefined) return { outcome: 'configured', variable };
		const max = this.#maxReached(limit);
		if (max !== undefined) return { outcome: 'tooMany', max };

		const { replace, tenantId, actor } = by;
		const now = new Date(by.now).toISOString();
		const result = await this.#deps.database.call('put_limit', {
			limit,
			replace,
			tenantId,
			actor,
			now,
		});
		if (result.outcome === 'created') {
			const { audience } = limit;
			await this.#deps.countAnew(audience.kind === 'tenant' ? audience.tenantId : null);
		}
		await this.#readBack(result.outcome === 'created' || result.outcome === 'replaced');
		return result;
	}

	async remove(id: string, { actor, tenantId, now }: ChangeBy): Promise<RemoveResult> {
		const variable = this.variableOf(id);
		if (variable !== undefined) return { outcome: 'configured', variable };

		const { deleted } = await this.#deps.database.call('delete_limit', {
			id,
			tenantId,
			actor,
			now: new Date(now).toISOString(),
		});
		await this.#readBack(deleted);
		return { outcome: deleted ? 'removed' : 'unknown' };
	}

	/** Puts a tenant on a plan, or on none. */
	async setTenant(
		{ tenantId, plan }: { tenantId: string; plan: string | null },
		{ actor, now }: Pick<ChangeBy, 'actor' | 'now'>,
	): Promise<void> {
		const { changed } = await this.#deps.database.call('put_tenant', {
			tenantId,
			plan,
			actor,
			now: new Date(now).toISOString(),
		});
		if (changed) await this.#deps.countAnew(tenantId);
		await this.#readBack(changed);
	}

	/** Takes in the own change with those of others that came before it; when it was refused, what stood against it. */
	async #readBack(changed: boolean): Promise<void> {
		await this.load();
		if (changed) this.#deps.changed();
	}

	async #load(): Promise<void> {
		const loaded = await this.#deps.database.call('load_limits', { since: this.#revision });
		if (!loaded) return;
		if (loaded.complete) {
			this.#stored.clear();
			this.#plans.clear();
		}
		for (const limit of loaded.limits) this.#stored.set(limit.id, limit);
		for (const id of loaded.deleted) this.#stored.delete(id);
		for (const { tenantId, plan } of loaded.plans) {
			if (plan === null) this.#plans.delete(tenantId);
			else this.#plans.set(tenantId, plan);
		}
		this.#index = new LimitIndex(this.all());
		this.#applied.clear();
		this.#revision = loaded.revision;
	}

	#maxReached(limit: Limit): number | undefined {
		const { ofAudience, onSame } = this.#index.beside(limit);
		if (onSame >= MAX_ON_SAME) return MAX_ON_SAME;

		return ofAudience >= MAX_OF_AUDIENCE ? MAX_OF_AUDIENCE : undefined;
	}
}

/** What is counted, for every value of its scope. */
function countKey(count: Pick<Limit, 'scope' | 'unit' | 'window' | 'shared'>): string {
	return `${count.shared}${counterOf(count, '').id}`;
}

/** No subject has a NUL: Postgres would not take it. */
function subjectsKey({ tenantId, source, workflowId, nodeName, ...named }: CallSubjects): string {
	const { provider, model, keyId } = named;

	return `${tenantId}\0${source}\0${workflowId}\0${nodeName}\0${provider}\0${model}\0${keyId}`;
}
