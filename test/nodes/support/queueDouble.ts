import type { Answer } from './fuseService.ts';

type QueuedCall = {
	tenantId: string;
	state: 'waiting' | 'releasing' | 'done' | 'dead';
	outcome: string | null;
	reservationId: string | null;
	reasons: Array<{ code: string; message: string }>;
	lookedAt: number;
	/** Counts as told when it has been looked at this often. */
	notedAfter: number;
};

export const DEADLINE_AT = '2026-10-14T09:12:45.123Z';

/** The queue of the service as the Gate sees it: calls that wait, and leases that are renewed. */
export class QueueDouble {
	/** By queue id, `que_1` for the first one parked. */
	readonly calls = new Map<string, QueuedCall>();
	/** Reservations whose lease ran out, and those nothing is known of any more; all others can be renewed. */
	readonly expired = new Set<string>();
	readonly forgotten = new Set<string>();

	park(tenantId: string): Answer {
		const queueId = `que_${this.calls.size + 1}`;
		this.calls.set(queueId, {
			tenantId,
			state: 'waiting',
			outcome: null,
			reservationId: null,
			reasons: [],
			lookedAt: 0,
			notedAfter: Infinity,
		});
		const body = {
			decision: 'queue',
			tenantId,
			queueId,
			lane: 'standard',
			deadlineAt: DEADLINE_AT,
			reasons: [],
		};

		return { status: 200, body };
	}

	/** The service has decided and calls the resume URL, or is about to. */
	allow(queueId: string): void {
		const reservationId = `res_of_${queueId}`;
		this.change(queueId, { state: 'releasing', outcome: 'allowed', reservationId });
	}

	refuse(queueId: string, outcome: string, code: string): void {
		const reasons = [{ code, message: `It was ${outcome}` }];
		this.change(queueId, { state: 'releasing', outcome, reasons });
	}

	/** The message about it arrived. */
	told(queueId: string): void {
		this.change(queueId, { state: 'done' });
	}

	change(queueId: string, change: Partial<QueuedCall>): void {
		const call = this.calls.get(queueId);
		if (!call) throw new Error(`There is no call ${queueId}`);
		Object.assign(call, change);
	}

	answer(method: string, path: string): Answer | undefined {
		const [, queueId] = /^\/v1\/queue\/(\w+)$/.exec(path) ?? [];
		const [, reservationId, order] =
			/^\/v1\/reservations\/(\w+)\/(renew|release)$/.exec(path) ?? [];
		if (method === 'GET' && queueId !== undefined) return this.show(queueId);
		if (method !== 'POST' || reservationId === undefined) return undefined;

		return order === 'renew'
			? this.renew(reservationId)
			: { status: 200, body: { reservationId, outcome: 'released' } };
	}

	private show(queueId: string): Answer {
		const call = this.calls.get(queueId);
		if (!call) return { status: 404, body: { status: 404, detail: 'There is no queued call' } };

		call.lookedAt += 1;
		if (call.lookedAt > call.notedAfter) call.state = 'done';
		const heldMicroCents = call.outcome === 'allowed' ? 700 : 0;
		return { status: 200, body: { queueId, ...call, heldMicroCents } };
	}

	private renew(reservationId: string): Answer {
		if (this.expired.has(reservationId)) return { status: 200, body: { outcome: 'expired' } };
		if (this.forgotten.has(reservationId)) return { status: 200, body: { outcome: 'unknown' } };

		return { status: 200, body: { outcome: 'renewed', expiresAt: RENEWED_UNTIL } };
	}
}

export const RENEWED_UNTIL = '2026-10-14T10:00:00.000Z';
