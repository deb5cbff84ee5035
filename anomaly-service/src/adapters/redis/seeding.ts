import { randomUUID } from 'node:crypto';
import type { Counter } from '../../../../core/limits.ts';
import {
	SEED_LEASE_MS,
	type Hold,
	type Partition,
	type SeededCounter,
} from '../../ports/counters.ts';
import { Packer } from './bytes.ts';
import { everyPartition } from './everyPartition.ts';
import { packHold } from './holdRecord.ts';
import { partitionKeys, SHARED_KEYS, tenantKeys, type PartitionKeys } from './keys.ts';
import { packCounters } from './limitArgs.ts';
import type { RedisLink } from './redisLink.ts';
import type { StoreTime } from './storeTime.ts';
import type { TenantRegistry } from './tenantRegistry.ts';

export type SeedingDependencies = { link: RedisLink; time: StoreTime; registry: TenantRegistry };

/** Holds planted by one script. */
const PLANTED_AT_ONCE = 200;

type Planted = { reservationId: string; record: Buffer };

/** Brings back what the store has lost, or never had. */
export class Seeding {
	readonly #deps: SeedingDependencies;

	constructor(deps: SeedingDependencies) {
		this.#deps = deps;
	}

	async start(partition: Partition, counters: readonly Counter[]): Promise<string | undefined> {
		const { link, time } = this.#deps;
		const token = randomUUID();
		const [outcome] = await time.agree((estimate) => {
			const { bytes, from, till } = packCounters(counters, estimate);
			const head = new Packer().doubles([time.argument(), from, till, SEED_LEASE_MS]).take();
			return link.run('startSeed', partitionKeys(partition).all, [head, bytes, token]);
		});
		return outcome === 'started' ? token : undefined;
	}

	async plant(holds: readonly Hold[]): Promise<void> {
		const { registry, time } = this.#deps;
		const byTenant = new Map<string, Planted[]>();
		const shared: Planted[] = [];
		for (const hold of holds) {
			const { reservationId, call, entries } = hold;
			const ofShared = entries.filter(({ counter }) => counter.shared);
			const ofTenant = entries.filter(({ counter }) => !counter.shared);
			const holdsShared = ofShared.length > 0;
			const planted = byTenant.get(call.tenantId) ?? [];
			planted.push({ reservationId, record: packHold(hold, ofTenant, holdsShared) });
			byTenant.set(call.tenantId, planted);
			if (holdsShared) shared.push({ reservationId, record: packHold(hold, ofShared, false) });
		}
		for (const [tenantId, planted] of byTenant) {
			await registry.note(tenantId, time.estimate());
			await this.#plant(tenantKeys(tenantId), planted);
		}
		await this.#plant(SHARED_KEYS, shared);
	}

	async seed(
		partition: Partition,
		{ token, counters }: { token: string; counters: readonly SeededCounter[] },
	): Promise<boolean> {
		const { link, time } = this.#deps;
		const each = counters.filter(
			({ counter }, i) => counters.findIndex((other) => other.counter.id === counter.id) === i,
		);
		const slices = each.map((seeded) => {
			const packer = new Packer();
			for (const { start, amount } of seeded.slices) packer.double(start).double(amount);
			return packer.take();
		});
		const [outcome] = await time.agree((estimate) => {
			const { bytes, from, till } = packCounters(
				each.map(({ counter }) => counter),
				estimate,
			);
			const head = new Packer().doubles([time.argument(), from, till]).take();
			return link.run('seed', partitionKeys(partition).all, [head, bytes, token, ...slices]);
		});
		return outcome === 'seeded';
	}

	async chill(partition: Partition): Promise<void> {
		await this.#deps.link.run('chill', partitionKeys(partition).all, []);
	}

	async chillAll(): Promise<void> {
		const { link } = this.#deps;
		for await (const some of everyPartition(link)) {
			await Promise.all(some.map((keys) => link.run('chill', keys.all, [])));
		}
	}

	async #plant(keys: PartitionKeys, planted: readonly Planted[]): Promise<void> {
		const { link, time } = this.#deps;
		for (let i = 0; i < planted.length; i += PLANTED_AT_ONCE) {
			const some = planted.slice(i, i + PLANTED_AT_ONCE);
			await link.run('plant', keys.all, [
				String(time.argument()),
				...some.flatMap(({ reservationId, record }) => [reservationId, record]),
			]);
		}
	}
}
