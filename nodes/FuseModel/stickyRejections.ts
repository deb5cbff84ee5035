import type { JsonRecord } from '../../core/readers/reading.ts';
import { ExecutionMemory } from './executionMemory.ts';

/** A "no" of the service; null: time alone does not help. */
type Rejection = { retryAfterMs: number | null };

/** A rejection of 1 kB each makes this 10 MB. One that is forgotten costs a question to the service, no money. */
const MAX_REJECTIONS = 10_000;

/**
 * The rejections that stand, by execution and tenant. A consumer's fallback model is called after any error, so a "no"
 * holds for all Fuse Models of an execution: the process has one of these. Rejections of time last until that is over,
 * others until the execution ends.
 */
export class StickyRejections<R extends Rejection> {
	readonly #standing: ExecutionMemory<{ rejection: R; until: number }>;

	constructor({ maxRejections = MAX_REJECTIONS }: { maxRejections?: number } = {}) {
		this.#standing = new ExecutionMemory({ maxValues: maxRejections });
	}

	/** One that stands longer stays. */
	note(noted: { executionId: string; tenantId: string; rejection: R; now: number }): void {
		const { executionId, tenantId, rejection, now } = noted;
		const { retryAfterMs } = rejection;
		const until = retryAfterMs === null ? Infinity : now + retryAfterMs;
		const before = this.#standing.get(executionId, tenantId);
		if (before && before.until > until) return;

		this.#standing.set(executionId, tenantId, { rejection, until });
	}

	/** Undefined when there is none; else the rejection, its `retryAfterMs` counted from `now`. */
	standing(executionId: string, tenantId: string, now: number): R | undefined {
		const found = this.#standing.get(executionId, tenantId);
		if (!found) return undefined;
		const { rejection, until } = found;
		if (until === Infinity) return rejection;
		if (now < until) return { ...rejection, retryAfterMs: until - now };
		this.#standing.delete(executionId, tenantId);

		return undefined;
	}

	end(executionId: string): void {
		this.#standing.end(executionId);
	}

	get count(): number {
		return this.#standing.count;
	}
}

const SCOPES_OF_ONE_MODEL = new Set<unknown>(['provider', 'model', 'key']);

/**
 * A provider that throttles is what fallback models are for, as is a model without a price; counters that did not answer
 * may answer now.
 */
const CODES_OF_ONE_CALL = new Set<unknown>([
	'providerThrottled',
	'storeUnavailable',
	'unknownPrice',
]);

/** Does a "no" for these reasons hold for every model of the tenant? A limit on one model or provider does not. */
export function holdsForEveryModel(reasons: readonly JsonRecord[]): boolean {
	const areOfOneCall = reasons.map(
		({ code, scope }) => CODES_OF_ONE_CALL.has(code) || SCOPES_OF_ONE_MODEL.has(scope),
	);

	return reasons.length === 0 || areOfOneCall.includes(false);
}
