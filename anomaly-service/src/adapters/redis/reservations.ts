import { StoreUnavailableError } from '../../ports/database.ts';
import type { ReserveAsk, ReserveResult } from '../../ports/counters.ts';
import { SHARED_KEYS, tenantKeys } from './keys.ts';
import { split, type LimitSet } from './limitArgs.ts';
import type { RedisLink } from './redisLink.ts';
import { ReserveLane } from './reserveLane.ts';
import type { StoreAnswer } from './reserveAnswers.ts';
import type { StoreTime } from './storeTime.ts';

export type ReservationsDependencies = {
	link: RedisLink;
	time: StoreTime;
	/** Undoes a hold of a tenant's partition as if it had never been asked for. */
	undo: (ask: ReserveAsk) => Promise<void>;
};

/**
 * Holds of all limits or of none. In one store that is one atomic step. In a cluster a tenant's limits and the shared ones
 * are in different slots: first the tenant's hold, then the shared one; when that is refused the first is undone. In
 * between the tenant holds more than it will, never less: nothing is admitted over a capacity, and if this process dies
 * there, the tenant's lease runs out like any other.
 */
export class Reservations {
	readonly #deps: ReservationsDependencies;
	readonly #tenants: ReserveLane;
	readonly #shared: ReserveLane;

	constructor(deps: ReservationsDependencies) {
		const { link, time } = deps;
		this.#deps = deps;
		this.#tenants = new ReserveLane({ link, time, reports: true });
		this.#shared = new ReserveLane({ link, time, reports: false });
	}

	async reserve(ask: ReserveAsk): Promise<ReserveResult> {
		const { own, shared } = split(ask.limits);
		const { isOneStore } = this.#deps.link;
		const holdsShared = shared.length > 0;
		const set = { own, shared: isOneStore ? shared : [], holdsShared, fillPct: ask.fillPct };
		const answer = await this.#tenants.ask({
			keys: tenantKeys(ask.call.tenantId),
			...{ set, ask, lookOnly: false },
		});
		if (isOneStore || !holdsShared) return resultOf(answer);

		const sharedSet = { own: shared, shared: [], holdsShared: false, fillPct: ask.fillPct };
		return this.#withShared(answer, ask, sharedSet);
	}

	async #withShared(answer: StoreAnswer, ask: ReserveAsk, set: LimitSet): Promise<ReserveResult> {
		switch (answer.kind) {
			case 'held':
			case 'known':
				return this.#holdShared(answer, ask, set);
			case 'limitExceeded':
			case 'cold': {
				const look = { keys: SHARED_KEYS, set, ask, lookOnly: true };
				return refusalOf(answer, await this.#shared.ask(look));
			}
			default:
				return resultOf(answer);
		}
	}

	async #holdShared(
		own: Extract<StoreAnswer, { kind: 'held' | 'known' }>,
		ask: ReserveAsk,
		set: LimitSet,
	): Promise<ReserveResult> {
		const shared = await this.#orUndo(ask, () =>
			this.#shared.ask({ keys: SHARED_KEYS, set, ask, lookOnly: false }),
		);
		if (shared.kind === 'limitExceeded' || shared.kind === 'cold') {
			await this.#deps.undo(ask);
			return shared;
		}
		if (own.kind === 'known' || shared.kind !== 'held') return resultOf(own);

		return { ...own, wouldExceed: [...own.wouldExceed, ...shared.wouldExceed] };
	}

	/** Without an answer nobody knows whether the shared limits hold: the tenant's are not kept held for it. */
	async #orUndo(ask: ReserveAsk, run: () => Promise<StoreAnswer>): Promise<StoreAnswer> {
		try {
			return await run();
		} catch (error) {
			await this.#deps.undo(ask).catch((undoing: unknown) => {
				// Then its lease runs out.
				if (!(undoing instanceof StoreUnavailableError)) throw undoing;
			});
			throw error;
		}
	}
}

/** Everything that stands against an ask: of the tenant's limits, then of the shared ones. */
function refusalOf(
	own: Extract<StoreAnswer, { kind: 'limitExceeded' | 'cold' }>,
	shared: StoreAnswer,
): ReserveResult {
	const cold = [own, shared].flatMap((answer) => (answer.kind === 'cold' ? answer.counters : []));
	if (cold.length > 0 || own.kind === 'cold') return { kind: 'cold', counters: cold };
	if (shared.kind !== 'limitExceeded') return own;

	return { ...own, exceeded: [...own.exceeded, ...shared.exceeded] };
}

function resultOf(answer: StoreAnswer): ReserveResult {
	if (answer.kind === 'known') {
		const { now, expiresAt } = answer;
		return { kind: 'held', now, expiresAt, wouldExceed: [] };
	}
	if (answer.kind === 'fits') throw new TypeError('asked to hold, the store only looked');

	return answer;
}
