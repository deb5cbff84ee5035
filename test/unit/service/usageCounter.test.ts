import { MemoryCounters } from '../../../anomaly-service/src/adapters/memory/memoryCounters.ts';
import type { Partition } from '../../../anomaly-service/src/ports/counters.ts';
import { StoreUnavailableError } from '../../../anomaly-service/src/ports/database.ts';
import { UsageCounter } from '../../../anomaly-service/src/stages/usageCounter.ts';

/** A store that notes whose counts are dropped, and may be gone. */
class Store extends MemoryCounters {
	isGone = false;
	readonly chilled: string[] = [];

	constructor() {
		super({ now: () => 0 });
	}

	override async chill(partition: Partition): Promise<void> {
		if (this.isGone) throw new StoreUnavailableError('It', new Error('gone'));
		this.chilled.push(partition.kind === 'tenant' ? partition.tenantId : 'shared');
	}
}

function bench() {
	const store = new Store();
	const warm = { settle: async () => 'unknown' as const };

	return { store, counter: new UsageCounter({ counters: store, warm }) };
}

describe('use that has changed', () => {
	it('is read again for each tenant it is of, and once for what all share', async () => {
		const { store, counter } = bench();
		expect(await counter.countChanged(['a', 'b'])).toBe(true);

		expect(store.chilled).toEqual(['a', 'b', 'shared']);
	});

	it('costs nothing when there is none', async () => {
		const { store, counter } = bench();
		await counter.countChanged([]);

		expect(store.chilled).toEqual([]);
	});

	it('is read again once the store is back when it was gone', async () => {
		const { store, counter } = bench();
		store.isGone = true;
		expect(await counter.countChanged(['a'])).toBe(false);
		store.isGone = false;
		await counter.catchUp();

		expect(store.chilled).toEqual(['a', 'shared']);
		await counter.catchUp();
		expect(store.chilled).toHaveLength(2);
	});
});
