import { CLOSED, type Breaker } from '../../../../core/breaker.ts';
import type { AppliedLimit, Counter, LimitState } from '../../../../core/limits.ts';
import type { Clock } from '../../ports/clock.ts';
import type {
	Counters,
	FoundHold,
	Hold,
	HoldRef,
	Partition,
	ReleaseOutcome,
	RenewResult,
	ReserveAsk,
	ReserveResult,
	SeededCounter,
	SettleOutcome,
} from '../../ports/counters.ts';
import { Packer } from './bytes.ts';
import type { RedisClient } from './connect.ts';
import { HoldEndings } from './holdEndings.ts';
import { readFoundHold } from './holdRecord.ts';
import { SHARED_KEYS, tenantKeys } from './keys.ts';
import { distinct, packCounters, sizeValues, split } from './limitArgs.ts';
import { RedisLink } from './redisLink.ts';
import { numberOf } from './replies.ts';
import { Reservations } from './reservations.ts';
import { parseBreaker, resetsAt } from './reserveAnswers.ts';
import { Seeding } from './seeding.ts';
import { StoreTime } from './storeTime.ts';
import { COUNTERS_AT_ONCE, Sweeper } from './sweeper.ts';
import { TenantRegistry } from './tenantRegistry.ts';
import { TwoPartitions } from './twoPartitions.ts';

/** The field of a tenant's holds that is its breaker: no reservation has an empty id. */
const BREAKER_FIELD = '';

/**
 * Counters of any number of replicas, in one Redis or a Redis Cluster. Each tenant's counts and holds are a partition of
 * their own, in one slot; what all tenants share is one more. What is to be atomic is one script: see lua/.
 */
export class RedisCounters implements Counters {
	readonly #link: RedisLink;
	readonly #time: StoreTime;
	readonly #registry: TenantRegistry;
	readonly #reservations: Reservations;
	readonly #endings: HoldEndings;
	readonly #sweeper: Sweeper;
	readonly #seeding: Seeding;
	readonly #twoPartitions: TwoPartitions;

	/** `clock` replaces the store's own time: for replays, and for tests that move it. */
	constructor({ client, clock }: { client: RedisClient; clock?: Clock | undefined }) {
		const link = new RedisLink(client);
		const time = new StoreTime(clock);
		const registry = new TenantRegistry(link);
		this.#link = link;
		this.#time = time;
		this.#registry = registry;
		this.#endings = new HoldEndings({ link, time });
		this.#reservations = new Reservations({ link, time, undo: (ask) => this.#endings.undo(ask) });
		this.#sweeper = new Sweeper({ link, time, registry });
		this.#seeding = new Seeding({ link, time, registry });
		this.#twoPartitions = new TwoPartitions({ link, time });
	}

	async reserve(ask: ReserveAsk): Promise<ReserveResult> {
		// Before the first hold, so that its lease is looked after whatever happens to this process.
		const noted = this.#registry.note(ask.call.tenantId, this.#time.estimate());
		if (noted) await noted;

		return this.#reservations.reserve(ask);
	}

	async findHold({ tenantId, reservationId }: HoldRef): Promise<FoundHold | undefined> {
		const { holds, ended } = tenantKeys(tenantId);
		const [held, past] = await this.#link.send((client) =>
			Promise.all([
				client.hgetBuffer(holds, reservationId),
				client.hgetBuffer(ended, reservationId),
			]),
		);
		const record = held ?? past;

		return record === null ? undefined : readFoundHold(record);
	}

	settle(given: Parameters<Counters['settle']>[0]): Promise<SettleOutcome> {
		return this.#endings.settle(given);
	}

	release(hold: HoldRef): Promise<ReleaseOutcome> {
		return this.#endings.release(hold);
	}

	renew(lease: Parameters<Counters['renew']>[0]): Promise<RenewResult> {
		return this.#endings.renew(lease);
	}

	async record({ tenantId, size, at, limits }: Parameters<Counters['record']>[0]): Promise<void> {
		const { own, shared } = split(limits);
		await this.#twoPartitions.run('record', {
			tenantId,
			own: distinct(own),
			shared: distinct(shared),
			values: [at, ...sizeValues(size)],
		});
	}

	async raise({ tenantId, used, ...applied }: Parameters<Counters['raise']>[0]): Promise<void> {
		const keys = applied.counter.shared ? SHARED_KEYS : tenantKeys(tenantId);
		await this.#time.agree((estimate) => {
			const { bytes, from, till } = packCounters([applied.counter], estimate);
			const head = new Packer().doubles([this.#time.argument(), from, till, used]).take();
			return this.#link.run('raise', keys.all, [head, bytes]);
		});
	}

	expire(tenantIds?: readonly string[]): Promise<Hold[]> {
		return this.#sweeper.expire(tenantIds);
	}

	async reported(holds: readonly HoldRef[]): Promise<void> {
		const byTenant = Map.groupBy(holds, ({ tenantId }) => tenantId);
		for (const [tenantId, some] of byTenant) {
			const ids = some.map(({ reservationId }) => reservationId);
			await this.#link.run('reported', tenantKeys(tenantId).all, ids);
		}
	}

	async limitStates(tenantId: string, limits: readonly AppliedLimit[]): Promise<LimitState[]> {
		const stands = await this.#stands(
			tenantId,
			limits.map(({ counter }) => counter),
		);
		const byKey = new Map(stands.map((stand) => [keyOf(stand.counter), stand]));

		return limits.map((applied) => {
			const { spent, held, resetsAt } = byKey.get(keyOf(applied.counter)) ?? UNUSED;
			return { ...applied, spent, held, resetsAt };
		});
	}

	async coldOf(tenantId: string, limits: readonly AppliedLimit[]): Promise<Counter[]> {
		const stands = await this.#stands(
			tenantId,
			limits.map(({ counter }) => counter),
		);
		return stands.filter(({ isCold }) => isCold).map(({ counter }) => counter);
	}

	async countersOf(tenantId: string): Promise<Counter[]> {
		const counters = await this.#sweeper.countersIn(tenantKeys(tenantId), false);
		const stands = await this.#stands(tenantId, counters);

		return stands.filter(({ spent, held }) => spent + held > 0).map(({ counter }) => counter);
	}

	async breaker(tenantId: string): Promise<Breaker> {
		const { holds } = tenantKeys(tenantId);
		const stored = await this.#link.send((client) => client.hgetBuffer(holds, BREAKER_FIELD));

		return stored === null ? CLOSED : parseBreaker(stored.toString('utf8', 8));
	}

	async setBreaker(tenantId: string, breaker: Breaker): Promise<void> {
		const { holds } = tenantKeys(tenantId);
		await this.#link.send((client) =>
			breaker.state === 'closed'
				? client.hdel(holds, BREAKER_FIELD)
				: client.hset(holds, BREAKER_FIELD, packBreaker(breaker)),
		);
	}

	async tripBreaker({
		tenantId,
		incidentId,
		now,
	}: Parameters<Counters['tripBreaker']>[0]): Promise<boolean> {
		const open = packBreaker({ state: 'open', incidentId, openedAt: now });
		const { all } = tenantKeys(tenantId);

		return (await this.#link.run('tripBreaker', all, [String(now), open])) === 1;
	}

	startSeed(partition: Partition, counters: readonly Counter[]): Promise<string | undefined> {
		return this.#seeding.start(partition, counters);
	}

	plant(holds: readonly Hold[]): Promise<void> {
		return this.#seeding.plant(holds);
	}

	seed(
		partition: Partition,
		given: { token: string; counters: readonly SeededCounter[] },
	): Promise<boolean> {
		return this.#seeding.seed(partition, given);
	}

	chill(partition: Partition): Promise<void> {
		return this.#seeding.chill(partition);
	}

	chillAll(): Promise<void> {
		return this.#seeding.chillAll();
	}

	async now(): Promise<number> {
		// Of a cluster the shared slot is asked: without it hardly anything can be held.
		const now = numberOf(await this.#link.run('now', SHARED_KEYS.all, []));

		return this.#time.givenOr(now);
	}

	async close(): Promise<void> {
		this.#link.close();
	}

	async #stands(tenantId: string, counters: readonly Counter[]): Promise<Stand[]> {
		const unique = [...new Map(counters.map((counter) => [keyOf(counter), counter])).values()];
		const stands: Stand[] = [];
		for (let i = 0; i < unique.length; i += COUNTERS_AT_ONCE) {
			const some = unique.slice(i, i + COUNTERS_AT_ONCE);
			const own = some.filter(({ shared }) => !shared);
			const shared = some.filter((counter) => counter.shared);
			const values = await this.#twoPartitions.run('states', { tenantId, own, shared, values: [] });
			[...own, ...shared].forEach((counter, at) => {
				const [isWarm, spent, held, oldestInUse] = values.slice(4 * at, 4 * at + 4).map(numberOf);
				stands.push({
					counter,
					isCold: isWarm !== 1,
					spent: spent ?? 0,
					held: held ?? 0,
					resetsAt: resetsAt(counter, oldestInUse ?? -1),
				});
			});
		}
		return stands;
	}
}

type Stand = Pick<LimitState, 'counter' | 'spent' | 'held' | 'resetsAt'> & { isCold: boolean };

const UNUSED = { spent: 0, held: 0, resetsAt: null };

function keyOf({ id, shared }: Counter): string {
	return `${shared}|${id}`;
}

/** Until when it blocks, then the breaker itself: the scripts compare a number and look no further. */
function packBreaker(breaker: Exclude<Breaker, { state: 'closed' }>): Buffer {
	return new Packer()
		.double(blocksUntil(breaker))
		.raw(Buffer.from(JSON.stringify(breaker)))
		.take();
}

/** Epoch ms; a half-open breaker never blocks. */
function blocksUntil(breaker: Exclude<Breaker, { state: 'closed' }>): number {
	if (breaker.state === 'halfOpen') return 0;
	const until = breaker.state === 'isolated' ? breaker.until : null;

	return until ?? Number.MAX_SAFE_INTEGER;
}
