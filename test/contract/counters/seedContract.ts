import { NOTHING_USED } from '../../../core/limits.ts';
import type { Hold } from '../../../anomaly-service/src/ports/counters.ts';
import {
	budgetPerDay,
	CountersBench,
	limit,
	MINUTE,
	NOON,
	requestsPerMinute,
	type MakeCounters,
} from './countersBench.ts';

const ACME = { kind: 'tenant', tenantId: 'acme' } as const;

/** How counts come back into a store that lost them, or never had them. */
export function seedContract(name: string, make: MakeCounters): void {
	describe(`seeding on ${name}`, () => {
		let bench: CountersBench;
		beforeEach(async () => {
			bench = await CountersBench.open(make);
		});
		afterEach(() => bench.counters.close());
		const budget = [budgetPerDay(100)];
		const [counter] = applied(budget);
		const seedWith = (token: string, amount: number, start = Date.UTC(2026, 9, 14)) =>
			bench.counters.seed(ACME, { token, counters: [{ counter, slices: [{ start, amount }] }] });
		const hold = (reservationId: string, amount: number): Hold => ({
			reservationId,
			call: { tenantId: 'acme' },
			size: { ...NOTHING_USED, microCents: amount },
			admittedAt: NOON,
			expiresAt: NOON + 60_000,
			entries: [{ counter, slice: Date.UTC(2026, 9, 14), amount }],
		});
		const start = async () => {
			const token = await bench.counters.startSeed(ACME, [counter]);
			if (token === undefined) throw new Error('another seeding is under way');
			return token;
		};

		it('says which counts it does not have, and holds nothing', async () => {
			const limits = [
				...budget,
				limit({ scope: 'global', unit: 'requests', window: MINUTE, capacity: 5 }),
			];
			const result = await bench.counters.reserve(bench.ask({ limits }));

			expect(result).toMatchObject({ kind: 'cold' });
			const ids = result.kind === 'cold' ? result.counters.map(({ id }) => id).sort() : [];
			expect(ids).toEqual(['global=|requests|1m', 'tenant=acme|microCents|day']);
			expect(await bench.totals(limits)).toEqual([
				{ spent: 0, held: 0 },
				{ spent: 0, held: 0 },
			]);
		});

		it('counts on from what it was seeded with', async () => {
			expect(await seedWith(await start(), 85)).toBe(true);

			expect((await bench.counters.reserve(bench.ask({ limits: budget }))).kind).toBe('held');
			expect((await bench.counters.reserve(bench.ask({ limits: budget }))).kind).toBe(
				'limitExceeded',
			);
			expect(await bench.totals(budget)).toEqual([{ spent: 85, held: 10 }]);
		});

		it('is seeded by one caller at a time, and by another once that one is gone', async () => {
			const first = await start();
			expect(await bench.counters.startSeed(ACME, [counter])).toBeUndefined();

			bench.now += 10_000;
			const second = await start();
			expect(await seedWith(first, 50)).toBe(false);
			expect(await seedWith(second, 60)).toBe(true);
			expect(await bench.totals(budget)).toEqual([{ spent: 60, held: 0 }]);
		});

		it('misses nothing that is spent while it is seeded', async () => {
			const token = await start();
			await bench.record(budget, { microCents: 7 });
			await seedWith(token, 20);

			expect(await bench.totals(budget)).toEqual([{ spent: 27, held: 0 }]);
		});

		it('holds again what replicas remember, each once', async () => {
			const token = await start();
			await bench.counters.plant([hold('a', 30), hold('b', 20)]);
			await bench.counters.plant([hold('b', 20)]);
			await seedWith(token, 5);
			expect(await bench.totals(budget)).toEqual([{ spent: 5, held: 50 }]);

			expect(await bench.settle('a', { microCents: 3 })).toBe('settled');
			expect(await bench.totals(budget)).toEqual([{ spent: 8, held: 20 }]);
			bench.now += 60_000;
			await bench.counters.expire(['acme']);
			expect(await bench.totals(budget)).toEqual([{ spent: 28, held: 0 }]);
		});

		it('counts a hold at once that comes back after the seeding', async () => {
			await seedWith(await start(), 5);
			await bench.counters.plant([hold('late', 30)]);
			expect(await bench.totals(budget)).toEqual([{ spent: 5, held: 30 }]);

			expect(await bench.release('late')).toBe('released');
			expect(await bench.totals(budget)).toEqual([{ spent: 5, held: 0 }]);
		});

		it('does not bring back a hold that has ended', async () => {
			await bench.reserve({ limits: budget, reservationId: 'a' });
			await bench.release('a');
			await bench.counters.chill(ACME);
			const token = await start();
			await bench.counters.plant([hold('a', 30)]);
			await seedWith(token, 0);

			expect(await bench.totals(budget)).toEqual([{ spent: 0, held: 0 }]);
		});

		it('keeps holds when its counts are dropped', async () => {
			await bench.reserve({ limits: budget, reservationId: 'a' });
			await bench.counters.chill(ACME);
			expect((await bench.counters.reserve(bench.ask({ limits: budget }))).kind).toBe('cold');

			await seedWith(await start(), 40);
			expect(await bench.totals(budget)).toEqual([{ spent: 40, held: 10 }]);
			expect(await bench.settle('a', { microCents: 1 })).toBe('settled');
			expect(await bench.totals(budget)).toEqual([{ spent: 41, held: 0 }]);
		});

		it('is not seeded with what was read before its counts were dropped', async () => {
			const before = await start();
			await bench.counters.chill(ACME);
			expect(await seedWith(before, 50)).toBe(false);

			await seedWith(await start(), 60);
			expect(await bench.totals(budget)).toEqual([{ spent: 60, held: 0 }]);
		});

		it('drops the counts of every tenant and the shared ones when it is told to', async () => {
			const limits = [
				requestsPerMinute(5),
				limit({ scope: 'global', unit: 'requests', window: MINUTE, capacity: 5 }),
			];
			for (const tenantId of ['acme', 'odd} {one:counts']) {
				await bench.reserve({ limits, call: { tenantId } });
			}
			await bench.counters.chillAll();

			for (const tenantId of ['acme', 'odd} {one:counts']) {
				const asked = bench.ask({ limits, call: { tenantId } });
				expect(await bench.counters.coldOf(tenantId, asked.limits)).toHaveLength(2);
			}
		});

		it('holds again what is held of a shared limit', async () => {
			const limits = [limit({ scope: 'global', unit: 'concurrency', window: null, capacity: 2 })];
			const [shared] = applied(limits);
			const token = await bench.counters.startSeed({ kind: 'shared' }, [shared]);
			await bench.counters.plant([
				{ ...hold('a', 1), entries: [{ counter: shared, slice: 0, amount: 1 }] },
			]);
			await bench.counters.seed(
				{ kind: 'shared' },
				{
					token: token ?? '',
					counters: [{ counter: shared, slices: [] }],
				},
			);

			expect(await bench.totals(limits)).toEqual([{ spent: 0, held: 1 }]);
			expect(await bench.release('a')).toBe('released');
			expect(await bench.totals(limits)).toEqual([{ spent: 0, held: 0 }]);
		});

		it('leaves counts alone that are there already', async () => {
			await bench.reserve({ limits: [requestsPerMinute(5)] });
			const [own] = applied([requestsPerMinute(5)]);
			const token = await bench.counters.startSeed(ACME, [own]);
			const slices = [{ start: NOON, amount: 99 }];
			await bench.counters.seed(ACME, { token: token ?? '', counters: [{ counter: own, slices }] });

			expect(await bench.totals([requestsPerMinute(5)])).toEqual([{ spent: 0, held: 1 }]);
		});
	});
}

function applied(limits: Parameters<CountersBench['applied']>[0]) {
	const counters = CountersBench.prototype.applied(limits).map(({ counter }) => counter);
	const [first] = counters;
	if (!first) throw new Error('no limit applies');

	return [first] as const;
}
