import type { Clock } from '../ports/clock.ts';
import type { Counters } from '../ports/counters.ts';
import { StoreUnavailableError } from '../ports/database.ts';
import type { Log } from '../ports/log.ts';
import type { Metrics } from '../ports/metrics.ts';

export type StoreWatchDependencies = {
	counters: Counters;
	clock: Clock;
	log: Log;
	metrics: Metrics;
	/** Brings back what the store missed or lost; runs before anybody is sent there again. */
	recover: () => Promise<void>;
	/** Brings what was missed all the same, such as during `recover`; runs at every look at a store that answers. */
	catchUp: () => Promise<void>;
	/** The store is gone for longer than a hiccup (epoch ms since), or back again (null). */
	tell: (since: number | null) => Promise<void>;
};

/** `down`: from the first failure on nobody waits for the store; `told`: people know. */
type Health = { state: 'up' } | { state: 'down'; since: number; told: boolean };

/** A restart of Redis takes a second or two; that is in the log and the metrics, and wakes nobody. */
const TELL_AFTER_MS = 3000;

/** Whether the counter store answers. A call that has to wait for its time limit costs every caller that much. */
export class StoreWatch {
	readonly #deps: StoreWatchDependencies;
	#health: Health = { state: 'up' };
	#probing: Promise<void> | undefined;

	constructor(deps: StoreWatchDependencies) {
		this.#deps = deps;
	}

	get isDown(): boolean {
		return this.#health.state === 'down';
	}

	/** Since when it is down, epoch ms; null when it is up. */
	get downSince(): number | null {
		return this.#health.state === 'down' ? this.#health.since : null;
	}

	/** Runs a question to the store; undefined when the store is down, or goes down over it. */
	async ask<Result>(question: () => Promise<Result>): Promise<Result | undefined> {
		if (this.isDown) return undefined;
		try {
			return await question();
		} catch (error) {
			if (!(error instanceof StoreUnavailableError)) throw error;
			this.#down(error);
			return undefined;
		}
	}

	/** Looks whether it is back; runs every few 100 ms, one at a time. */
	probe(): Promise<void> {
		this.#probing ??= this.#probe().finally(() => (this.#probing = undefined));
		return this.#probing;
	}

	async #probe(): Promise<void> {
		const { catchUp, counters, clock, log, metrics, recover, tell } = this.#deps;
		if (this.#health.state === 'up') {
			await this.ask(async () => {
				await counters.now();
				await catchUp();
			});
			return;
		}
		const { since, told } = this.#health;
		try {
			await counters.now();
			await recover();
		} catch (error) {
			if (!(error instanceof StoreUnavailableError)) throw error;
			if (told || clock.now() - since < TELL_AFTER_MS) return;
			await tell(since);
			// Only now: what could not be told is told at the next look.
			this.#health = { state: 'down', since, told: true };
			return;
		}
		this.#health = { state: 'up' };
		metrics.storeDown.set(0);
		log.info({ downMs: clock.now() - since }, 'counter store answers again');
		if (told) await tell(null);
	}

	#down(error: StoreUnavailableError): void {
		if (this.isDown) return;
		this.#health = { state: 'down', since: this.#deps.clock.now(), told: false };
		this.#deps.metrics.storeDown.set(1);
		this.#deps.log.error({ err: error }, 'counter store does not answer; limits fall back');
	}
}
