import { MemoryCounters } from '../../anomaly-service/src/adapters/memory/memoryCounters.ts';
import { budgetPerDay, CountersBench, NOON } from './counters/countersBench.ts';
import { countersContract } from './countersContract.ts';

countersContract('memory', async (clock) => new MemoryCounters(clock));

it('what a replica remembers too late for the seeding is held all the same, and given back once', async () => {
	const bench = await CountersBench.open(async (clock) => new MemoryCounters(clock));
	const limits = [budgetPerDay(100)];
	await bench.reserve({ limits });
	const { call, size, limits: applied } = bench.ask({ limits });
	const slice = Date.UTC(2026, 9, 14);
	const entries = applied.map(({ counter }) => ({ counter, slice, amount: size.microCents }));
	const lease = { admittedAt: NOON, expiresAt: NOON + 60_000 };
	await bench.counters.plant([{ reservationId: 'late', call, size, entries, ...lease }]);

	expect(await bench.totals(limits)).toEqual([{ spent: 0, held: 20 }]);
	await bench.release('late');
	expect(await bench.totals(limits)).toEqual([{ spent: 0, held: 10 }]);
});
