import type { Log } from './ports/log.ts';

/**
 * Runs a task every so often, one run at a time: a slow run delays the next, it never overlaps it. A run that fails is
 * logged and the next one is tried.
 */
export class Ticker {
	readonly #timers: NodeJS.Timeout[] = [];
	readonly #running = new Set<Promise<void>>();
	readonly #log: Log;

	constructor(log: Log) {
		this.#log = log;
	}

	every(intervalMs: number, name: string, task: () => Promise<unknown>): void {
		let busy = false;
		const timer = setInterval(() => {
			if (busy) return;
			busy = true;
			const run = task()
				.catch((error: unknown) =>
					this.#log.error({ err: error, task: name }, 'background task failed'),
				)
				.then(() => {
					busy = false;
					this.#running.delete(run);
				});
			this.#running.add(run);
		}, intervalMs);
		this.#timers.push(timer);
	}

	/** No further run starts; resolves when those under way are done. */
	async stop(): Promise<void> {
		for (const timer of this.#timers) clearInterval(timer);
		await Promise.all(this.#running);
	}
}
