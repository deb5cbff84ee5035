import type { Database } from '../../anomaly-service/src/ports/database.ts';
import { usageRow } from '../../anomaly-service/src/stages/usageRow.ts';
import { DAY_MS } from '../../core/durations.ts';
import { usageEvent } from '../support/rows.ts';
import { iso, NOON, sharedDatabase, tenantNames } from './databaseBench.ts';

/** What keeping usage events by day guarantees, through every transport. */
export function usageDaysContract(name: string, open: () => Promise<Database>): void {
	describe(`usage events by day through ${name}`, () => {
		const db = sharedDatabase(open);
		const nextTenant = tenantNames();
		// Other suites share a real server, and have tenants of their own.
		const newTenant = () => `days-${nextTenant()}`;
		type Given = { id: string; at: number; data?: { reservationId: string }; estimate?: boolean };
		const rowOf = (tenantId: string, { id, at, data, estimate = false }: Given) =>
			usageRow(
				usageEvent({
					...{ subject: tenantId, id: `${tenantId}-${id}`, time: iso(at) },
					...(data ? { data } : {}),
				}),
				{
					...{ costMicroCents: 5, costSource: estimate ? 'estimate' : 'price' },
					...{ lineItems: [], contextTokens: 0 },
				},
				Math.max(at, NOON),
			);
		const record = (tenantId: string, given: Given[]) =>
			db.call('record_usage', { events: given.map((one) => rowOf(tenantId, one)) });
		const requests = async (tenantId: string, since: number, until: number) =>
			(await db.call('tenant_spend', { tenantId, since: iso(since), until: iso(until) })).requests;
		const everything = (tenantId: string) => requests(tenantId, 0, NOON + 99 * DAY_MS);
		const strays = (from: number) => db.call('stray_usage_days', { from: iso(from), limit: 9 });
		const dropBefore = async (before: number) => {
			const days = [];
			for (let more = true; more; ) {
				const dropped = await db.call('drop_usage_days', { before: iso(before), now: iso(NOON) });
				days.push(...dropped.days);
				more = dropped.more;
			}
			return days;
		};

		it('keeps an event of any day, and moves it to the table of its day once there is one', async () => {
			const tenantId = newTenant();
			const first = NOON - 900 * DAY_MS;
			const given = [0, 1, 1, 40].map((day, n) => ({ id: `${n}`, at: first + day * DAY_MS }));
			await record(tenantId, given);
			const days = ['2024-04-27', '2024-04-28'];
			expect(await strays(first)).toEqual(expect.arrayContaining(days));

			expect(await db.call('open_usage_days', { days })).toEqual({ opened: days, busy: [] });
			expect(await db.call('open_usage_days', { days })).toEqual({ opened: [], busy: [] });
			expect(await strays(first)).not.toEqual(expect.arrayContaining(['2024-04-27']));
			expect(await everything(tenantId)).toBe(4);
			await record(tenantId, [{ id: 'late', at: first + DAY_MS }]);
			expect(await requests(tenantId, first + DAY_MS, first + 2 * DAY_MS)).toBe(3);
		});

		it('takes an event that comes again with another time for the one that is recorded', async () => {
			const tenantId = newTenant();
			await db.call('open_usage_days', { days: ['2026-10-14', '2026-10-15'] });
			await record(tenantId, [{ id: 'a', at: NOON }]);
			const again = [NOON, NOON + 1, NOON + DAY_MS, NOON - 900 * DAY_MS];
			const results = [];
			for (const at of again) results.push(await record(tenantId, [{ id: 'a', at }]));
			results.push(
				await record(
					tenantId,
					again.map((at) => ({ id: 'a', at })),
				),
			);

			expect(results.map(({ added, known }) => [added, known.map(({ id }) => id)])).toEqual(
				results.map(() => [0, [`${tenantId}-a`]]),
			);
			expect(await everything(tenantId)).toBe(1);
		});

		it('records one of two that share a batch and differ in time', async () => {
			const tenantId = newTenant();
			const given = [0, 0, 1, DAY_MS].map((later) => ({ id: 'a', at: NOON + later }));

			expect(await record(tenantId, given)).toEqual({ added: 1, known: [] });
			expect(await everything(tenantId)).toBe(1);
		});

		it('puts a call in the place of its estimate, whatever day that is of', async () => {
			const tenantId = newTenant();
			const data = { reservationId: `rsv_${tenantId}` };
			await db.call('record_expired_leases', {
				events: [rowOf(tenantId, { id: 'lease', at: NOON - 3 * DAY_MS, data, estimate: true })],
			});
			expect(await everything(tenantId)).toBe(1);
			await record(tenantId, [{ id: 'call', at: NOON, data }]);

			expect(await everything(tenantId)).toBe(1);
			expect(await requests(tenantId, NOON, NOON + 1)).toBe(1);
			const late = rowOf(tenantId, { id: 'lease', at: NOON - 3 * DAY_MS, data, estimate: true });
			const used = await db.call('record_expired_leases', { events: [late] });
			expect(used).toMatchObject([{ reservationId: data.reservationId, microCents: 5 }]);
			expect(await everything(tenantId)).toBe(1);
		});

		it('drops whole days with their keys, says what they came to, and keeps what is younger', async () => {
			const tenantId = newTenant();
			const day = Date.UTC(2001, 1, 10);
			const given = [
				{ id: 'opened', at: day },
				{ id: 'unopened', at: day + DAY_MS - 1 },
				{ id: 'young', at: day + DAY_MS },
			];
			await db.call('open_usage_days', { days: ['2001-02-09', '2001-02-10', '2001-02-11'] });
			await record(tenantId, given);
			await record(tenantId, [{ id: 'older', at: day - 5 * DAY_MS }]);

			expect(await dropBefore(day + DAY_MS + 1)).toEqual([
				{ day: '2001-02-09', events: 0, microCents: 0 },
				{ day: '2001-02-10', events: 2, microCents: 10 },
				{ day: null, events: 1, microCents: 5 },
			]);
			expect(await everything(tenantId)).toBe(1);
			expect(await dropBefore(day + DAY_MS + 1)).toEqual([]);
			expect((await record(tenantId, given)).added).toBe(2);
			await dropBefore(day + 2 * DAY_MS);
			expect(await everything(tenantId)).toBe(0);
		});

		it('answers that an event is recorded while its day is being dropped', async () => {
			const tenantId = newTenant();
			const at = Date.UTC(2001, 3, 1);
			await db.call('open_usage_days', { days: ['2001-04-01'] });
			await record(tenantId, [{ id: 'a', at }]);
			await db.call('drop_usage_days', { before: iso(at + DAY_MS), now: iso(NOON) });

			const { added, known } = await record(tenantId, [{ id: 'a', at }]);
			expect([added, known.map(({ tenantId: owner }) => owner)]).toEqual([0, [null]]);
			await dropBefore(at + DAY_MS);
		});

		it('says whom it has to count until it is told that they are counted', async () => {
			const [due, reserved] = [newTenant(), newTenant()];
			const call = (run: string | null, counted: string[] | null, events: object[]) =>
				db.call('record_usage', { events, run, counted, now: iso(NOON) });
			const dueNow = async () =>
				(await db.call('counts_due', { before: iso(NOON + 1) })).filter(
					({ tenantIds }) => tenantIds.includes(due) || tenantIds.includes(reserved),
				);
			const data = { reservationId: `rsv_${reserved}` };
			const run = `run-${due}`;
			await call(run, null, [
				rowOf(due, { id: 'a', at: NOON }),
				rowOf(reserved, { id: 'b', at: NOON, data }),
			]);
			await call(`again-${due}`, null, [rowOf(due, { id: 'a', at: NOON })]);
			expect(await dueNow()).toEqual([{ run, tenantIds: [due] }]);

			await call(null, [run], [rowOf(due, { id: 'c', at: NOON })]);
			expect(await dueNow()).toEqual([]);
		});
	});
}
