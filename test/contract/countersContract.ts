import { CLOSED, isolate, trip } from '../../core/breaker.ts';
import { limitId, type Limit } from '../../core/limits.ts';
import type { Window } from '../../core/windows.ts';
import type { Counters } from '../../anomaly-service/src/ports/counters.ts';

const DAY: Window = { kind: 'calendar', unit: 'day' };
const MINUTE: Window = { kind: 'rolling', windowMs: 60_000 };
const NOON = Date.UTC(2026, 9, 14, 12);

export const limit = (
	scope: Limit['scope'],
	unit: Limit['unit'],
	window: Window,
	capacity: number,
): Limit => ({ id: limitId(scope, unit, window), scope, unit, window, capacity });

/** What every counter store guarantees. `make` opens an empty one. */
export function countersContract(name: string, make: () => Promise<Counters>): void {
	describe(`counters on ${name}`, () => {
		let counters: Counters;
		beforeEach(async () => {
			counters = await make();
		});

		let made = 0;
		const reserve = (changes: {
			limits: Limit[];
			tenantId?: string;
			microCents?: number;
			now?: number;
			reservationId?: string;
			expiresAt?: number;
		}) =>
			counters.reserve({
				reservationId: `rsv_${++made}`,
				tenantId: 'acme',
				microCents: 10,
				now: NOON,
				expiresAt: (changes.now ?? NOON) + 120_000,
				...changes,
			});
		const totals = async (limits: Limit[], tenantId = 'acme', now = NOON) =>
			(await counters.limitStates(tenantId, limits, now)).map(({ spent, held }) => ({
				spent,
				held,
			}));

		const budget = [limit('tenant', 'microCents', DAY, 100)];

		it('admits up to the capacity and not one more', async () => {
			const results = [];
			for (let i = 0; i < 11; i++) results.push((await reserve({ limits: budget })).kind);

			expect(results).toEqual([...Array<string>(10).fill('held'), 'limitExceeded']);
		});

		it('never admits over capacity when asked concurrently', async () => {
			const results = await Promise.all(
				Array.from({ length: 200 }, () => reserve({ limits: budget })),
			);

			expect(results.filter((result) => result.kind === 'held')).toHaveLength(10);
			expect(await totals(budget)).toEqual([{ spent: 0, held: 100 }]);
		});

		it('holds all limits or none', async () => {
			const limits = [...budget, limit('global', 'requests', MINUTE, 0)];
			const result = await reserve({ limits });

			expect(result).toMatchObject({
				kind: 'limitExceeded',
				exceeded: [{ id: 'global-requests-1m', requested: 1, availableAt: null }],
			});
			expect(await totals(limits)).toEqual([
				{ spent: 0, held: 0 },
				{ spent: 0, held: 0 },
			]);
		});

		it('admits nothing into a budget that is used up, also not a call of unknown cost', async () => {
			await counters.record({
				tenantId: 'acme',
				microCents: 100,
				requests: 1,
				at: NOON,
				limits: budget,
			});

			expect(await reserve({ limits: budget, microCents: 0 })).toMatchObject({
				kind: 'limitExceeded',
				exceeded: [{ requested: 0, availableAt: Date.UTC(2026, 9, 15) }],
			});
		});

		it('counts each tenant alone and the global limit over all of them', async () => {
			const limits = [
				limit('tenant', 'requests', MINUTE, 2),
				limit('global', 'requests', MINUTE, 3),
			];
			const kinds = [];
			for (const tenantId of ['acme', 'beta', 'acme', 'beta']) {
				kinds.push((await reserve({ limits, tenantId })).kind);
			}
			expect(kinds).toEqual(['held', 'held', 'held', 'limitExceeded']);
		});

		it('turns a hold into what was spent, also past the capacity', async () => {
			await reserve({ limits: budget, reservationId: 'r', microCents: 90 });
			const settled = await counters.settle({
				reservationId: 'r',
				tenantId: 'acme',
				microCents: 250,
				now: NOON,
			});

			expect(settled).toBe('settled');
			expect(await totals(budget)).toEqual([{ spent: 250, held: 0 }]);
		});

		it('settles once however often it is told', async () => {
			await reserve({ limits: budget, reservationId: 'r' });
			const settle = () =>
				counters.settle({ reservationId: 'r', tenantId: 'acme', microCents: 7, now: NOON });

			expect([await settle(), await settle(), await settle()]).toEqual([
				'settled',
				'alreadySettled',
				'alreadySettled',
			]);
			expect(await totals(budget)).toEqual([{ spent: 7, held: 0 }]);
			expect(await counters.findHold('r')).toEqual({ tenantId: 'acme', settledMicroCents: 7 });
		});

		it('gives a released hold back, once', async () => {
			await reserve({ limits: budget, reservationId: 'r' });
			const release = () => counters.release({ reservationId: 'r', tenantId: 'acme', now: NOON });

			expect([await release(), await release()]).toEqual(['released', 'released']);
			expect(await totals(budget)).toEqual([{ spent: 0, held: 0 }]);
		});

		it('books an expired hold as spent, and a late settlement corrects it', async () => {
			await reserve({ limits: budget, reservationId: 'r', microCents: 40, expiresAt: NOON + 1000 });

			expect(await counters.expire(NOON + 999)).toEqual([]);
			expect(await counters.expire(NOON + 1000)).toEqual([
				{ reservationId: 'r', tenantId: 'acme', microCents: 40 },
			]);
			expect(await totals(budget)).toEqual([{ spent: 40, held: 0 }]);

			const late = { reservationId: 'r', tenantId: 'acme', microCents: 5, now: NOON + 2000 };
			expect(await counters.settle(late)).toBe('expired');
			expect(await counters.settle(late)).toBe('alreadySettled');
			expect(await totals(budget)).toEqual([{ spent: 5, held: 0 }]);
		});

		it('settles into the window of admission, not of settlement', async () => {
			const midnight = Date.UTC(2026, 9, 15);
			await reserve({ limits: budget, reservationId: 'r', now: midnight - 1000, microCents: 60 });
			await counters.settle({
				reservationId: 'r',
				tenantId: 'acme',
				microCents: 60,
				now: midnight + 1000,
			});

			expect(await totals(budget, 'acme', midnight + 1000)).toEqual([{ spent: 0, held: 0 }]);
		});

		it('does not settle or release a reservation of another tenant', async () => {
			await reserve({ limits: budget, reservationId: 'r' });
			const other = { reservationId: 'r', tenantId: 'beta', microCents: 5, now: NOON };

			expect(await counters.findHold('r')).toMatchObject({ tenantId: 'acme' });
			expect(await counters.settle(other)).toBe('otherTenant');
			expect(await counters.release(other)).toBe('otherTenant');
			expect(await totals(budget)).toEqual([{ spent: 0, held: 10 }]);
		});

		it('does not know a reservation it never made', async () => {
			const never = { reservationId: 'never', tenantId: 'acme', microCents: 5, now: NOON };

			expect(await counters.findHold('never')).toBeUndefined();
			expect(await counters.settle(never)).toBe('unknown');
			expect(await counters.release(never)).toBe('unknown');
		});

		it('lets a rolling window go minute by minute and says when there is room', async () => {
			const limits = [limit('tenant', 'requests', MINUTE, 1)];
			await reserve({ limits });
			const refused = await reserve({ limits, now: NOON + 30_000 });
			if (refused.kind !== 'limitExceeded') throw new Error('admitted over capacity');
			const [exceeded] = refused.exceeded;
			const availableAt = exceeded?.availableAt ?? 0;

			expect(availableAt).toBeGreaterThanOrEqual(NOON + 60_000);
			expect(availableAt).toBeLessThanOrEqual(NOON + 61_000);
			expect((await reserve({ limits, now: availableAt - 1 })).kind).toBe('limitExceeded');
			expect((await reserve({ limits, now: availableAt })).kind).toBe('held');
		});

		it('counts use that nobody reserved', async () => {
			const limits = [...budget, limit('tenant', 'requests', MINUTE, 100)];
			await counters.record({ tenantId: 'acme', microCents: 95, requests: 3, at: NOON, limits });

			expect(await totals(limits)).toEqual([
				{ spent: 95, held: 0 },
				{ spent: 3, held: 0 },
			]);
			expect((await reserve({ limits })).kind).toBe('limitExceeded');
		});

		it('refuses everything while the breaker is open and nothing after it closed', async () => {
			await counters.setBreaker('acme', trip(CLOSED, 'inc_1', NOON));

			expect(await reserve({ limits: [] })).toMatchObject({
				kind: 'breakerOpen',
				breaker: { incidentId: 'inc_1' },
			});
			expect((await reserve({ limits: [], tenantId: 'beta' })).kind).toBe('held');

			await counters.setBreaker('acme', CLOSED);
			expect((await reserve({ limits: [] })).kind).toBe('held');
		});

		it('is tripped by one caller only, however many try at once', async () => {
			const trips = ['a', 'b', 'c'].map((incidentId) =>
				counters.tripBreaker({ tenantId: 'acme', incidentId, now: NOON }),
			);

			expect((await Promise.all(trips)).filter(Boolean)).toHaveLength(1);
			expect(await counters.breaker('acme')).toMatchObject({ state: 'open', openedAt: NOON });
		});

		it('admits again by itself when a timed block is over', async () => {
			await counters.setBreaker('acme', isolate(CLOSED, NOON, { durationMs: 1000, reason: '' }));

			expect((await reserve({ limits: [], now: NOON + 999 })).kind).toBe('breakerOpen');
			expect((await reserve({ limits: [], now: NOON + 1000 })).kind).toBe('held');
		});
	});
}
