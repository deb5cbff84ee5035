import { MINUTE_MS } from '../../../../core/durations.ts';
import type { Counter } from '../../../../core/limits.ts';
import { parseCounterId } from '../../../../core/counterId.ts';
import { REMEMBER_MS, type Hold } from '../../ports/counters.ts';
import { Packer } from './bytes.ts';
import { readHold } from './holdRecord.ts';
import { SHARED_KEYS, tenantKeys, type PartitionKeys } from './keys.ts';
import { packCounters } from './limitArgs.ts';
import type { RedisLink } from './redisLink.ts';
import { bytesOf, listOf, textOf } from './replies.ts';
import type { StoreTime } from './storeTime.ts';
import type { TenantRegistry } from './tenantRegistry.ts';

export type SweeperDependencies = { link: RedisLink; time: StoreTime; registry: TenantRegistry };

/** `reports`: a tenant's partition, whose expired holds have to be recorded. */
type Sweep = { reports: boolean; isTidyDue: boolean };

/** Partitions swept at once: enough to keep Redis busy, few enough to let others in between. */
const AT_ONCE = 50;
/** One script books some hundreds of holds; what is left after so many is for the next sweep. */
const MAX_STEPS = 200;
/** How often counters nothing is counted in are dropped: often enough to stay small, too rare to be felt. */
const TIDY_EVERY_MS = MINUTE_MS;
/** Counters looked at by one script. */
export const COUNTERS_AT_ONCE = 200;

/** Books leases that ran out and keeps partitions small. */
export class Sweeper {
	readonly #deps: SweeperDependencies;
	#tidiedAt = 0;

	constructor(deps: SweeperDependencies) {
		this.#deps = deps;
	}

	/** Answers expired holds that nobody has recorded yet, of these tenants or of all that may have any. */
	async expire(tenantIds?: readonly string[]): Promise<Hold[]> {
		const { registry, time } = this.#deps;
		const now = time.estimate();
		// Whoever looks after all tenants tidies up after all of them.
		const isTidyDue = !tenantIds && now - this.#tidiedAt >= TIDY_EVERY_MS;
		if (isTidyDue) this.#tidiedAt = now;

		await this.#sweep(SHARED_KEYS, { reports: false, isTidyDue });
		const holds: Hold[] = [];
		const swept = tenantIds ?? (await registry.all());
		for (let i = 0; i < swept.length; i += AT_ONCE) {
			const some = swept.slice(i, i + AT_ONCE).map(tenantKeys);
			const found = await Promise.all(
				some.map((keys) => this.#sweep(keys, { reports: true, isTidyDue })),
			);
			holds.push(...found.flat());
		}
		if (isTidyDue) {
			await registry.forget(now, new Set(holds.map(({ call }) => call.tenantId)));
		}
		return holds;
	}

	/** The counters of a partition that are in its store, seeded or being seeded. */
	async countersIn(keys: PartitionKeys, shared: boolean): Promise<Counter[]> {
		const ids = new Set<string>();
		let cursor = '0';
		do {
			const [next, found] = await this.#deps.link.send((client) =>
				client.hscan(keys.counts, cursor, 'COUNT', COUNTERS_AT_ONCE),
			);
			found.forEach((text, i) => {
				if (i % 2 === 0) ids.add(text);
			});
			cursor = next;
		} while (cursor !== '0');

		return [...ids].flatMap((id) => parseCounterId(id, shared) ?? []);
	}

	async #sweep(keys: PartitionKeys, { reports, isTidyDue }: Sweep): Promise<Hold[]> {
		const holds = await this.#expire(keys, { reports, isTidyDue });
		if (isTidyDue) await this.#tidy(keys, !reports);

		return holds;
	}

	async #expire(keys: PartitionKeys, { reports, isTidyDue }: Sweep): Promise<Hold[]> {
		const { link, time } = this.#deps;
		for (let step = 1; ; step++) {
			const [isDone, ...records] = listOf(
				await link.runForBytes('expire', keys.all, [
					String(time.argument()),
					reports ? '1' : '0',
					String(isTidyDue ? REMEMBER_MS : -1),
				]),
			);
			if (isDone === 1 || step === MAX_STEPS) return holdsIn(records);
		}
	}

	async #tidy(keys: PartitionKeys, shared: boolean): Promise<void> {
		const { link, time } = this.#deps;
		const counters = await this.countersIn(keys, shared);
		for (let i = 0; i < counters.length; i += COUNTERS_AT_ONCE) {
			const some = counters.slice(i, i + COUNTERS_AT_ONCE);
			await time.agree((estimate) => {
				const { bytes, from, till } = packCounters(some, estimate);
				const head = new Packer().doubles([time.argument(), from, till]).take();
				return link.run('tidy', keys.all, [head, bytes]);
			});
		}
	}
}

/** Reservation ids and records in turn. */
function holdsIn(values: readonly unknown[]): Hold[] {
	const holds: Hold[] = [];
	for (let i = 0; i < values.length; i += 2) {
		holds.push(readHold(textOf(values[i]), bytesOf(values[i + 1])));
	}
	return holds;
}
