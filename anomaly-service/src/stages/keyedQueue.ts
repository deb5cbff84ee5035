/** Runs tasks of one key one after another, those of different keys side by side. */
export class KeyedQueue {
	readonly #tails = new Map<string, Promise<unknown>>();

	run<Result>(key: string, task: () => Promise<Result>): Promise<Result> {
		const result = (this.#tails.get(key) ?? Promise.resolve()).then(task);
		// The next task runs also when this one failed; the failure is the caller's.
		const tail = result
			.catch(() => undefined)
			.then(() => {
				if (this.#tails.get(key) === tail) this.#tails.delete(key);
			});
		this.#tails.set(key, tail);
		return result;
	}
}
