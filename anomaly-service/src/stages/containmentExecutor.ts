import { isDeepStrictEqual } from 'node:util';
import type { Action } from '../../../core/containment/action.ts';
import { narrowed, restraintOf } from '../../../core/containment/ownLimits.ts';
import type { Breaker } from '../../../core/breaker.ts';
import type { Limit } from '../../../core/limits.ts';
import type { OwnStepBy, OwnSteps, OwnStepResult } from './containmentDesk.ts';
import type { LimitBook, PutResult } from './limitBook.ts';

type KeysBy = { incidentId: string; actor: string; now: number };

export type ContainmentExecutorDependencies = {
	breakers: { breaker(tenantId: string): Promise<Breaker> };
	/** Lets a tenant go on trial. */
	letGo: (tenantId: string, by: { actor: string; now: number }) => Promise<unknown>;
	limits: Pick<LimitBook, 'get' | 'load' | 'put' | 'remove'>;
	/** The keys the service issued to a tenant. Each answers what it changed. */
	keys: {
		revokeTenant(
			tenantId: string,
			by: KeysBy & { reason: string },
		): Promise<{ keyIds: readonly string[] }>;
		restoreTenant(tenantId: string, by: KeysBy): Promise<{ keyIds: readonly string[] }>;
	};
};

/** Who the audit names. */
const ACTOR = 'containment';

/** The steps the service does itself: it restrains a tenant by a limit, and revokes the keys it issued. */
export class ContainmentExecutor implements OwnSteps {
	readonly #deps: ContainmentExecutorDependencies;

	constructor(deps: ContainmentExecutorDependencies) {
		this.#deps = deps;
	}

	run(step: Action, by: OwnStepBy): Promise<OwnStepResult> {
		const { now } = by;
		const isUndo = step.direction === 'undo';
		switch (step.action) {
			case 'throttle':
			case 'queueOnly':
				return isUndo ? this.#lift(step, now) : this.#restrain(step, by);
			case 'revokeKey':
				return isUndo ? this.#restoreKeys(step, now) : this.#revokeKeys(step, now);
			case 'block':
				return isUndo ? this.#letGo(step, now) : this.#isBlocked(step);
			default:
				return Promise.resolve({ outcome: 'unsupported' });
		}
	}

	async #restrain(step: Action, by: OwnStepBy): Promise<OwnStepResult> {
		const { limits } = this.#deps;
		const restraint = restraintOf(step);
		await limits.load();
		const before = limits.get(restraint.id);
		const put = await this.#put(restraint, by.now);
		if (put.outcome === 'sameCount') {
			return this.#narrow(step, { limitId: put.limitId, restraint, by });
		}
		if (put.outcome === 'unchanged') {
			return mayBeDone(step)
				? { outcome: 'applied', restore: { limit: null } }
				: { outcome: 'already' };
		}
		const failure = failureOf(put);

		return failure ?? { outcome: 'applied', restore: { limit: before ?? null } };
	}

	/** Of two limits on one count the store takes one: the operator's own is narrowed for as long. */
	async #narrow(
		step: Action,
		{ limitId, restraint, by }: { limitId: string; restraint: Limit; by: OwnStepBy },
	): Promise<OwnStepResult> {
		await this.#deps.limits.load();
		const kept = limitIn(step.restore);
		const before = kept ?? this.#deps.limits.get(limitId);
		if (before === undefined) return { outcome: 'failed', detail: `limit ${limitId} is gone` };
		const after = narrowed(before, restraint);
		if (kept === undefined && isSame(before, after)) return { outcome: 'already' };
		await by.keep({ limit: before });
		const put = await this.#put(after, by.now);

		return failureOf(put) ?? { outcome: 'applied', restore: { limit: before } };
	}

	async #lift(step: Action, now: number): Promise<OwnStepResult> {
		const { limits } = this.#deps;
		const restraint = restraintOf(step);
		const before = limitIn(step.restore);
		if (before === undefined) {
			const by = { actor: ACTOR, tenantId: null, now };
			const { outcome } = await limits.remove(restraint.id, by);
			return { outcome: outcome === 'removed' ? 'applied' : 'already' };
		}
		await limits.load();
		const made = before.id === restraint.id ? restraint : narrowed(before, restraint);
		if (!isDeepStrictEqual(limits.get(before.id), made)) {
			return { outcome: 'already', detail: `limit ${before.id} was changed since, and stays so` };
		}
		return failureOf(await this.#put(before, now)) ?? { outcome: 'applied' };
	}

	#put(limit: Limit, now: number): Promise<PutResult> {
		return this.#deps.limits.put(limit, { actor: ACTOR, tenantId: null, now, replace: true });
	}

	async #revokeKeys(step: Action, now: number): Promise<OwnStepResult> {
		const { tenantId, incidentId, rule } = step;
		const { keyIds } = await this.#deps.keys.revokeTenant(tenantId, {
			...{ incidentId, reason: rule, actor: ACTOR, now },
		});

		return keyIds.length === 0 && !mayBeDone(step)
			? { outcome: 'already' }
			: { outcome: 'applied', restore: { keyIds } };
	}

	async #restoreKeys({ tenantId, incidentId }: Action, now: number): Promise<OwnStepResult> {
		const { keyIds } = await this.#deps.keys.restoreTenant(tenantId, {
			...{ incidentId, actor: ACTOR, now },
		});

		return { outcome: keyIds.length === 0 ? 'already' : 'applied' };
	}

	/** The breaker was opened with its incident; there is nothing left to do. */
	async #isBlocked({ tenantId }: Action): Promise<OwnStepResult> {
		const { state } = await this.#deps.breakers.breaker(tenantId);

		return { outcome: state === 'open' || state === 'isolated' ? 'already' : 'notFound' };
	}

	async #letGo({ tenantId, incidentId, decidedBy }: Action, now: number): Promise<OwnStepResult> {
		const breaker = await this.#deps.breakers.breaker(tenantId);
		if (breaker.state !== 'open' || breaker.incidentId !== incidentId) {
			return { outcome: 'already' };
		}
		await this.#deps.letGo(tenantId, { actor: decidedBy ?? ACTOR, now });
		return { outcome: 'applied' };
	}
}

/** A limit that is narrow enough as it is. */
function isSame(before: Limit, after: Limit): boolean {
	return (
		before.capacity === after.capacity &&
		before.mode === after.mode &&
		before.whenOver === after.whenOver
	);
}

/** It was begun before, by who did not say how it ended: what is so already may be so by this step. */
function mayBeDone({ attempt, attemptsBefore }: Action): boolean {
	return attempt - attemptsBefore > 1;
}

function failureOf(put: PutResult): OwnStepResult | undefined {
	switch (put.outcome) {
		case 'created':
		case 'replaced':
		case 'unchanged':
			return undefined;
		case 'configured':
			return { outcome: 'failed', detail: `the limit is set by ${put.variable}` };
		case 'tooMany':
			return { outcome: 'failed', detail: `there are ${put.max} limits already` };
		case 'idTaken':
			return { outcome: 'failed', detail: 'the id of the limit is in use' };
		case 'sameCount':
			return { outcome: 'failed', detail: `limit ${put.limitId} counts the same` };
	}
}

/** What `#restrain` stored: the limit as it was before, or null when there was none. */
function limitIn(restore: Record<string, unknown> | null): Limit | undefined {
	const limit = restore?.['limit'];

	return typeof limit === 'object' && limit !== null ? (limit as Limit) : undefined;
}
