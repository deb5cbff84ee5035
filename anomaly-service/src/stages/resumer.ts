import { iso } from '../../../core/utc.ts';
import { randomUUID } from 'node:crypto';
import type { Clock } from '../ports/clock.ts';
import type { HoldRef, RenewResult } from '../ports/counters.ts';
import type { Database } from '../ports/database.ts';
import type { Log } from '../ports/log.ts';
import type { ResumingCall } from '../ports/queueFunctions.ts';
import type { WebhookSender } from '../ports/webhookSender.ts';
import { ClaimLoop } from './claimLoop.ts';
import { DeliveryLane } from './deliveryLane.ts';
import type { QueueMetrics } from './queueMetrics.ts';
import { afterAttempt, INTERRUPTED, type Attempt, type Ending } from './resumeEnding.ts';
import { resumeMessage } from './resumeMessage.ts';
import { queuedReservationId } from './queuedReservation.ts';
import { HOLD_MS_MIN } from './scheduler.ts';
import { WriteTogether } from './writeTogether.ts';

export type ResumerDependencies = {
	database: Database;
	sender: WebhookSender;
	clock: Clock;
	log: Log;
	metrics: QueueMetrics;
	/** What a service key's messages are signed with. */
	secretOf: (keyId: string) => string;
	renew: (lease: HoldRef & { ttlMs: number }) => Promise<RenewResult>;
	release: (hold: HoldRef) => Promise<unknown>;
	/** A call was told or put off: there is room for another one. */
	roomMade: () => void;
};

/** Calls being told at a time: a socket and some KB each. 25 receivers that hang, with 4 calls each, fill it. */
const MAX_HELD = 100;
/** Longer than a wait for a turn and the sender's own time limit, so that a live worker never loses its claim. */
const LEASE_MS = 30_000;
/** A hold made this moment needs no renewal before its call is told. */
const FRESH_MS = 5000;
/** At a stop: healthy receivers answer within milliseconds, the others are told after the next start. */
const STOP_GRACE_MS = 2000;

/** Tells decided calls their answer by posting it to their resume URL: each until it has it, or it is too late. */
export class Resumer {
	readonly #deps: ResumerDependencies;
	readonly #worker = `res_${randomUUID()}`;
	/** By the host of the resume URL: one that hangs must not hold up another. */
	readonly #lanes = new Map<string, DeliveryLane>();
	readonly #abort = new AbortController();
	readonly #told: WriteTogether<string>;
	readonly #work: ClaimLoop<ResumingCall>;

	constructor(deps: ResumerDependencies) {
		this.#deps = deps;
		const { clock, database, log, roomMade } = deps;
		this.#told = new WriteTogether((ids) =>
			database.call('finish_call', { ids, now: iso(clock.now()) }),
		);
		this.#work = new ClaimLoop({
			max: MAX_HELD,
			claim: (limit) =>
				database.call('claim_resumes', {
					worker: this.#worker,
					now: iso(clock.now()),
					leaseMs: LEASE_MS,
					limit,
				}),
			carry: (call) => this.#carry(call),
			carryFailed: (error, { id }) => {
				log.error({ err: error, queueId: id }, 'resume not recorded');
			},
			claimFailed: (error) => {
				log.error({ err: error }, 'queue could not be read');
			},
			roomMade,
		});
	}

	/** Tells what is due now. Calls while it runs make it look once more, never twice at a time. */
	run(): Promise<void> {
		return this.#work.run();
	}

	/** Resolves when nothing is under way any more. */
	settled(): Promise<void> {
		return this.#work.settled();
	}

	/** Claims nothing more; resolves when what is under way arrived, failed, or was cut off and given back. */
	async stop(): Promise<void> {
		const stopped = this.#work.stop();
		const cut = setTimeout(() => this.#abort.abort(), STOP_GRACE_MS);
		for (const lane of this.#lanes.values()) lane.turnAway();
		await stopped;
		clearTimeout(cut);
	}

	async #carry(call: ResumingCall): Promise<void> {
		const { clock, log, metrics } = this.#deps;
		const attempt = await this.#attempt(call);
		const ending = afterAttempt(call, attempt, clock.now());
		metrics.queueResumes.inc({ outcome: ending.kind });
		if (ending.kind !== 'told') {
			const { id: queueId, tenantId, attempts } = call;
			// Never the URL: it resumes an execution for whoever reads the log.
			const fields = { queueId, tenantId, attempts, error: ending.error, next: ending.kind };
			log.warn(fields, 'call could not be resumed');
		}
		await this.#record(call, ending);
	}

	async #record(call: ResumingCall, ending: Ending): Promise<void> {
		const { database, clock } = this.#deps;
		const claim = { worker: this.#worker, id: call.id };
		const now = clock.now();
		switch (ending.kind) {
			case 'told':
				return this.#told.add(call.id);
			case 'again': {
				const { inMs, error, mayHaveArrived } = ending;
				const nextTryAt = iso(now + inMs);
				await database.call('retry_resume', { ...claim, nextTryAt, error, mayHaveArrived });
				return;
			}
			case 'requeued': {
				await this.#giveBack(call);
				const { inMs, error } = ending;
				await database.call('requeue_call', { ...claim, nextTryAt: iso(now + inMs), error });
				return;
			}
			case 'dead': {
				const { error, mayHaveArrived } = ending;
				// One that may run uses what it holds: given back, the limit would be exceeded. Its lease ends the hold.
				if (!mayHaveArrived) await this.#giveBack(call);
				await database.call('kill_call', { ...claim, now: iso(now), error, mayHaveArrived });
			}
		}
	}

	/** One attempt, when it is this call's turn. */
	async #attempt(call: ResumingCall): Promise<Attempt> {
		const { origin } = new URL(call.resumeUrl);
		const lane = this.#lanes.get(origin) ?? new DeliveryLane();
		this.#lanes.set(origin, lane);
		try {
			const entered = !this.#work.isStopping && (await lane.enter());
			if (this.#work.isStopping && !entered) return INTERRUPTED;
			if (!entered) return { outcome: 'notSent', error: 'the receiver is busy with earlier ones' };
			try {
				return await this.#prepareAndSend(call);
			} finally {
				lane.leave();
			}
		} finally {
			if (lane.isEmpty) this.#lanes.delete(origin);
		}
	}

	async #prepareAndSend(call: ResumingCall): Promise<Attempt> {
		try {
			const hold = await this.#prepare(call);
			if (hold === 'used') return { outcome: 'delivered' };
			if (hold === 'lost' && !call.mayHaveArrived) {
				return { outcome: 'holdLost', error: 'its hold ran out before it could be told' };
			}
		} catch (error) {
			this.#deps.log.error({ err: error, queueId: call.id }, 'hold could not be looked after');
			return { outcome: 'notSent', error: 'the counter store did not answer' };
		}
		return this.#send(call);
	}

	/** Sees to it that an allowed call's hold lasts, and that a refused one has none. */
	async #prepare(call: ResumingCall): Promise<'ready' | 'used' | 'lost'> {
		const { renew, clock } = this.#deps;
		const { answer, tenantId, ttlMs, decidedAt } = call;
		if (answer.decision === 'reject') {
			if (call.mayHold) await this.#giveBack(call);
			return 'ready';
		}
		if (clock.now() - decidedAt < FRESH_MS) return 'ready';
		const { reservationId } = answer;
		const lease = { reservationId, tenantId, ttlMs: Math.max(ttlMs, HOLD_MS_MIN) };
		const renewed = await renew(lease);
		// Settled: the call was made, so it was told.
		if (renewed.outcome === 'alreadySettled') return 'used';
		if (renewed.outcome !== 'renewed') return 'lost';
		answer.expiresAt = renewed.expiresAt;
		return 'ready';
	}

	async #send(call: ResumingCall): Promise<Attempt> {
		const { sender, clock, secretOf } = this.#deps;
		const secret = secretOf(call.keyId);
		const result = await sender.send({
			url: call.resumeUrl,
			...resumeMessage(call, { now: clock.now(), secret }),
			signal: this.#abort.signal,
		});
		const wasCut = result.outcome === 'failed' && this.#abort.signal.aborted;

		return wasCut ? { ...INTERRUPTED, wasSent: true } : result;
	}

	#giveBack(call: ResumingCall): Promise<unknown> {
		const { tenantId } = call;

		return this.#deps.release({ reservationId: queuedReservationId(call), tenantId });
	}
}
