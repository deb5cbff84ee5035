import { refusedBecause } from '../../core/queuedCall.ts';
import type { Database } from '../../anomaly-service/src/ports/database.ts';
import { aParkedCall } from '../support/parkedCalls.ts';

import { iso, NOON, sharedDatabase, tenantNames } from './databaseBench.ts';
import { ALLOWED, DAY, LEASE_MS, queueContractBench } from './queueContractBench.ts';

/** Parking, deciding and telling, through any transport of the SQL functions. Claims see every tenant's calls. */
export function queueContract(name: string, open: () => Promise<Database>): void {
	describe(`the queue through ${name}`, () => {
		const db = sharedDatabase(open);
		const newTenant = tenantNames();
		const { park, claim, claimedIds, putBack, allow, resumes, find, expire, empty } =
			queueContractBench(db);
		afterEach(empty);

		it('parks a call once under its id and answers what is parked there', async () => {
			const tenantId = newTenant();
			const call = aParkedCall({ tenantId });
			const kept = { tenantId, lane: 'standard', deadlineAt: NOON + 3_600_000 };

			expect(await db.call('park_call', { call })).toEqual({ parked: true, ...kept });
			const again = { ...call, lane: 'bulk', deadlineAt: iso(NOON) } as const;
			expect(await db.call('park_call', { call: again })).toEqual({ parked: false, ...kept });
		});

		it('claims by rank what is due, no more than asked for', async () => {
			const tenantId = newTenant();
			const bulk = await park({ tenantId, lane: 'bulk' });
			const standard = await park({ tenantId });
			const interactive = await park({ tenantId, lane: 'interactive', parkedAt: NOON + 1 });
			await park({ tenantId, nextTryAt: NOON + 60_000 });

			expect(await claimedIds(NOON + 1, { limit: 2 })).toEqual([interactive, standard]);
			expect(await claimedIds(NOON + 1)).toEqual([bulk]);
			expect(await claimedIds(NOON + 1)).toEqual([]);
		});

		it('gives a claimed call with what is needed to try it', async () => {
			const tenantId = newTenant();
			const call = aParkedCall({ tenantId, blockedBy: ['c'] });
			await db.call('park_call', { call });

			expect((await claim(NOON)).calls).toEqual([
				{
					...{ id: call.id, tenantId, lane: 'standard', ask: call.ask, parkedAt: NOON },
					...{ rankAt: NOON + 60_000, generation: 1, mayHold: false, blockedBy: ['c'], tries: 1 },
				},
			]);
		});

		it('lets one scheduler at a time have claims, until it puts them back or its lease ends', async () => {
			const tenantId = newTenant();
			const [first, second] = [await park({ tenantId }), await park({ tenantId })];

			expect(await claimedIds(NOON, { limit: 1 })).toEqual([first]);
			expect(await claimedIds(NOON, { worker: 'b' })).toEqual([]);
			await putBack(first, { at: NOON + 60_000 });
			expect(await claimedIds(NOON, { worker: 'b' })).toEqual([second]);
			expect(await claimedIds(NOON + LEASE_MS, { worker: 'c' })).toEqual([second]);
		});

		it('says of a call whose claim ran out that it may hold something', async () => {
			const id = await park({ tenantId: newTenant() });
			await claim(NOON);

			const [call] = (await claim(NOON + LEASE_MS)).calls;
			expect(call).toMatchObject({ id, mayHold: true, tries: 2 });
		});

		it('takes back only from the scheduler that has the claim', async () => {
			const id = await park({ tenantId: newTenant() });
			await claim(NOON);
			await claim(NOON + LEASE_MS, { worker: 'b' });
			await putBack(id, { worker: 'a' });

			expect(await claimedIds(NOON + LEASE_MS + 1, { worker: 'b' })).toEqual([]);
			expect((await find(id))?.tries).toBe(2);
		});

		it('leaves calls alone that wait behind an earlier one for a full counter, until it is looked at again', async () => {
			const tenantId = newTenant();
			const ahead = await park({ tenantId, lane: 'interactive', blockedBy: ['full'] });
			const first = await park({ tenantId, blockedBy: ['full'] });
			const behind = await park({ tenantId, lane: 'bulk', blockedBy: ['full', 'other'] });
			const elsewhere = await park({ tenantId, lane: 'bulk', blockedBy: ['other'] });
			const { calls } = await claim(NOON);
			for (const { id, blockedBy } of calls) await putBack(id, { blockedBy });
			const block = { counterId: 'full', rankAt: NOON + 60_000, until: NOON + 5000 };
			await putBack(first, {}, [block]);

			const claimed = await claim(NOON);
			expect(claimed.calls.map(({ id }) => id)).toEqual([ahead, elsewhere]);
			expect(claimed.blocks).toEqual([{ counterId: 'full', rankAt: NOON + 60_000 }]);
			for (const id of [ahead, elsewhere]) await putBack(id, { at: NOON + DAY });
			expect(await claimedIds(NOON + 5000)).toEqual([first, behind]);
		});

		it('looks at a blocked call all the same when it may hold something', async () => {
			const tenantId = newTenant();
			const id = await park({ tenantId, blockedBy: ['full'] });
			await claim(NOON);
			const block = { counterId: 'full', rankAt: NOON, until: NOON + DAY };
			await putBack(id, { blockedBy: ['full'], mayHold: true }, [block]);

			expect(await claimedIds(NOON)).toEqual([id]);
		});

		it('claims nothing more while decided calls pile up untold', async () => {
			const tenantId = newTenant();
			for (let count = 0; count < 3; count++) await park({ tenantId });
			const { calls } = await claim(NOON, { limit: 1 });
			await allow(calls[0]?.id ?? '');

			expect(await claim(NOON, { backlogMax: 1 })).toMatchObject({ calls: [], isFull: true });
			expect(await claimedIds(NOON, { backlogMax: 2 })).toHaveLength(1);
			await resumes(NOON);
			expect(await claimedIds(NOON, { backlogMax: 1 })).toHaveLength(1);
		});

		it('decides a call once: who comes second learns how', async () => {
			const id = await park({ tenantId: newTenant() });
			await claim(NOON);

			expect(await allow(id)).toEqual({ lost: [] });
			expect(await allow(id)).toEqual({ lost: [{ id, outcome: 'allowed' }] });
			expect(await find(id)).toMatchObject({ state: 'releasing', reservationId: 'rsv_1' });
		});

		it('hands a decided call to one resumer at a time and again when that one is gone', async () => {
			const id = await park({ tenantId: newTenant() });
			await claim(NOON);
			await allow(id);

			const [call] = await resumes(NOON);
			expect(call).toEqual({
				...{
					id,
					tenantId: expect.any(String),
					keyId: 'key_1',
					outcome: 'allowed',
					answer: ALLOWED,
				},
				resumeUrl: 'http://127.0.0.1:1/webhook-waiting/1?signature=secret',
				...{ ttlMs: 120_000, generation: 1, mayHold: true, reservationId: 'rsv_1' },
				...{ deadlineAt: NOON + 3_600_000, decidedAt: NOON, attempts: 1, mayHaveArrived: false },
			});
			expect(await resumes(NOON, 'r2')).toEqual([]);
			expect(await resumes(NOON + LEASE_MS, 'r2')).toMatchObject([
				{ id, attempts: 2, mayHaveArrived: true },
			]);
		});

		it('tells a call again when it is due, and not by the word of a resumer that lost it', async () => {
			const id = await park({ tenantId: newTenant() });
			await claim(NOON);
			await allow(id);
			await resumes(NOON);
			const retry = (worker: string, at: number) =>
				db.call('retry_resume', {
					...{ worker, id, nextTryAt: iso(at), error: 'HTTP 404', mayHaveArrived: false },
				});

			await retry('other', NOON);
			expect(await resumes(NOON)).toEqual([]);
			await retry('r', NOON + 1000);
			expect(await resumes(NOON + 1000)).toMatchObject([{ id, mayHaveArrived: false }]);
			expect(await find(id)).toMatchObject({ lastError: 'HTTP 404', attempts: 2 });
		});

		it('forgets the resume URL of a call that was told, and tells it no more', async () => {
			const id = await park({ tenantId: newTenant() });
			await claim(NOON);
			await allow(id);
			await resumes(NOON);

			expect(await db.call('finish_call', { ids: [id], now: iso(NOON) })).toEqual({ finished: 1 });
			expect(await db.call('finish_call', { ids: [id], now: iso(NOON) })).toEqual({ finished: 0 });
			expect(await resumes(NOON + DAY)).toEqual([]);
			expect(await find(id)).toMatchObject({ state: 'done', outcome: 'allowed' });
		});

		it('lets a call that lost its hold wait again, for a new one', async () => {
			const id = await park({ tenantId: newTenant() });
			await claim(NOON);
			await allow(id);
			await resumes(NOON);
			await db.call('requeue_call', {
				...{ worker: 'r', id, nextTryAt: iso(NOON + 1000), error: 'ran out' },
			});

			expect(await claimedIds(NOON)).toEqual([]);
			const [call] = (await claim(NOON + 1000)).calls;
			expect(call).toMatchObject({ id, generation: 2, mayHold: false });
			expect(await find(id)).toMatchObject({ state: 'waiting', answer: null });
		});

		it('refuses a call at its deadline, unless it is being tried', async () => {
			const tenantId = newTenant();
			const id = await park({ tenantId, deadlineAt: NOON + 5000 });
			await claim(NOON + 4999);

			expect(await claimedIds(NOON + 5000)).toEqual([]);
			expect(await expire(NOON + 5000)).toEqual({ expired: 0 });
			expect(await expire(NOON + 4999 + LEASE_MS)).toEqual({ expired: 1 });
			expect(await resumes(NOON + DAY)).toMatchObject([
				{ id, outcome: 'rejected', mayHold: true, answer: refusedBecause('deadlineExceeded') },
			]);
		});

		it('refuses late calls by portions', async () => {
			const tenantId = newTenant();
			for (let count = 0; count < 3; count++) await park({ tenantId, deadlineAt: NOON });

			expect(await expire(NOON, 2)).toEqual({ expired: 2 });
			expect(await expire(NOON, 2)).toEqual({ expired: 1 });
		});
	});
}
