import { StoreUnavailableError } from '../../ports/database.ts';
import { systemClock, type Clock } from '../../ports/clock.ts';
import { listOf, numberOf } from './replies.ts';

/** What the scripts take for "read the time yourself". */
const STORE_READS = -1;
/** How often the store may have another idea of the time before it is given up on: once at midnight is normal. */
const TRIES = 4;
/** Clocks drift by some ms in a minute. */
const OFFSET_VALID_MS = 60_000;

type Offset = { ms: number; roundTripMs: number; learnedAt: number };

/**
 * Time is the store's. Calendar windows cannot be computed there, so this end computes them for its estimate of the
 * store's time; a script that finds them wrong answers its time instead, and is asked again.
 */
export class StoreTime {
	readonly #given: Clock | undefined;
	#offset: Offset = { ms: 0, roundTripMs: Infinity, learnedAt: 0 };

	/** `given` replaces the store's time: replays and tests bring their own. */
	constructor(given: Clock | undefined) {
		this.#given = given;
	}

	/** The first argument of every script. */
	argument(): number {
		return this.givenOr(STORE_READS);
	}

	/** The time that replaces the store's, if there is one. */
	givenOr(storeTime: number): number {
		return this.#given?.now() ?? storeTime;
	}

	/** What time it probably is in the store, epoch ms. */
	estimate(): number {
		return this.#given?.now() ?? systemClock.now() + this.#offset.ms;
	}

	/** The store said that it was `now` between `sentAt` (of the own clock) and this moment. */
	learn(now: number, sentAt: number): void {
		const receivedAt = systemClock.now();
		const roundTripMs = receivedAt - sentAt;
		const isBetter =
			roundTripMs <= this.#offset.roundTripMs ||
			receivedAt > this.#offset.learnedAt + OFFSET_VALID_MS;
		if (!isBetter) return;
		this.#offset = {
			ms: now - Math.round((sentAt + receivedAt) / 2),
			roundTripMs,
			learnedAt: receivedAt,
		};
	}

	/** Runs a script for an estimate of the time, again when the store says that it is another time. */
	async agree(run: (estimate: number) => Promise<unknown>): Promise<readonly unknown[]> {
		for (let tries = 0; tries < TRIES; tries++) {
			const sentAt = systemClock.now();
			const reply = listOf(await run(this.estimate()));
			if (reply[0] !== 'clock') return reply;
			this.#offset = { ms: 0, roundTripMs: Infinity, learnedAt: 0 };
			this.learn(numberOf(reply[1]), sentAt);
		}
		throw new StoreUnavailableError('Redis', new Error('its clock does not stand still'));
	}
}
