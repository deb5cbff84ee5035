import type { Call } from '../behaviour/minuteSums.ts';
import { DAY_MS } from '../durations.ts';

/** Tokens sent to one model on one day (UTC), of calls that succeeded; `cached` lies within `input`. */
export type CacheDay = { calls: number; input: number; cached: number };

export type CacheUse = CacheDay & { days: number };

const DAYS_KEPT = 8;
/** Models of a tenant whose use is remembered: some kB. */
const MAX_MODELS = 50;

/** How much of what a tenant sends its vendors had in their caches, by model (`endpoint|model`) and day. */
export class CacheHistory {
	readonly #models = new Map<string, Map<number, CacheDay>>();

	add({ endpoint, model, at, input, cached, failed }: Call): void {
		if (failed || input === 0) return;
		this.addDay(`${endpoint}|${model}`, Math.floor(at / DAY_MS), { calls: 1, input, cached });
	}

	/** Adds a part of a day, for what was counted before this process started. `day`: days since the epoch. */
	addDay(modelKey: string, day: number, { calls, input, cached }: CacheDay): void {
		const days = this.#models.get(modelKey) ?? new Map<number, CacheDay>();
		if (days.size === 0 && this.#models.size >= MAX_MODELS) return;
		this.#models.set(modelKey, days);
		const sums = days.get(day) ?? { calls: 0, input: 0, cached: 0 };
		days.set(day, {
			calls: sums.calls + calls,
			input: sums.input + input,
			cached: sums.cached + cached,
		});
	}

	/** By model: its use on the days before that of `asOf`. */
	*before(asOf: number): Generator<[modelKey: string, use: CacheUse]> {
		const today = Math.floor(asOf / DAY_MS);
		for (const [modelKey, days] of this.#models) {
			const use = { calls: 0, input: 0, cached: 0, days: 0 };
			for (const [day, { calls, input, cached }] of days) {
				if (day >= today || day <= today - DAYS_KEPT) continue;
				use.calls += calls;
				use.input += input;
				use.cached += cached;
				use.days += 1;
			}
			if (use.cached > 0) yield [modelKey, use];
		}
	}

	forget(now: number): void {
		const oldest = Math.floor(now / DAY_MS) - DAYS_KEPT;
		for (const [modelKey, days] of this.#models) {
			for (const day of days.keys()) if (day <= oldest) days.delete(day);
			if (days.size === 0) this.#models.delete(modelKey);
		}
	}
}
