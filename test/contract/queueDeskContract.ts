import { LANE_BOUNDS_MS } from '../../core/lanes.ts';
import { refusedBecause } from '../../core/queuedCall.ts';
import type { Database } from '../../anomaly-service/src/ports/database.ts';
import type { QueueState } from '../../anomaly-service/src/ports/queueFunctions.ts';
import { aParkedCall } from '../support/parkedCalls.ts';

import { iso, NOON, sharedDatabase, tenantNames } from './databaseBench.ts';
import { DAY, queueContractBench } from './queueContractBench.ts';

const BY = { tenantId: null, actor: 'key_1' };

/** What operators see of the queue and do to it, through any transport of the SQL functions. */
export function queueDeskContract(name: string, open: () => Promise<Database>): void {
	describe(`the queue's desk through ${name}`, () => {
		const db = sharedDatabase(open);
		const newTenant = tenantNames();
		const { park, claim, allow, resumes, find, expire, kill, empty } = queueContractBench(db);
		const list = (tenantId: string, state: QueueState | null = null) =>
			db.call('list_calls', {
				...{ id: null, tenantId, lane: null, state },
				...{ afterRank: null, afterId: null, limit: 100 },
			});
		afterEach(empty);

		it('lists by rank in pages, filtered by tenant, lane and state', async () => {
			const tenantId = newTenant();
			await park({ tenantId: newTenant() });
			const ids = [
				await park({ tenantId, lane: 'interactive' }),
				await park({ tenantId }),
				await park({ tenantId }),
				await park({ tenantId, lane: 'bulk' }),
			];
			const filter = { id: null, tenantId, lane: null, state: null };
			const page = async (afterRank: string | null, afterId: string | null) =>
				(await db.call('list_calls', { ...filter, afterRank, afterId, limit: 3 })).map(
					({ queueId }) => queueId,
				);

			expect(await page(null, null)).toEqual(ids.slice(0, 3));
			expect(await page(iso(NOON + 60_000), ids[1] ?? '')).toEqual(ids.slice(2));
			expect((await list(tenantId, 'dead')).length).toBe(0);
			const bulk = { ...filter, lane: 'bulk', afterRank: null, afterId: null, limit: 9 } as const;
			expect((await db.call('list_calls', bulk)).map(({ queueId }) => queueId)).toEqual([ids[3]]);
		});

		it('shows a call without what would resume it', async () => {
			const tenantId = newTenant();
			const call = aParkedCall({ tenantId });
			await db.call('park_call', { call });

			const shown = JSON.stringify(await list(tenantId));
			expect(shown).toContain('http://127.0.0.1:1/webhook-waiting/…');
			expect(shown).not.toContain('secret');
		});

		it('moves a waiting call to another lane or to the front, and no other', async () => {
			const tenantId = newTenant();
			const first = await park({ tenantId });
			const bulk = await park({ tenantId, lane: 'bulk', nextTryAt: NOON + DAY });
			const last = await park({ tenantId, lane: 'bulk', parkedAt: NOON + 1 });
			const promote = (id: string, lane: 'interactive' | null, tenant: string | null = null) =>
				db.call('promote_call', {
					...{ id, tenantId: tenant, lane, aheadMs: 0, actor: 'key_1', now: iso(NOON) },
				});

			expect(await promote(bulk, 'interactive')).toEqual({ outcome: 'promoted' });
			expect((await list(tenantId)).map(({ queueId }) => queueId)).toEqual([bulk, first, last]);
			expect(await promote(last, null)).toEqual({ outcome: 'promoted' });
			expect(await promote(first, null)).toEqual({ outcome: 'promoted' });
			expect((await claim(NOON + 1)).calls.map(({ id }) => id)).toEqual([first, last, bulk]);
			await allow(first);
			expect(await promote(first, null)).toEqual({ outcome: 'notWaiting' });
			expect(await promote('que_none', null)).toEqual({ outcome: 'unknown' });
			expect(await promote(last, null, 'another')).toEqual({ outcome: 'unknown' });
		});

		it('cancels a waiting call, also one that is being tried, which then is not allowed any more', async () => {
			const tenantId = newTenant();
			const id = await park({ tenantId });
			await claim(NOON);
			const answer = refusedBecause('cancelled');
			const cancel = () => db.call('cancel_call', { ...BY, id, answer, now: iso(NOON) });

			expect(await cancel()).toEqual({ outcome: 'cancelled' });
			expect(await allow(id)).toEqual({ lost: [{ id, outcome: 'cancelled' }] });
			expect(await cancel()).toEqual({ outcome: 'notWaiting' });
			expect(await resumes(NOON)).toMatchObject([{ id, answer, mayHold: true }]);
		});

		it('drains what waits of a tenant and a lane, and leaves the rest', async () => {
			const [tenantId, other] = [newTenant(), newTenant()];
			await park({ tenantId });
			await park({ tenantId });
			await park({ tenantId, lane: 'bulk' });
			await park({ tenantId: other });
			const drain = (lane: 'standard' | null) =>
				db.call('drain_calls', {
					...{ tenantId, lane, actor: 'key_1', now: iso(NOON) },
					answer: refusedBecause('drained'),
				});

			expect(await drain('standard')).toEqual({ drained: 2 });
			expect(await drain(null)).toEqual({ drained: 1 });
			expect(await list(other, 'waiting')).toHaveLength(1);
			expect((await list(tenantId))[0]).toMatchObject({ outcome: 'drained', state: 'releasing' });
		});

		it('sums up what waits by tenant and lane, and what overdue calls wait for', async () => {
			const tenantId = newTenant();
			await park({ tenantId, blockedBy: ['c1'] });
			await park({ tenantId, parkedAt: NOON + 1, blockedBy: ['c2'] });
			await park({ tenantId, lane: 'bulk', blockedBy: ['c3'] });
			const now = NOON + LANE_BOUNDS_MS.standard + 1;

			expect(
				await db.call('queue_summary', { tenantId, boundsMs: LANE_BOUNDS_MS, now: iso(now) }),
			).toEqual({
				lanes: [
					{
						...{ tenantId, lane: 'bulk', waiting: 1, oldestParkedAt: NOON },
						firstRankAt: NOON + 900_000,
					},
					{
						...{ tenantId, lane: 'standard', waiting: 2, oldestParkedAt: NOON },
						firstRankAt: NOON + 60_000,
					},
				],
				overdueCounters: ['c1'],
				releasing: 0,
				dead: 0,
			});
		});

		it('keeps a call that could not be told as a dead letter, and lets it wait again on request', async () => {
			const tenantId = newTenant();
			const id = await park({ tenantId });
			await claim(NOON);
			await allow(id);
			await kill(id);
			const later = NOON + 10 * 3_600_000;
			const retry = () => db.call('retry_dead', { ...BY, id, now: iso(later) });

			expect(await list(tenantId, 'dead')).toMatchObject([
				{ queueId: id, lastError: 'HTTP 500', finishedAt: expect.any(String) },
			]);
			expect(await resumes(NOON + DAY)).toEqual([]);
			expect(await retry()).toEqual({ outcome: 'retried' });
			expect(await retry()).toEqual({ outcome: 'notDead' });
			expect((await claim(later)).calls).toMatchObject([{ id, generation: 2, mayHold: false }]);
			const retried = await find(id);
			expect(Date.parse(retried?.deadlineAt ?? '')).toBe(later + 3_600_000);
		});

		it('delivers a rejection again that became a dead letter', async () => {
			const id = await park({ tenantId: newTenant(), deadlineAt: NOON });
			await expire(NOON);
			await kill(id);
			await db.call('retry_dead', { ...BY, id, now: iso(NOON + DAY) });

			expect(await resumes(NOON + DAY)).toMatchObject([
				{ id, outcome: 'rejected', decidedAt: NOON + DAY, attempts: 1 },
			]);
		});

		it('deletes dead letters and nothing else', async () => {
			const id = await park({ tenantId: newTenant(), deadlineAt: NOON });
			const remove = () => db.call('delete_dead', { ...BY, id, now: iso(NOON) });

			expect(await remove()).toEqual({ outcome: 'notDead' });
			await expire(NOON);
			await kill(id);
			expect(await remove()).toEqual({ outcome: 'deleted' });
			expect(await remove()).toEqual({ outcome: 'unknown' });
		});

		it('counts a dead letter as told when its receiver turns out to know', async () => {
			const id = await park({ tenantId: newTenant(), deadlineAt: NOON });
			await expire(NOON);
			await kill(id);

			expect(await db.call('finish_call', { ids: [id], now: iso(NOON) })).toEqual({ finished: 1 });
		});

		it('removes finished calls after 30 days', async () => {
			const id = await park({ tenantId: newTenant(), deadlineAt: NOON });
			await park({ tenantId: newTenant() });
			await expire(NOON);
			await kill(id);

			expect(await db.call('prune_calls', { now: iso(NOON + 30 * DAY) })).toEqual({ removed: 0 });
			expect(await db.call('prune_calls', { now: iso(NOON + 31 * DAY) })).toEqual({ removed: 1 });
		});
	});
}
