import {
	budgetPerDay,
	CountersBench,
	DAY,
	limit,
	MINUTE,
	NOON,
	requestsPerMinute,
	type MakeCounters,
} from './countersBench.ts';

/** What a counter store answers to "may I?". */
export function reserveContract(name: string, make: MakeCounters): void {
	describe(`reservations on ${name}`, () => {
		let bench: CountersBench;
		beforeEach(async () => {
			bench = await CountersBench.open(make);
		});
		afterEach(() => bench.counters.close());
		const budget = [budgetPerDay(100)];

		it('admits up to the capacity and not one more', async () => {
			const kinds = [];
			for (let i = 0; i < 11; i++) kinds.push((await bench.reserve({ limits: budget })).kind);

			expect(kinds).toEqual([...Array<string>(10).fill('held'), 'limitExceeded']);
		});

		it('never admits over capacity when asked concurrently', async () => {
			await bench.warm(bench.applied(budget));
			const results = await Promise.all(
				Array.from({ length: 200 }, () => bench.reserve({ limits: budget })),
			);

			expect(results.filter(({ kind }) => kind === 'held')).toHaveLength(10);
			expect(await bench.totals(budget)).toEqual([{ spent: 0, held: 100 }]);
		});

		it('holds all limits or none, over all scopes and units', async () => {
			const limits = [
				...budget,
				limit({ scope: 'workflow', unit: 'tokens', window: MINUTE, capacity: 1000 }),
				limit({ scope: 'global', unit: 'requests', window: MINUTE, capacity: 0 }),
			];
			const result = await bench.reserve({ limits, call: { workflowId: 'w' } });

			expect(result).toMatchObject({
				kind: 'limitExceeded',
				exceeded: [{ limit: { id: 'global-requests-1m' }, requested: 1, availableAt: null }],
			});
			expect(await bench.totals(limits, { workflowId: 'w' })).toEqual([
				{ spent: 0, held: 0 },
				{ spent: 0, held: 0 },
				{ spent: 0, held: 0 },
			]);
		});

		it('names every limit that has no room', async () => {
			const limits = [
				budgetPerDay(5),
				requestsPerMinute(0),
				requestsPerMinute(9, { scope: 'global', shared: true }),
			];
			const result = await bench.reserve({ limits });

			expect(result).toMatchObject({
				exceeded: [
					{ requested: 10, spent: 0, held: 0, resetsAt: null, availableAt: null },
					{ requested: 1, availableAt: null },
				],
			});
		});

		it('admits nothing into a budget that is used up, also not a call of unknown cost', async () => {
			await bench.warm(bench.applied(budget));
			await bench.record(budget, { microCents: 100 });

			expect(await bench.reserve({ limits: budget, size: { microCents: 0 } })).toMatchObject({
				kind: 'limitExceeded',
				exceeded: [{ requested: 0, availableAt: Date.UTC(2026, 9, 15) }],
			});
		});

		it('counts each unit by what the call takes of it', async () => {
			const limits = [
				limit({ scope: 'tenant', unit: 'requests', window: DAY, capacity: 1000 }),
				limit({ scope: 'tenant', unit: 'tokens', window: DAY, capacity: 1000 }),
				limit({ scope: 'tenant', unit: 'inputTokens', window: DAY, capacity: 1000 }),
				limit({ scope: 'tenant', unit: 'uncachedInputTokens', window: DAY, capacity: 1000 }),
				limit({ scope: 'tenant', unit: 'outputTokens', window: DAY, capacity: 1000 }),
				limit({ scope: 'tenant', unit: 'microCents', window: DAY, capacity: 1000 }),
				limit({ scope: 'tenant', unit: 'concurrency', window: null, capacity: 1000 }),
			];
			await bench.reserve({ limits, reservationId: 'r' });
			expect((await bench.totals(limits)).map(({ held }) => held)).toEqual([
				1, 150, 100, 70, 50, 10, 1,
			]);

			await bench.settle('r', { microCents: 7, inputTokens: 90, outputTokens: 3 });
			expect((await bench.totals(limits)).map(({ spent }) => spent)).toEqual([
				1, 93, 90, 90, 3, 7, 0,
			]);
			expect((await bench.totals(limits)).every(({ held }) => held === 0)).toBe(true);
		});

		it('counts every value of a scope by itself', async () => {
			const limits = [
				limit({ scope: 'model', unit: 'requests', window: MINUTE, capacity: 1 }),
				limit({ scope: 'key', unit: 'requests', window: MINUTE, capacity: 2 }),
			];
			const kinds = [];
			for (const model of ['a', 'a', 'b', 'c']) {
				const call = { provider: 'openai', model, keyId: 'k' };
				kinds.push((await bench.reserve({ limits, call })).kind);
			}
			expect(kinds).toEqual(['held', 'limitExceeded', 'held', 'limitExceeded']);
		});

		it('counts each tenant alone and a shared limit over all of them', async () => {
			const limits = [
				requestsPerMinute(2),
				limit({ scope: 'global', unit: 'requests', window: MINUTE, capacity: 3 }),
			];
			const kinds = [];
			for (const tenantId of ['acme', 'beta', 'acme', 'beta']) {
				kinds.push((await bench.reserve({ limits, call: { tenantId } })).kind);
			}
			expect(kinds).toEqual(['held', 'held', 'held', 'limitExceeded']);
			expect(await bench.totals(limits, { tenantId: 'beta' })).toEqual([
				{ spent: 0, held: 1 },
				{ spent: 0, held: 3 },
			]);
		});

		it('is exact over several tenants that ask for a shared limit at once', async () => {
			const limits = [limit({ scope: 'global', unit: 'requests', window: MINUTE, capacity: 50 })];
			await bench.warm(bench.applied(limits));
			const results = await Promise.all(
				Array.from({ length: 300 }, (_, i) =>
					bench.reserve({ limits, call: { tenantId: `t${i % 7}` } }),
				),
			);

			expect(results.filter(({ kind }) => kind === 'held')).toHaveLength(50);
			expect(await bench.totals(limits)).toEqual([{ spent: 0, held: 50 }]);
		});

		it('counts a shadow limit, says what it would refuse, and refuses nothing', async () => {
			const limits = [requestsPerMinute(1, { mode: 'shadow' })];
			await bench.reserve({ limits });
			const second = await bench.reserve({ limits });

			expect(second).toMatchObject({ kind: 'held', wouldExceed: [{ held: 1, requested: 1 }] });
			expect(await bench.totals(limits)).toEqual([{ spent: 0, held: 2 }]);
		});

		it('counts once for two limits on the same count', async () => {
			const limits = [requestsPerMinute(10), requestsPerMinute(3, { mode: 'shadow' })];
			await bench.reserve({ limits });

			expect(await bench.totals(limits)).toEqual([
				{ spent: 0, held: 1 },
				{ spent: 0, held: 1 },
			]);
		});

		it('leaves the room it is told to leave', async () => {
			const limits = [requestsPerMinute(10)];
			const kinds = [];
			for (let i = 0; i < 9; i++) kinds.push((await bench.reserve({ limits, fillPct: 80 })).kind);

			expect(kinds).toEqual([...Array<string>(8).fill('held'), 'limitExceeded']);
			expect((await bench.reserve({ limits })).kind).toBe('held');
		});

		it('answers a repeated ask with the hold it has', async () => {
			const first = await bench.reserve({ limits: budget, reservationId: 'r' });
			bench.now += 1000;

			const again = await bench.reserve({ limits: budget, reservationId: 'r' });
			expect(first).toMatchObject({ kind: 'held', expiresAt: NOON + 120_000 });
			expect(again).toMatchObject({ kind: 'held', expiresAt: NOON + 120_000 });
			expect(await bench.totals(budget)).toEqual([{ spent: 0, held: 10 }]);

			await bench.release('r');
			expect((await bench.reserve({ limits: budget, reservationId: 'r' })).kind).toBe('ended');
		});

		it('changes a capacity without forgetting what was counted', async () => {
			await bench.reserve({ limits: [requestsPerMinute(1)] });

			expect((await bench.reserve({ limits: [requestsPerMinute(1)] })).kind).toBe('limitExceeded');
			expect((await bench.reserve({ limits: [requestsPerMinute(2)] })).kind).toBe('held');
		});

		it('keeps amounts exact up to 2⁵³ − 1 and goes no further', async () => {
			const limits = [budgetPerDay(Number.MAX_SAFE_INTEGER)];
			await bench.warm(bench.applied(limits));
			await bench.record(limits, { microCents: Number.MAX_SAFE_INTEGER - 10 });
			expect((await bench.reserve({ limits, reservationId: 'r' })).kind).toBe('held');
			expect((await bench.reserve({ limits, size: { microCents: 1 } })).kind).toBe('limitExceeded');

			await bench.settle('r', { microCents: 1000 });
			expect(await bench.totals(limits)).toEqual([{ spent: Number.MAX_SAFE_INTEGER, held: 0 }]);
		});

		it('takes any text for the names of what is counted', async () => {
			const limits = [limit({ scope: 'node', unit: 'requests', window: MINUTE, capacity: 1 })];
			const odd = { workflowId: 'a|b{c}', nodeName: 'Übung "1" @2|tokens|1h' };
			await bench.reserve({ limits, call: odd });

			expect((await bench.reserve({ limits, call: odd })).kind).toBe('limitExceeded');
			expect((await bench.reserve({ limits, call: { ...odd, nodeName: 'x' } })).kind).toBe('held');
		});
	});
}
