import { refusedBecause } from '../../core/queuedCall.ts';
import type { Database } from '../../anomaly-service/src/ports/database.ts';
import { aParkedCall } from '../support/parkedCalls.ts';

import { iso, NOON } from './databaseBench.ts';

export const LEASE_MS = 10_000;
export const DAY = 86_400_000;
export const ALLOWED = {
	decision: 'allow',
	reservationId: 'rsv_1',
	heldMicroCents: 100,
	expiresAt: NOON,
} as const;

/** What the contracts of the queue do again and again. */
export function queueContractBench(db: Database) {
	const park = async (changes: Parameters<typeof aParkedCall>[0]) => {
		const call = aParkedCall(changes);
		await db.call('park_call', { call });
		return call.id;
	};
	const claim = async (now: number, { worker = 'a', limit = 100, backlogMax = 500 } = {}) => {
		const args = { worker, now: iso(now), leaseMs: LEASE_MS, limit, backlogMax };
		return db.call('claim_waiting', args);
	};
	const claimedIds = async (...args: Parameters<typeof claim>) =>
		(await claim(...args)).calls.map(({ id }) => id);
	const putBack = (
		id: string,
		back: { at?: number; blockedBy?: string[]; mayHold?: boolean; worker?: string } = {},
		blocks: { counterId: string; rankAt: number; until: number }[] = [],
	) => {
		const { at = NOON, blockedBy = [], mayHold = false, worker = 'a' } = back;
		return db.call('put_back', {
			worker,
			calls: [{ id, nextTryAt: iso(at), blockedBy, mayHold, renumber: false }],
			blocks: blocks.map(({ counterId, rankAt, until }) => ({
				counterId,
				rankAt: iso(rankAt),
				until: iso(until),
			})),
		});
	};
	const allow = (id: string, now = NOON) =>
		db.call('record_release', {
			calls: [{ id, outcome: 'allowed', answer: ALLOWED, reservationId: 'rsv_1' }],
			now: iso(now),
		});
	const resumes = (now: number, worker = 'r') =>
		db.call('claim_resumes', { worker, now: iso(now), leaseMs: LEASE_MS, limit: 100 });
	const find = async (id: string) =>
		(
			await db.call('list_calls', {
				...{ id, tenantId: null, lane: null, state: null },
				...{ afterRank: null, afterId: null, limit: 1 },
			})
		)[0];
	const expire = (now: number, limit = 100) =>
		db.call('expire_calls', { answer: refusedBecause('deadlineExceeded'), now: iso(now), limit });
	const kill = async (id: string, now = NOON, mayHaveArrived = false) => {
		await resumes(now);
		await db.call('kill_call', {
			...{ worker: 'r', id, now: iso(now), error: 'HTTP 500', mayHaveArrived },
		});
	};
	/** Nothing waits or is due any more. */
	const empty = async () => {
		const answer = refusedBecause('drained');
		await db.call('drain_calls', {
			tenantId: null,
			actor: 'test',
			lane: null,
			answer,
			now: iso(NOON),
		});
		const claimed = await resumes(NOON + 100 * DAY);
		await db.call('finish_call', { ids: claimed.map(({ id }) => id), now: iso(NOON) });
		await db.call('prune_calls', { now: iso(NOON + 200 * DAY) });
	};

	return { park, claim, claimedIds, putBack, allow, resumes, find, expire, kill, empty };
}
