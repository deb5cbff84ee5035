import type { Counter } from '../../../../core/limits.ts';
import type {
	Counters,
	HoldRef,
	ReleaseOutcome,
	RenewResult,
	ReserveAsk,
	SettleOutcome,
} from '../../ports/counters.ts';
import { Packer } from './bytes.ts';
import { SHARED_KEYS, tenantKeys } from './keys.ts';
import { distinct, packCounters, sizeValues, split } from './limitArgs.ts';
import type { RedisLink, ScriptArgument } from './redisLink.ts';
import { listOf, numberOf, oneOf } from './replies.ts';
import type { ScriptName } from './scripts.ts';
import type { StoreTime } from './storeTime.ts';

type Settlement = Parameters<Counters['settle']>[0];
const SETTLE_OUTCOMES: readonly SettleOutcome[] = [
	'settled',
	'alreadySettled',
	'expired',
	'unknown',
];
const RELEASE_OUTCOMES: readonly ReleaseOutcome[] = [
	'released',
	'alreadySettled',
	'expired',
	'unknown',
];
const RENEW_OUTCOMES: readonly RenewResult['outcome'][] = [
	'renewed',
	'alreadySettled',
	'expired',
	'unknown',
];

type Counted = { own: readonly Counter[]; shared: readonly Counter[] };

/**
 * What becomes of holds. The tenant's partition decides; the shared one follows, in a cluster by a second script. Each
 * is idempotent by reservation id: when the second fails, the caller's next try catches up on it.
 */
export class HoldEndings {
	readonly #link: RedisLink;
	readonly #time: StoreTime;

	constructor({ link, time }: { link: RedisLink; time: StoreTime }) {
		this.#link = link;
		this.#time = time;
	}

	async settle(settlement: Settlement): Promise<SettleOutcome> {
		const { own, shared } = split(settlement.limits);
		const counted = { own: distinct(own), shared: distinct(shared) };
		const { all: tenant } = tenantKeys(settlement.tenantId);
		if (this.#link.isOneStore) {
			const keys = [...tenant, ...SHARED_KEYS.all];
			const [outcome] = await this.#settle(settlement, keys, { ...counted, reports: true });
			return oneOf(SETTLE_OUTCOMES, outcome);
		}
		const ownOnly = { own: counted.own, shared: [], reports: true };
		const answer = await this.#settle(settlement, tenant, ownOnly);
		if (holdsShared(answer)) {
			const sharedOnly = { own: counted.shared, shared: [], reports: false };
			await this.#settle(settlement, SHARED_KEYS.all, sharedOnly);
		}
		return oneOf(SETTLE_OUTCOMES, answer[0]);
	}

	async release({ tenantId, reservationId }: HoldRef): Promise<ReleaseOutcome> {
		const [outcome] = await this.#release({ tenantId, reservationId }, { forget: false });

		return oneOf(RELEASE_OUTCOMES, outcome);
	}

	/** As if the ask had never been made. */
	async undo({ call, reservationId }: ReserveAsk): Promise<void> {
		await this.#release({ tenantId: call.tenantId, reservationId }, { forget: true });
	}

	async renew({
		tenantId,
		reservationId,
		ttlMs,
	}: HoldRef & { ttlMs: number }): Promise<RenewResult> {
		const args = [String(this.#time.argument()), reservationId, String(ttlMs)];
		const answer = await this.#onBoth('renew', tenantId, args);
		const outcome = oneOf(RENEW_OUTCOMES, answer[0]);
		if (outcome !== 'renewed') return { outcome };

		return { outcome, expiresAt: numberOf(answer[2]) };
	}

	#settle(
		{ reservationId, size }: Settlement,
		keys: readonly string[],
		{ own, shared, reports }: Counted & { reports: boolean },
	): Promise<readonly unknown[]> {
		return this.#time.agree((estimate) => {
			const first = packCounters(own, estimate);
			const second = packCounters(shared, estimate);
			const from = Math.max(first.from, second.from);
			const till = Math.min(first.till, second.till);
			const head = new Packer()
				.doubles([this.#time.argument(), from, till, ...sizeValues(size)])
				.byte(reports ? 1 : 0);
			return this.#link.run('settle', keys, [
				...[head.take(), reservationId],
				...[first.bytes, second.bytes],
			]);
		});
	}

	#release(
		{ tenantId, reservationId }: HoldRef,
		{ forget }: { forget: boolean },
	): Promise<readonly unknown[]> {
		const args = [String(this.#time.argument()), reservationId, forget ? '1' : '0'];

		return this.#onBoth('release', tenantId, args);
	}

	async #onBoth(
		script: ScriptName,
		tenantId: string,
		args: readonly ScriptArgument[],
	): Promise<readonly unknown[]> {
		const { all: tenant } = tenantKeys(tenantId);
		if (this.#link.isOneStore) {
			return listOf(await this.#link.run(script, [...tenant, ...SHARED_KEYS.all], args));
		}
		const answer = listOf(await this.#link.run(script, tenant, args));
		const isDone = answer[0] === 'released' || answer[0] === 'renewed';
		if (isDone && holdsShared(answer)) await this.#link.run(script, SHARED_KEYS.all, args);
		return answer;
	}
}

/** Of an answer {outcome, 1 when it holds of shared limits too}. */
function holdsShared(answer: readonly unknown[]): boolean {
	return answer[1] === 1;
}
