import { randomUUID } from 'node:crypto';
import { isBusinessTime, type BusinessHours } from '../../../core/businessHours.ts';
import { MINUTE_MS } from '../../../core/durations.ts';
import { fillPctOf } from '../../../core/lanes.ts';
import { refusedBecause, type QueuedAsk } from '../../../core/queuedCall.ts';
import { iso } from '../../../core/utc.ts';
import type { Clock } from '../ports/clock.ts';
import type { HoldRef } from '../ports/counters.ts';
import { StoreUnavailableError, type Database } from '../ports/database.ts';
import type { Log } from '../ports/log.ts';
import type { WaitingCall } from '../ports/queueFunctions.ts';
import type { QueueMetrics } from './queueMetrics.ts';
import { queuedReservationId } from './queuedReservation.ts';
import type { QueueView } from './queueView.ts';
import { ReleaseRound, type Trial, type TryOutcome } from './releaseRound.ts';

/** A waiting call that is tried for the `attempt`th time. */
export type QueuedTry = {
	queueId: string;
	/** Follows from the call: tried again after a crash, it finds the hold of the first try. */
	reservationId: string;
	tenantId: string;
	ask: QueuedAsk;
	/** Lease of the hold. */
	ttlMs: number;
	/** How full the limits may be with this call, in percent. */
	fillPct: number;
	attempt: number;
	/** Whether an earlier call waits for room on this counter; then there is none for this one. */
	isTaken: (counterId: string) => boolean;
};

export type SchedulerDependencies = {
	database: Database;
	clock: Clock;
	log: Log;
	metrics: QueueMetrics;
	view: QueueView;
	businessHours: BusinessHours | null;
	/** Holds what the call needs, or says why not. Idempotent by reservation. Throws StoreUnavailableError. */
	reserve: (call: QueuedTry) => Promise<TryOutcome>;
	release: (hold: HoldRef) => Promise<unknown>;
	/** Decided calls are in the database. */
	decided: () => void;
};

/** One claim and one write for as many calls; each try takes a millisecond or less. */
const CALLS_PER_ROUND = 100;
/** After a crash the others wait as long before they decide again. A round of slow tries ends at half of it. */
const CLAIM_LEASE_MS = 10_000;
/** Decided calls that nobody has tried to tell: some seconds of work, so that no hold runs out before it is told. */
const BACKLOG_MAX = 500;
/** Long enough to tell a call its answer at the second or fifth attempt, see `Resumer`. */
export const HOLD_MS_MIN = 2 * MINUTE_MS;
/** A call whose try fails for a reason of its own must not hold up the others, nor be tried all the time. */
const AFTER_FAULT_MS = 10_000;
const EXPIRE_LIMIT = 1000;
const LOOK_AROUND_EVERY_MS = 1000;

/**
 * Gives room to waiting calls, the earliest rank first. A call is decided for good in the database before anybody is told.
 * Any number of replicas may run one; whoever finds another at it lets it finish.
 */
export class Scheduler {
	readonly #deps: SchedulerDependencies;
	readonly #worker = `sch_${randomUUID()}`;
	#running: Promise<void> | undefined;
	#again = false;
	#isFull = false;
	#isStopping = false;
	#lookedAroundAt: number | undefined;

	constructor(deps: SchedulerDependencies) {
		this.#deps = deps;
	}

	/** Decides what can be decided now. Calls while it runs make it look once more, never twice at a time. */
	run(): Promise<void> {
		this.#again = true;
		this.#running ??= this.#runAll();
		return this.#running;
	}

	/** The last run stopped because too many decided calls were not told yet. */
	get isFull(): boolean {
		return this.#isFull;
	}

	async stop(): Promise<void> {
		this.#isStopping = true;
		await this.#running?.catch(() => undefined);
	}

	async #runAll(): Promise<void> {
		// `run` has noted this run before it can end: one that ended at once would be noted for ever.
		await Promise.resolve();
		try {
			while (this.#again && !this.#isStopping) {
				this.#again = false;
				await this.#lookAround();
				while (await this.#round());
			}
		} finally {
			this.#running = undefined;
		}
	}

	/** What is done once for all calls, however often room is made for one. */
	async #lookAround(): Promise<void> {
		const { clock, view } = this.#deps;
		const now = clock.now();
		const age = Math.abs(now - (this.#lookedAroundAt ?? -Infinity));
		if (age < LOOK_AROUND_EVERY_MS) return;
		this.#lookedAroundAt = now;
		await this.#expire();
		await view.refresh(now);
	}

	/** Calls whose deadline has passed are refused. */
	async #expire(): Promise<void> {
		const { database, clock, decided, metrics } = this.#deps;
		for (let more = true; more && !this.#isStopping; ) {
			const { expired } = await database.call('expire_calls', {
				answer: refusedBecause('deadlineExceeded'),
				now: iso(clock.now()),
				limit: EXPIRE_LIMIT,
			});
			more = expired === EXPIRE_LIMIT;
			if (expired === 0) continue;
			metrics.queueDecisions.inc({ outcome: 'deadlineExceeded' }, expired);
			decided();
		}
	}

	/** One claim; true when another one may find more. */
	async #round(): Promise<boolean> {
		const { database, clock } = this.#deps;
		const now = clock.now();
		const { calls, blocks, isFull } = await database.call('claim_waiting', {
			worker: this.#worker,
			now: iso(now),
			leaseMs: CLAIM_LEASE_MS,
			limit: CALLS_PER_ROUND,
			backlogMax: BACKLOG_MAX,
		});
		this.#isFull = isFull;
		if (calls.length === 0) return false;
		const round = new ReleaseRound(blocks, now);
		const unavailable = await this.#tryAll(calls, round, now);
		await this.#write(round, calls);
		if (unavailable) throw unavailable;
		return !this.#isStopping;
	}

	/** In order: a call must not get the room an earlier one of the same round would have had. */
	async #tryAll(
		calls: readonly WaitingCall[],
		round: ReleaseRound,
		startedAt: number,
	): Promise<StoreUnavailableError | undefined> {
		const { clock, log } = this.#deps;
		let unavailable: StoreUnavailableError | undefined;
		for (const call of calls) {
			const isLate = clock.now() - startedAt > CLAIM_LEASE_MS / 2;
			if (unavailable || isLate || this.#isStopping) {
				round.leave(call);
				continue;
			}
			const trial = { ...call, fillPct: this.#fillPctOf(call) };
			const lines = round.hopelessIn(trial);
			if (lines.length > 0) {
				round.leaveInLine(call, lines);
				continue;
			}
			try {
				await this.#try(trial, round);
			} catch (error) {
				const isStoreDown = error instanceof StoreUnavailableError;
				round.leaveUnknown(call, isStoreDown ? 0 : AFTER_FAULT_MS);
				if (isStoreDown) unavailable = error;
				else log.error({ err: error, queueId: call.id }, 'waiting call could not be tried');
			}
		}
		return unavailable;
	}

	#fillPctOf(call: WaitingCall): number {
		const { businessHours, clock } = this.#deps;
		const now = clock.now();

		return fillPctOf(call, { now, businessTime: isBusinessTime(businessHours, now) });
	}

	async #try(trial: Trial, round: ReleaseRound): Promise<void> {
		const { id, tenantId, ask, tries, fillPct } = trial;
		const reservationId = queuedReservationId(trial);
		const outcome = await this.#deps.reserve({
			...{ queueId: id, reservationId, tenantId, ask, fillPct, attempt: tries },
			ttlMs: Math.max(ask.ttlMs, HOLD_MS_MIN),
			isTaken: (counterId) => round.isTaken(counterId, trial),
		});
		round.note(trial, reservationId, outcome);
	}

	async #write(round: ReleaseRound, calls: readonly WaitingCall[]): Promise<void> {
		const { database, clock, decided } = this.#deps;
		const { releases, putBacks, blocks } = round;
		if (putBacks.length > 0) {
			await database.call('put_back', { worker: this.#worker, calls: putBacks, blocks });
		}
		if (releases.length === 0) return;
		const now = clock.now();
		const { lost } = await database.call('record_release', { calls: releases, now: iso(now) });
		decided();
		for (const { id, outcome } of lost) {
			const release = releases.find((one) => one.id === id);
			const call = calls.find((one) => one.id === id);
			// Another scheduler that allowed it did so with the same hold.
			if (outcome === 'allowed' || release?.outcome !== 'allowed' || !call) continue;
			await this.#giveBack(call);
		}
		this.#count(round, calls, now);
	}

	async #giveBack(call: WaitingCall): Promise<void> {
		const { release, log } = this.#deps;
		const { tenantId } = call;
		try {
			await release({ reservationId: queuedReservationId(call), tenantId });
		} catch (error) {
			// Its lease ends it.
			log.warn({ err: error, queueId: call.id }, 'hold of a cancelled call not given back');
		}
	}

	#count({ releases }: ReleaseRound, calls: readonly WaitingCall[], now: number): void {
		const { metrics } = this.#deps;
		const byId = new Map(calls.map((call) => [call.id, call]));
		for (const { id, outcome } of releases) {
			const call = byId.get(id);
			if (!call) continue;
			metrics.queueDecisions.inc({ outcome });
			metrics.queueWaitSeconds.observe({ lane: call.lane }, (now - call.parkedAt) / 1000);
		}
	}
}
