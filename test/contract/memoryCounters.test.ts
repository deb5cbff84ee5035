import fc from 'fast-check';
import { MemoryCounters } from '../../anomaly-service/src/adapters/memory/memoryCounters.ts';
import { countersContract, limit } from './countersContract.ts';

countersContract('memory', async () => new MemoryCounters());

describe('reservations, whatever the order of events', () => {
	type Step = {
		kind: 'reserve' | 'settle' | 'release' | 'expire';
		which: number;
		amount: number;
		waitMs: number;
	};
	const step = fc.record<Step>({
		kind: fc.constantFrom('reserve', 'settle', 'release', 'expire'),
		which: fc.nat(9),
		amount: fc.integer({ min: 0, max: 60 }),
		waitMs: fc.integer({ min: 0, max: 20_000 }),
	});

	it('never admit over capacity, and conserve spent + held', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
				const limits = [limit('tenant', 'microCents', { kind: 'calendar', unit: 'day' }, 100)];
				const counters = new MemoryCounters();
				/** The model: what each hold should stand for now. */
				const holds = new Map<
					string,
					{ amount: number; state: 'held' | 'ended' | 'expired'; until: number }
				>();
				let booked = 0;
				let now = Date.UTC(2026, 9, 14);
				for (const [index, { kind, which, amount, waitMs }] of steps.entries()) {
					now += waitMs;
					const id = [...holds.keys()][which % Math.max(1, holds.size)] ?? 'none';
					const hold = holds.get(id);
					const held = () =>
						[...holds.values()].reduce((sum, h) => sum + (h.state === 'held' ? h.amount : 0), 0);
					if (kind === 'reserve') {
						const used = booked + held();
						const fits = used < 100 && used + amount <= 100;
						const expiresAt = now + 30_000;
						const result = await counters.reserve({
							reservationId: `r${index}`,
							tenantId: 'acme',
							microCents: amount,
							limits,
							now,
							expiresAt,
						});
						expect(result.kind).toBe(fits ? 'held' : 'limitExceeded');
						if (fits) holds.set(`r${index}`, { amount, state: 'held', until: expiresAt });
					} else if (kind === 'settle') {
						await counters.settle({ reservationId: id, tenantId: 'acme', microCents: amount, now });
						if (hold && hold.state !== 'ended') {
							booked += hold.state === 'expired' ? amount - hold.amount : amount;
							hold.state = 'ended';
						}
					} else if (kind === 'release') {
						await counters.release({ reservationId: id, tenantId: 'acme', now });
						if (hold?.state === 'held') hold.state = 'ended';
					} else {
						await counters.expire(now);
						for (const h of holds.values()) {
							if (h.state !== 'held' || h.until > now) continue;
							h.state = 'expired';
							booked += h.amount;
						}
					}
					const [state] = await counters.limitStates('acme', limits, now);
					expect(state).toMatchObject({ spent: booked, held: held() });
				}
			}),
			{ numRuns: 200 },
		);
	});
});
