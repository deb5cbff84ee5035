import type { HoldRef, RenewResult } from '../../anomaly-service/src/ports/counters.ts';
import type { TryOutcome } from '../../anomaly-service/src/stages/releaseRound.ts';
import type { QueuedTry } from '../../anomaly-service/src/stages/scheduler.ts';

type Hold = { counterIds: string[]; microCents: number; state: 'held' | 'ended' | 'settled' };

/**
 * Counters with a capacity in micro-cents, as the counter store keeps them: holds by reservation, the same answer for a
 * repeated reservation. A call counts towards its tenant, and towards `model=…` when it names one.
 */
export class Room {
	/** By counter; one that is not named has no limit. */
	readonly capacity = new Map<string, number>();
	readonly holds = new Map<string, Hold>();
	/** Every try, in order. */
	readonly tries: QueuedTry[] = [];
	/** No call is in the way of others. */
	letsPass = false;
	/** Called before a try is answered. */
	beforeAnswer: (call: QueuedTry) => unknown = () => undefined;

	readonly reserve = async (call: QueuedTry): Promise<TryOutcome> => {
		this.tries.push(call);
		await this.beforeAnswer(call);
		const { reservationId, tenantId, ask } = call;
		const known = this.holds.get(reservationId);
		if (known?.state === 'held') return this.#held(call);
		if (known) return { kind: 'ended' };
		const { model } = ask.call;
		const counterIds = [`tenant=${tenantId}`, ...(model === undefined ? [] : [`model=${model}`])];
		const blockedBy = counterIds.filter(
			(id) =>
				call.isTaken(id) ||
				this.used(id) + ask.size.microCents > (this.#capacityOf(id) * call.fillPct) / 100,
		);
		if (counterIds.some((id) => ask.size.microCents > this.#capacityOf(id)))
			return { kind: 'never', reasons: [] };
		if (blockedBy.length > 0 && this.letsPass)
			return { kind: 'notNow', retryAfterMs: 3_600_000, blockedBy: [], letsPass: true };
		if (blockedBy.length > 0) return { kind: 'notNow', retryAfterMs: null, blockedBy };
		this.holds.set(reservationId, { counterIds, microCents: ask.size.microCents, state: 'held' });
		return this.#held(call);
	};

	/** Takes room that no queued call has. */
	fill(counterId: string, microCents: number): void {
		this.holds.set(`filler of ${counterId}`, {
			counterIds: [counterId],
			microCents,
			state: 'held',
		});
	}

	readonly release = async ({ reservationId }: HoldRef): Promise<void> => {
		const hold = this.holds.get(reservationId);
		if (hold?.state === 'held') hold.state = 'ended';
	};

	readonly renew = async ({ reservationId, ttlMs }: HoldRef & { ttlMs: number }) => {
		const state = this.holds.get(reservationId)?.state;
		const result: RenewResult =
			state === 'held'
				? { outcome: 'renewed', expiresAt: ttlMs }
				: { outcome: state === 'settled' ? 'alreadySettled' : 'expired' };
		return result;
	};

	used(counterId: string): number {
		return [...this.holds.values()]
			.filter(({ state, counterIds }) => state === 'held' && counterIds.includes(counterId))
			.reduce((sum, { microCents }) => sum + microCents, 0);
	}

	#capacityOf(counterId: string): number {
		return this.capacity.get(counterId) ?? Infinity;
	}

	#held({ reservationId, ask }: QueuedTry): TryOutcome {
		const { microCents } = ask.size;
		const answer = { reservationId, heldMicroCents: microCents, expiresAt: 0 };
		return { kind: 'held', answer: { decision: 'allow', ...answer } };
	}
}
