import fc from 'fast-check';
import {
	admits,
	atTime,
	CLOSED,
	isolate,
	isProven,
	probe,
	trip,
	type Breaker,
} from '../../../core/breaker.ts';

describe('breaker', () => {
	it('admits only while closed', () => {
		expect(admits(CLOSED, 0)).toBe(true);
		expect(admits(trip(CLOSED, 'inc_1', 5), 10)).toBe(false);
		expect(admits(isolate(CLOSED, 0, { durationMs: null, reason: '' }), 10)).toBe(false);
	});

	it('keeps the first incident when tripped again', () => {
		const open = trip(CLOSED, 'inc_1', 5);

		expect(trip(open, 'inc_2', 6)).toBe(open);
	});

	it('lets a person outrank a detector', () => {
		const held = isolate(CLOSED, 0, { durationMs: null, reason: 'fraud' });

		expect(trip(held, 'inc_1', 5)).toBe(held);
	});

	it('is not let go early by a block that ends before what holds it', () => {
		const open = trip(CLOSED, 'inc_1', 5);
		const held = isolate(CLOSED, 0, { durationMs: null, reason: 'fraud' });

		expect(isolate(open, 6, { durationMs: 1000, reason: '' })).toBe(open);
		expect(isolate(held, 6, { durationMs: 1000, reason: '' })).toBe(held);
		expect(isolate(open, 6, { durationMs: null, reason: '' })).toMatchObject({ state: 'isolated' });
	});

	it('ends a timed block exactly when its time is over, and can be tripped from then on', () => {
		const blocked = isolate(CLOSED, 1000, { durationMs: 500, reason: '' });

		expect(admits(blocked, 1499)).toBe(false);
		expect(admits(blocked, 1500)).toBe(true);
		expect(trip(blocked, 'inc_1', 1500)).toMatchObject({ state: 'open', incidentId: 'inc_1' });
	});

	it('lets whom a detector blocked go on trial, and whom a person blocked for good', () => {
		const trial = probe(trip(CLOSED, 'inc_1', 5), 1000);

		expect(trial).toEqual({ state: 'halfOpen', incidentId: 'inc_1', since: 1000, until: 301_000 });
		expect(admits(trial, 1000)).toBe(true);
		expect(probe(isolate(CLOSED, 0, { durationMs: null, reason: '' }), 5)).toBe(CLOSED);
		expect(probe(CLOSED, 5)).toBe(CLOSED);
	});

	it('opens again from a trial', () => {
		const trial = probe(trip(CLOSED, 'inc_1', 5), 1000);

		expect(trip(trial, 'inc_1', 2000)).toEqual({
			...{ state: 'open', incidentId: 'inc_1', openedAt: 2000 },
		});
	});

	it('ends a trial after five minutes with a call, and without one after a day', () => {
		const trial = { since: 1000, until: 301_000 };

		expect(isProven(trial, true, 300_999)).toBe(false);
		expect(isProven(trial, true, 301_000)).toBe(true);
		expect(isProven(trial, false, 301_000)).toBe(false);
		expect(isProven(trial, false, 86_401_000)).toBe(true);
	});

	it('of a tenant on trial may be held open by hand, for a while too', () => {
		const trial = probe(trip(CLOSED, 'inc_1', 5), 1000);

		expect(isolate(trial, 2000, { durationMs: 10, reason: '' })).toMatchObject({ until: 2010 });
	});

	it('is never opened by time alone', () => {
		const anyBreaker = fc.oneof(
			fc.constant<Breaker>(CLOSED),
			fc.nat().map((openedAt): Breaker => ({ state: 'open', incidentId: 'i', openedAt })),
			fc.nat().map((openedAt): Breaker => probe(trip(CLOSED, 'i', openedAt), openedAt)),
			fc
				.tuple(fc.nat(), fc.option(fc.nat()))
				.map(([since, durationMs]): Breaker => isolate(CLOSED, since, { durationMs, reason: '' })),
		);
		fc.assert(
			fc.property(anyBreaker, fc.nat(), fc.nat(), (breaker, now, later) => {
				if (admits(breaker, now)) expect(admits(breaker, now + later)).toBe(true);
				expect(atTime(atTime(breaker, now), now)).toEqual(atTime(breaker, now));
			}),
		);
	});
});
