/** What executions of one process have told, by a key within each; the least recently used is forgotten first. */
export class ExecutionMemory<T> {
	readonly #executions = new Map<string, Map<string, T>>();
	readonly #maxValues: number;
	#count = 0;

	constructor({ maxValues }: { maxValues: number }) {
		this.#maxValues = maxValues;
	}

	get count(): number {
		return this.#count;
	}

	get(executionId: string, key: string): T | undefined {
		const values = this.#executions.get(executionId);
		const value = values?.get(key);
		if (values === undefined || value === undefined) return undefined;
		this.#moveToEnd(executionId, values, key, value);

		return value;
	}

	set(executionId: string, key: string, value: T): void {
		const values = this.#executions.get(executionId) ?? new Map<string, T>();
		if (!values.has(key)) this.#count += 1;
		this.#moveToEnd(executionId, values, key, value);
		while (this.#count > this.#maxValues) this.#forgetOldest();
	}

	delete(executionId: string, key: string): void {
		const values = this.#executions.get(executionId);
		if (values?.delete(key)) this.#count -= 1;
		if (values?.size === 0) this.#executions.delete(executionId);
	}

	/** The execution has finished: nothing it told is needed any more. */
	end(executionId: string): void {
		this.#count -= this.#executions.get(executionId)?.size ?? 0;
		this.#executions.delete(executionId);
	}

	/** A Map keeps the order in which keys were added, so what is added anew is the latest. */
	#moveToEnd(executionId: string, values: Map<string, T>, key: string, value: T): void {
		values.delete(key);
		values.set(key, value);
		this.#executions.delete(executionId);
		this.#executions.set(executionId, values);
	}

	#forgetOldest(): void {
		const [oldest] = this.#executions;
		if (!oldest) return;
		const [executionId, values] = oldest;
		for (const key of values.keys()) {
			this.delete(executionId, key);
			return;
		}
	}
}
