import type { Counters } from '../../../anomaly-service/src/ports/counters.ts';
import type { Clock } from '../../../anomaly-service/src/ports/clock.ts';
import {
	applicableLimits,
	NOTHING_USED,
	limitId,
	type AppliedLimit,
	type CallSize,
	type CallSubjects,
	type Limit,
} from '../../../core/limits.ts';
import type { Window } from '../../../core/windows.ts';

export const DAY: Window = { kind: 'calendar', unit: 'day', timeZone: 'UTC' };
export const MINUTE: Window = { kind: 'rolling', windowMs: 60_000 };
export const NOON = Date.UTC(2026, 9, 14, 12);

/** Opens an empty store that takes its time from the clock. */
export type MakeCounters = (clock: Clock) => Promise<Counters>;

export const limit = (
	given: Pick<Limit, 'scope' | 'unit' | 'capacity'> & { window: Window | null } & Partial<Limit>,
): Limit => ({
	id: limitId(given.scope, given.unit, given.window),
	subject: null,
	audience: { kind: 'all' },
	shared: given.scope === 'global',
	mode: 'enforce',
	whenOver: 'queue',
	whenStoreDown: 'closed',
	...given,
});

export const requestsPerMinute = (capacity: number, given: Partial<Limit> = {}) =>
	limit({ scope: 'tenant', unit: 'requests', window: MINUTE, capacity, ...given });
export const budgetPerDay = (capacity: number, given: Partial<Limit> = {}) =>
	limit({ scope: 'tenant', unit: 'microCents', window: DAY, capacity, ...given });

type ReserveGiven = {
	limits: readonly Limit[];
	call?: Partial<CallSubjects>;
	size?: Partial<CallSize>;
	reservationId?: string;
	ttlMs?: number;
	fillPct?: number;
};

/** A store under test with the few words its tests are told in. Its tenant is `acme` unless a call says otherwise. */
export class CountersBench {
	now = NOON;
	readonly counters: Counters;
	#made = 0;

	private constructor(counters: Counters) {
		this.counters = counters;
	}

	static async open(make: MakeCounters): Promise<CountersBench> {
		const clock = { now: (): number => bench.now };
		const bench: CountersBench = new CountersBench(await make(clock));
		return bench;
	}

	/** Limits as they apply to a call of `acme`. */
	applied(limits: readonly Limit[], call: Partial<CallSubjects> = {}): AppliedLimit[] {
		return applicableLimits(limits, { tenantId: 'acme', ...call }, null);
	}

	/** Reserves; counts that are not in the store yet are seeded as unused first. */
	async reserve(given: ReserveGiven) {
		const asked = this.ask(given);
		const result = await this.counters.reserve(asked);
		if (result.kind !== 'cold') return result;

		await this.warm(asked.limits, asked.call.tenantId);
		return this.counters.reserve(asked);
	}

	ask({ limits, call = {}, size = {}, ...given }: ReserveGiven) {
		return {
			reservationId: `rsv_${++this.#made}`,
			call: { tenantId: 'acme', ...call },
			size: { microCents: 10, inputTokens: 100, cacheReadTokens: 30, outputTokens: 50, ...size },
			limits: this.applied(limits, call),
			ttlMs: 120_000,
			fillPct: 100,
			...given,
		};
	}

	async warm(limits: readonly AppliedLimit[], tenantId = 'acme'): Promise<void> {
		for (const isShared of [false, true]) {
			const partition = isShared
				? { kind: 'shared' as const }
				: { kind: 'tenant' as const, tenantId };
			const counters = limits
				.map(({ counter }) => counter)
				.filter(({ shared }) => shared === isShared);
			if (counters.length === 0) continue;
			const token = await this.counters.startSeed(partition, counters);
			if (token === undefined) throw new Error('another seeding is under way');
			await this.counters.seed(partition, {
				token,
				counters: counters.map((counter) => ({ counter, slices: [] })),
			});
		}
	}

	settle(reservationId: string, size: Partial<CallSize>, limits: readonly Limit[] = []) {
		return this.counters.settle({
			reservationId,
			tenantId: 'acme',
			size: { ...NOTHING_USED, ...size },
			limits: this.applied(limits),
		});
	}

	release(reservationId: string) {
		return this.counters.release({ reservationId, tenantId: 'acme' });
	}

	async record(limits: readonly Limit[], size: Partial<CallSize>, at = this.now): Promise<void> {
		const applied = this.applied(limits);
		await this.counters.record({
			tenantId: 'acme',
			size: { ...NOTHING_USED, ...size },
			at,
			limits: applied,
		});
	}

	async totals(limits: readonly Limit[], call: Partial<CallSubjects> = {}) {
		const applied = this.applied(limits, call);
		const states = await this.counters.limitStates(call.tenantId ?? 'acme', applied);

		return states.map(({ spent, held }) => ({ spent, held }));
	}
}
