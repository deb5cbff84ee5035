import { CLOSED, isolate, probe, trip } from '../../../core/breaker.ts';
import { CountersBench, NOON, type MakeCounters } from './countersBench.ts';

/** Who is blocked holds nothing. */
export function breakerContract(name: string, make: MakeCounters): void {
	describe(`breakers on ${name}`, () => {
		let bench: CountersBench;
		beforeEach(async () => {
			bench = await CountersBench.open(make);
		});
		afterEach(() => bench.counters.close());
		const ask = async (tenantId = 'acme') =>
			(await bench.reserve({ limits: [], call: { tenantId } })).kind;

		it('refuses everything while the breaker is open and nothing after it closed', async () => {
			await bench.counters.setBreaker('acme', trip(CLOSED, 'inc_1', NOON));

			expect(await bench.reserve({ limits: [] })).toMatchObject({
				kind: 'breakerOpen',
				breaker: { incidentId: 'inc_1' },
			});
			expect(await ask('beta')).toBe('held');

			await bench.counters.setBreaker('acme', CLOSED);
			expect(await ask()).toBe('held');
		});

		it('is tripped by one caller only, however many try at once', async () => {
			const trips = ['a', 'b', 'c'].map((incidentId) =>
				bench.counters.tripBreaker({ tenantId: 'acme', incidentId, now: NOON }),
			);

			expect((await Promise.all(trips)).filter(Boolean)).toHaveLength(1);
			expect(await bench.counters.breaker('acme')).toMatchObject({ state: 'open', openedAt: NOON });
		});

		it('admits on trial, and of any number of callers one opens it again', async () => {
			const trial = probe(trip(CLOSED, 'inc_1', NOON), NOON);
			await bench.counters.setBreaker('acme', trial);
			expect(await ask()).toBe('held');
			expect(await bench.counters.breaker('acme')).toEqual(trial);

			const again = { tenantId: 'acme', incidentId: 'inc_1', now: NOON + 5 };
			const tripped = await Promise.all([1, 2, 3].map(() => bench.counters.tripBreaker(again)));
			expect(tripped.filter(Boolean)).toHaveLength(1);
			expect(await bench.counters.breaker('acme')).toEqual({
				...{ state: 'open', incidentId: 'inc_1', openedAt: NOON + 5 },
			});
		});

		it('admits again by itself when a timed block is over', async () => {
			const blocked = isolate(CLOSED, NOON, { durationMs: 1000, reason: 'by "hand"' });
			await bench.counters.setBreaker('acme', blocked);

			bench.now = NOON + 999;
			expect(await ask()).toBe('breakerOpen');
			expect(await bench.counters.breaker('acme')).toEqual(blocked);
			bench.now = NOON + 1000;
			expect(await ask()).toBe('held');
			const trip = { tenantId: 'acme', incidentId: 'inc', now: bench.now };
			expect(await bench.counters.tripBreaker(trip)).toBe(true);
		});
	});
}
