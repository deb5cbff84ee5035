import { randomUUID } from 'node:crypto';
import type { Lane } from '../../../core/decision.ts';
import { aheadMsOf, rankOf } from '../../../core/lanes.ts';
import { refusedBecause, shownUrl, type QueuedAsk } from '../../../core/queuedCall.ts';
import { iso } from '../../../core/utc.ts';
import type { Database } from '../ports/database.ts';
import type { QueuedCallDocument, QueueState } from '../ports/queueFunctions.ts';
import { readSummary, type QueueView } from './queueView.ts';

export type ParkRequest = {
	/** `que_` and up to 60 letters and digits: parked again under one id, a call is parked once. Made when not given. */
	queueId?: string | undefined;
	tenantId: string;
	lane: Lane;
	ask: QueuedAsk;
	resumeUrl: string;
	/** The service key that parks it: what it is told is signed with that key's secret. */
	keyId: string;
	deadlineAt: number;
	/** The counters that had no room. */
	blockedBy: readonly string[];
};

/** `full`: the tenant has too many waiting calls already. */
export type Parked =
	| { outcome: 'parked'; queueId: string; lane: Lane; deadlineAt: number }
	| { outcome: 'full' };

export type CallFilter = {
	tenantId: string | null;
	lane: Lane | null;
	state: QueueState | null;
	/** What the previous page gave as `nextCursor`. */
	cursor: Cursor | null;
	limit: number;
};

/** A place in the list: behind the call of this rank and id. */
export type Cursor = { rankAt: number; queueId: string };

/** An operator's order for one call; `tenantId` null: of whatever tenant. */
type Order = { queueId: string; tenantId: string | null; actor: string; now: number };

/**
 * n8n keeps an execution for each of them. More than this is a loop that parks, and would make every look at the queue
 * slow for all tenants.
 */
const WAITING_MAX = 50_000;
/** n8n writes a waiting execution to its database after our answer. Called sooner, the resume URL answers 409. */
const FIRST_TRY_AFTER_MS = 1000;

/** What callers, pipeline and operators do to the queue. Every change is in the database when it is answered. */
export class CallQueue {
	readonly #database: Database;
	readonly #view: QueueView;

	constructor(database: Database, view: QueueView) {
		this.#database = database;
		this.#view = view;
	}

	async park(request: ParkRequest, now: number): Promise<Parked> {
		const { tenantId, lane, ask, resumeUrl, keyId, deadlineAt, blockedBy } = request;
		if (this.#view.waitingCount(tenantId) >= WAITING_MAX) return { outcome: 'full' };
		const queueId = request.queueId ?? `que_${randomUUID().replaceAll('-', '')}`;
		const kept = await this.#database.call('park_call', {
			call: {
				...{ id: queueId, tenantId, lane, ask, resumeUrl, keyId, blockedBy },
				shownUrl: shownUrl(resumeUrl),
				parkedAt: iso(now),
				rankAt: iso(rankOf(lane, now)),
				deadlineAt: iso(deadlineAt),
				nextTryAt: iso(now + FIRST_TRY_AFTER_MS),
			},
		});

		return { outcome: 'parked', queueId, lane: kept.lane, deadlineAt: kept.deadlineAt };
	}

	/** One page in the order of release; `next` is where the following page begins, null on the last. */
	async list(filter: CallFilter): Promise<{ calls: QueuedCallDocument[]; next: Cursor | null }> {
		const { tenantId, lane, state, cursor, limit } = filter;
		const calls = await this.#database.call('list_calls', {
			...{ id: null, tenantId, lane, state },
			afterRank: cursor && iso(cursor.rankAt),
			afterId: cursor && cursor.queueId,
			limit: limit + 1,
		});
		const page = calls.slice(0, limit);
		const last = page.at(-1);
		const hasMore = calls.length > limit && last !== undefined;

		return {
			calls: page,
			next: hasMore ? { rankAt: Date.parse(last.rankAt), queueId: last.queueId } : null,
		};
	}

	async find(queueId: string, tenantId: string | null): Promise<QueuedCallDocument | undefined> {
		const [call] = await this.#database.call('list_calls', {
			...{ id: queueId, tenantId, lane: null, state: null },
			...{ afterRank: null, afterId: null, limit: 1 },
		});
		return call;
	}

	/** To another lane, as if it had been parked there; `lane` null: before all others. */
	async promote(order: Order & { lane: Lane | null }) {
		const { lane } = order;
		const aheadMs = lane === null ? 0 : aheadMsOf(lane);
		const args = { ...orderArgs(order), lane, aheadMs };
		return (await this.#database.call('promote_call', args)).outcome;
	}

	async cancel(order: Order) {
		const args = { ...orderArgs(order), answer: refusedBecause('cancelled') };
		return (await this.#database.call('cancel_call', args)).outcome;
	}

	/** Refuses all that wait, of one tenant and one lane (null: of all). Answers how many. */
	async drain(order: Omit<Order, 'queueId'> & { lane: Lane | null }): Promise<number> {
		const { drained } = await this.#database.call('drain_calls', {
			...{ tenantId: order.tenantId, lane: order.lane, actor: order.actor, now: iso(order.now) },
			answer: refusedBecause('drained'),
		});
		return drained;
	}

	summary(tenantId: string | null, now: number) {
		return readSummary(this.#database, tenantId, now);
	}

	/** A rejection is delivered again; a call that was allowed waits again, in its old place, for new room. */
	async retryDead(order: Order) {
		return (await this.#database.call('retry_dead', orderArgs(order))).outcome;
	}

	async deleteDead(order: Order) {
		return (await this.#database.call('delete_dead', orderArgs(order))).outcome;
	}
}

function orderArgs({ queueId, tenantId, actor, now }: Order) {
	return { id: queueId, tenantId, actor, now: iso(now) };
}
