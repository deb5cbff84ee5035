import { setTimeout as delay } from 'node:timers/promises';
import type { Broadcast } from '../ports/broadcast.ts';
import type { Clock } from '../ports/clock.ts';
import type { Partition } from '../ports/counters.ts';

/** A replica says that it lives every second; after five silent ones it is taken for gone. */
export const ALIVE_EVERY_MS = 1000;
const GONE_AFTER_MS = 5000;
/** A replica plants what it holds within milliseconds. One that was killed a moment ago never answers. */
const PLANT_WAIT_MS = 1500;
/** A replica that comes back after a lost line has missed the first request. */
const ASK_AGAIN_MS = 100;

/** The other replicas of this service. */
export class Peers {
	readonly #broadcast: Broadcast;
	readonly #clock: Clock;
	readonly #heardAt = new Map<string, number>();
	/** Replicas that have not answered yet, by token of the seeding. */
	readonly #awaited = new Map<string, Set<string>>();

	constructor({ broadcast, clock }: { broadcast: Broadcast; clock: Clock }) {
		this.#broadcast = broadcast;
		this.#clock = clock;
		broadcast.listen(({ from, message }) => {
			const isKnown = this.#heardAt.has(from);
			this.#heardAt.set(from, clock.now());
			// One that has just started would otherwise seed without what we hold, in its first second.
			if (!isKnown) void this.sayAlive();
			if (message.kind === 'planted') this.#awaited.get(message.token)?.delete(from);
		});
	}

	sayAlive(): Promise<void> {
		return this.#broadcast.publish({ kind: 'alive' });
	}

	/** Asks every living replica to plant its holds of a partition; resolves when all have, or the wait is over. */
	async askToPlant(partition: Partition, token: string): Promise<void> {
		const awaited = this.#alive();
		this.#awaited.set(token, awaited);
		try {
			for (
				let waitedMs = 0;
				awaited.size > 0 && waitedMs < PLANT_WAIT_MS;
				waitedMs += ASK_AGAIN_MS
			) {
				await this.#broadcast.publish({ kind: 'plant', partition, token });
				await this.#answered(awaited);
			}
		} finally {
			this.#awaited.delete(token);
		}
	}

	async #answered(awaited: ReadonlySet<string>): Promise<void> {
		for (let waitedMs = 0; awaited.size > 0 && waitedMs < ASK_AGAIN_MS; waitedMs += 2)
			await delay(2);
	}

	#alive(): Set<string> {
		const since = this.#clock.now() - GONE_AFTER_MS;
		for (const [peer, heardAt] of this.#heardAt) {
			if (heardAt < since) this.#heardAt.delete(peer);
		}
		return new Set(this.#heardAt.keys());
	}
}
