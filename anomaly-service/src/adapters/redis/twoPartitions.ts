import type { Counter } from '../../../../core/limits.ts';
import { Packer } from './bytes.ts';
import { SHARED_KEYS, tenantKeys } from './keys.ts';
import { packCounters } from './limitArgs.ts';
import type { RedisLink } from './redisLink.ts';
import type { ScriptName } from './scripts.ts';
import type { StoreTime } from './storeTime.ts';

type Counted = { own: readonly Counter[]; shared: readonly Counter[] };

/** Runs scripts that take counters of a tenant and shared ones: at once, or in a cluster one slot after the other. */
export class TwoPartitions {
	readonly #link: RedisLink;
	readonly #time: StoreTime;

	constructor({ link, time }: { link: RedisLink; time: StoreTime }) {
		this.#link = link;
		this.#time = time;
	}

	/**
	 * The script's answers, one after the other. It gets the time and in which span it may be, then `values`, packed;
	 * then the definitions in its first and in its second partition.
	 */
	async run(
		script: ScriptName,
		{ tenantId, own, shared, values }: Counted & { tenantId: string; values: readonly number[] },
	): Promise<readonly unknown[]> {
		const { all: tenant } = tenantKeys(tenantId);
		if (this.#link.isOneStore) {
			return this.#run(script, [...tenant, ...SHARED_KEYS.all], { own, shared, values });
		}
		const first =
			own.length === 0 ? [] : await this.#run(script, tenant, { own, shared: [], values });
		const second =
			shared.length === 0
				? []
				: await this.#run(script, SHARED_KEYS.all, { own: shared, shared: [], values });

		return [...first, ...second];
	}

	async #run(
		script: ScriptName,
		keys: readonly string[],
		{ own, shared, values }: Counted & { values: readonly number[] },
	): Promise<readonly unknown[]> {
		return this.#time.agree((estimate) => {
			const first = packCounters(own, estimate);
			const second = packCounters(shared, estimate);
			const from = Math.max(first.from, second.from);
			const till = Math.min(first.till, second.till);
			const head = new Packer().doubles([this.#time.argument(), from, till, ...values]).take();
			return this.#link.run(script, keys, [head, first.bytes, second.bytes]);
		});
	}
}
