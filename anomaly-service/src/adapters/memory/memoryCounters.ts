import { admits, CLOSED, type Breaker } from '../../../../core/breaker.ts';
import type { Limit } from '../../../../core/limits.ts';
import type {
	Counters,
	ExceededLimit,
	ReleaseOutcome,
	ReserveAsk,
	ReserveResult,
	SettleOutcome,
} from '../../ports/counters.ts';
import { LimitLedger } from './limitLedger.ts';

type Hold = {
	tenantId: string;
	microCents: number;
	expiresAt: number;
	/** What was held where: the slice is that of admission, so a late settlement lands in the right window. */
	entries: { ledger: LimitLedger; slice: number; amount: number; isMoney: boolean }[];
	state: 'held' | 'settled' | 'released' | 'expired';
	endedAt: number;
};

/** How long a finished hold is remembered, so that a repeated settlement is recognised. */
const REMEMBER_MS = 24 * 60 * 60_000;

/** Counters of one process. Every method is one synchronous step, so it is atomic as it stands. */
export function createMemoryCounters(): Counters {
	const ledgers = new Map<string, LimitLedger>();
	const holds = new Map<string, Hold>();
	const breakers = new Map<string, Breaker>();

	const ledgerOf = (limit: Limit, tenantId: string) => {
		const key = limit.scope === 'global' ? limit.id : `${limit.id}|${tenantId}`;
		const known = ledgers.get(key);
		if (known) return known;
		const ledger = new LimitLedger(limit.window);
		ledgers.set(key, ledger);
		return ledger;
	};
	const breakerOf = (tenantId: string) => breakers.get(tenantId) ?? CLOSED;

	function reserve(ask: ReserveAsk): ReserveResult {
		const breaker = breakerOf(ask.tenantId);
		if (!admits(breaker, ask.now)) return { kind: 'breakerOpen', breaker };

		const exceeded: ExceededLimit[] = [];
		const entries: Hold['entries'] = [];
		for (const limit of ask.limits) {
			const ledger = ledgerOf(limit, ask.tenantId);
			const amount = limit.unit === 'microCents' ? ask.microCents : 1;
			const { spent, held } = ledger.totals(ask.now);
			if (spent + held + amount > limit.capacity) {
				exceeded.push({
					...limit,
					spent,
					held,
					resetsAt: ledger.resetsAt(ask.now),
					requested: amount,
					availableAt: ledger.availableAt(amount, limit.capacity, ask.now),
				});
			}
			entries.push({
				ledger,
				slice: ledger.sliceAt(ask.now),
				amount,
				isMoney: limit.unit === 'microCents',
			});
		}
		if (exceeded.length > 0) return { kind: 'limitExceeded', exceeded };

		for (const { ledger, slice, amount } of entries) ledger.add(slice, { held: amount });
		const { tenantId, microCents, expiresAt } = ask;
		holds.set(ask.reservationId, {
			tenantId,
			microCents,
			expiresAt,
			entries,
			state: 'held',
			endedAt: 0,
		});
		return { kind: 'held' };
	}

	/** Books what was used; what is still held of it goes. */
	function book(hold: Hold, microCents: number): void {
		for (const { ledger, slice, amount, isMoney } of hold.entries) {
			const used = isMoney ? microCents : 1;
			if (hold.state === 'held') ledger.add(slice, { held: -amount, spent: used });
			else ledger.add(slice, { spent: used - amount });
		}
	}

	function settle(id: string, tenantId: string, microCents: number, now: number): SettleOutcome {
		const hold = holds.get(id);
		if (!hold) return 'unknown';
		if (hold.tenantId !== tenantId) return 'otherTenant';
		if (hold.state === 'settled') return 'alreadySettled';
		if (hold.state === 'released') return 'unknown';

		const outcome = hold.state === 'expired' ? 'expired' : 'settled';
		book(hold, microCents);
		hold.state = 'settled';
		hold.endedAt = now;
		return outcome;
	}

	function release(id: string, tenantId: string, now: number): ReleaseOutcome {
		const hold = holds.get(id);
		if (!hold) return 'unknown';
		if (hold.tenantId !== tenantId) return 'otherTenant';
		if (hold.state === 'settled') return 'alreadySettled';
		if (hold.state === 'expired') return 'expired';

		if (hold.state === 'held') {
			for (const { ledger, slice, amount } of hold.entries) ledger.add(slice, { held: -amount });
			hold.state = 'released';
			hold.endedAt = now;
		}
		return 'released';
	}

	return {
		reserve: async (ask) => reserve(ask),
		holdOwner: async (reservationId) => holds.get(reservationId)?.tenantId,
		settle: async (hold) => settle(hold.reservationId, hold.tenantId, hold.microCents, hold.now),
		release: async (hold) => release(hold.reservationId, hold.tenantId, hold.now),

		async record({ tenantId, microCents, requests, at, limits }) {
			for (const limit of limits) {
				const ledger = ledgerOf(limit, tenantId);
				const amount = limit.unit === 'microCents' ? microCents : requests;
				ledger.add(ledger.sliceAt(at), { spent: amount });
			}
		},

		async expire(now) {
			const expired = [];
			for (const [reservationId, hold] of holds) {
				if (hold.state !== 'held') {
					if (hold.endedAt + REMEMBER_MS < now) holds.delete(reservationId);
				} else if (hold.expiresAt <= now) {
					book(hold, hold.microCents);
					hold.state = 'expired';
					hold.endedAt = now;
					expired.push({
						reservationId,
						tenantId: hold.tenantId,
						microCents: hold.microCents,
					});
				}
			}
			for (const ledger of ledgers.values()) ledger.forget(now);
			return expired;
		},

		async limitStates(tenantId, limits, now) {
			return limits.map((limit) => {
				const ledger = ledgerOf(limit, tenantId);
				return { ...limit, ...ledger.totals(now), resetsAt: ledger.resetsAt(now) };
			});
		},

		breaker: async (tenantId) => breakerOf(tenantId),
		async setBreaker(tenantId, breaker) {
			if (breaker.state === 'closed') breakers.delete(tenantId);
			else breakers.set(tenantId, breaker);
		},
	};
}
