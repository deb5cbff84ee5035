import {
	budgetPerDay,
	CountersBench,
	limit,
	MINUTE,
	NOON,
	requestsPerMinute,
	type MakeCounters,
} from './countersBench.ts';

/** What becomes of a hold. */
export function leaseContract(name: string, make: MakeCounters): void {
	describe(`leases on ${name}`, () => {
		let bench: CountersBench;
		beforeEach(async () => {
			bench = await CountersBench.open(make);
		});
		afterEach(() => bench.counters.close());
		const budget = [budgetPerDay(100)];
		const held = async (microCents = 10) =>
			bench.reserve({ limits: budget, reservationId: 'r', size: { microCents } });

		it('turns a hold into what was spent, also past the capacity', async () => {
			await held(90);

			expect(await bench.settle('r', { microCents: 250 })).toBe('settled');
			expect(await bench.totals(budget)).toEqual([{ spent: 250, held: 0 }]);
		});

		it('settles once however often it is told', async () => {
			await held();
			const outcomes = [];
			for (let i = 0; i < 3; i++) outcomes.push(await bench.settle('r', { microCents: 7 }));

			expect(outcomes).toEqual(['settled', 'alreadySettled', 'alreadySettled']);
			expect(await bench.totals(budget)).toEqual([{ spent: 7, held: 0 }]);
			expect(await bench.counters.findHold({ reservationId: 'r', tenantId: 'acme' })).toEqual({
				state: 'settled',
				microCents: 7,
			});
		});

		it('gives a released hold back, once', async () => {
			await held();

			expect([await bench.release('r'), await bench.release('r')]).toEqual([
				'released',
				'released',
			]);
			expect(await bench.settle('r', { microCents: 7 })).toBe('unknown');
			expect(await bench.totals(budget)).toEqual([{ spent: 0, held: 0 }]);
		});

		it('does not release what was settled', async () => {
			await held();
			await bench.settle('r', { microCents: 7 });

			expect(await bench.release('r')).toBe('alreadySettled');
			expect(await bench.totals(budget)).toEqual([{ spent: 7, held: 0 }]);
		});

		it('books an expired hold as spent, and a late settlement corrects it', async () => {
			await held(40);
			bench.now = NOON + 119_999;
			expect(await bench.counters.expire(['acme'])).toEqual([]);

			bench.now = NOON + 120_000;
			expect(await bench.counters.expire(['acme'])).toMatchObject([
				{
					reservationId: 'r',
					call: { tenantId: 'acme' },
					size: { microCents: 40, inputTokens: 100 },
				},
			]);
			expect(await bench.totals(budget)).toEqual([{ spent: 40, held: 0 }]);
			expect(await bench.release('r')).toBe('expired');

			expect(await bench.settle('r', { microCents: 5 })).toBe('expired');
			expect(await bench.settle('r', { microCents: 5 })).toBe('alreadySettled');
			expect(await bench.totals(budget)).toEqual([{ spent: 5, held: 0 }]);
		});

		it('answers expired holds until they are reported', async () => {
			await held();
			bench.now += 120_000;
			const ids = async () =>
				(await bench.counters.expire()).map(({ reservationId }) => reservationId);

			expect([await ids(), await ids()]).toEqual([['r'], ['r']]);
			await bench.counters.reported([{ reservationId: 'r', tenantId: 'acme' }]);
			expect(await ids()).toEqual([]);
		});

		it('gives the capacity of expired holds back to whoever asks next, without anyone sweeping', async () => {
			const limits = [limit({ scope: 'tenant', unit: 'concurrency', window: null, capacity: 2 })];
			await bench.reserve({ limits });
			await bench.reserve({ limits });
			expect(await bench.reserve({ limits })).toMatchObject({
				kind: 'limitExceeded',
				exceeded: [{ held: 2, resetsAt: null, availableAt: NOON + 1000 }],
			});

			bench.now += 120_000;
			expect((await bench.reserve({ limits })).kind).toBe('held');
			expect(await bench.totals(limits)).toEqual([{ spent: 0, held: 1 }]);
		});

		it('expires what is held of a shared limit too', async () => {
			const limits = [limit({ scope: 'global', unit: 'concurrency', window: null, capacity: 1 })];
			await bench.reserve({ limits, call: { tenantId: 'gone' } });
			bench.now += 120_000;

			expect((await bench.reserve({ limits })).kind).toBe('held');
		});

		it('renews a lease, never to an earlier end', async () => {
			await held();
			const renew = (ttlMs: number) =>
				bench.counters.renew({ reservationId: 'r', tenantId: 'acme', ttlMs });
			bench.now += 100_000;
			expect(await renew(60_000)).toEqual({ outcome: 'renewed', expiresAt: NOON + 160_000 });
			expect(await renew(1000)).toEqual({ outcome: 'renewed', expiresAt: NOON + 160_000 });

			bench.now = NOON + 159_999;
			expect(await bench.counters.expire(['acme'])).toEqual([]);
			bench.now = NOON + 160_000;
			await bench.counters.expire(['acme']);
			expect(await renew(1000)).toEqual({ outcome: 'expired' });
			await bench.settle('r', { microCents: 1 });
			expect(await renew(1000)).toEqual({ outcome: 'alreadySettled' });
		});

		it('settles into the window of admission, not of settlement', async () => {
			const midnight = Date.UTC(2026, 9, 15);
			bench.now = midnight - 1000;
			await held(60);
			bench.now = midnight + 1000;

			expect(await bench.totals(budget)).toEqual([{ spent: 0, held: 0 }]);
			expect(await bench.settle('r', { microCents: 60 })).toBe('settled');
			expect(await bench.totals(budget)).toEqual([{ spent: 0, held: 0 }]);
		});

		it('counts a call at its settlement for a limit that was made since its reservation', async () => {
			await held(40);
			const later = [...budget, requestsPerMinute(5)];
			await bench.warm(bench.applied([requestsPerMinute(5)]));
			await bench.settle('r', { microCents: 30 }, later);

			expect(await bench.totals(later)).toEqual([
				{ spent: 30, held: 0 },
				{ spent: 1, held: 0 },
			]);
		});

		it('does not know a reservation of another tenant, nor one it never made', async () => {
			await held();
			const other = { reservationId: 'r', tenantId: 'beta' };

			expect(await bench.counters.findHold(other)).toBeUndefined();
			expect(await bench.counters.release(other)).toBe('unknown');
			expect(await bench.settle('never', { microCents: 5 })).toBe('unknown');
			expect(await bench.release('never')).toBe('unknown');
			expect(await bench.totals(budget)).toEqual([{ spent: 0, held: 10 }]);
		});

		it('lets a rolling window go slice by slice and says when there is room', async () => {
			const limits = [requestsPerMinute(1)];
			await bench.reserve({ limits });
			bench.now = NOON + 30_000;
			const refused = await bench.reserve({ limits });
			if (refused.kind !== 'limitExceeded') throw new Error('admitted over capacity');
			const availableAt = refused.exceeded[0]?.availableAt ?? 0;

			expect(availableAt).toBeGreaterThanOrEqual(NOON + 60_000);
			expect(availableAt).toBeLessThanOrEqual(NOON + 61_000);
			bench.now = availableAt - 1;
			expect((await bench.reserve({ limits })).kind).toBe('limitExceeded');
			bench.now = availableAt;
			expect((await bench.reserve({ limits })).kind).toBe('held');
		});

		it('counts nothing twice when the clock runs backwards', async () => {
			const limits = [requestsPerMinute(2)];
			await bench.reserve({ limits });
			bench.now -= 5000;
			await bench.reserve({ limits });

			expect((await bench.reserve({ limits })).kind).toBe('limitExceeded');
			bench.now += 5000;
			expect((await bench.reserve({ limits })).kind).toBe('limitExceeded');
		});

		it('counts use that nobody reserved, in the slice it happened in', async () => {
			const limits = [
				...budget,
				limit({ scope: 'tenant', unit: 'tokens', window: MINUTE, capacity: 100 }),
			];
			await bench.warm(bench.applied(limits));
			await bench.record(limits, { microCents: 95, inputTokens: 3 }, NOON - 50_000);
			await bench.record(limits, { microCents: 1, inputTokens: 50 }, NOON - 90_000);

			expect(await bench.totals(limits)).toEqual([
				{ spent: 96, held: 0 },
				{ spent: 3, held: 0 },
			]);
			bench.now += 12_000;
			expect((await bench.totals(limits))[1]).toEqual({ spent: 0, held: 0 });
		});

		it('takes the vendor’s word that more is used up, and never that less is', async () => {
			const limits = [requestsPerMinute(100)];
			await bench.reserve({ limits });
			const [applied] = bench.applied(limits);
			if (!applied) throw new Error('no limit applies');
			await bench.counters.raise({ ...applied, tenantId: 'acme', used: 80 });
			await bench.counters.raise({ ...applied, tenantId: 'acme', used: 10 });

			expect(await bench.totals(limits)).toEqual([{ spent: 79, held: 1 }]);
		});

		it('lists what is counted of a tenant', async () => {
			const limits = [
				limit({ scope: 'workflow', unit: 'requests', window: MINUTE, capacity: 9 }),
				limit({ scope: 'global', unit: 'requests', window: MINUTE, capacity: 9 }),
			];
			await bench.reserve({ limits, call: { workflowId: 'w|1' } });
			await bench.reserve({ limits, call: { workflowId: 'w|2' } });

			const counted = await bench.counters.countersOf('acme');
			expect(counted.map(({ scope, subject }) => [scope, subject]).sort()).toEqual([
				['workflow', 'w|1'],
				['workflow', 'w|2'],
			]);
			expect(counted[0]).toMatchObject({ shared: false, unit: 'requests', window: MINUTE });
		});
	});
}
