import { StoreUnavailableError } from '../ports/database.ts';

export type AskTogetherOptions<Value> = {
	/** What the store is called in the refusal of a question too many. */
	store: string;
	/** Answers by name; what is missing has none. */
	ask: (names: readonly string[]) => Promise<ReadonlyMap<string, Value>>;
	/** Names in one question. */
	maxTogether: number;
	/** Names that may wait; beyond it nothing more is taken in. */
	maxWaiting: number;
};

type Waiting<Value> = {
	answer: () => Promise<Value | undefined>;
	resolve: (value: Value | undefined) => void;
	reject: (error: unknown) => void;
};

/**
 * Asks a store for things by name, one question at a time: names that come while it is out go together into the next
 * one, the same name once. However many ask, the store has one question to answer.
 */
export class AskTogether<Value> {
	readonly #options: AskTogetherOptions<Value>;
	readonly #waiting = new Map<string, Waiting<Value>>();
	#isAsking = false;

	constructor(options: AskTogetherOptions<Value>) {
		this.#options = options;
	}

	/** Resolves with what was true after it was called; rejects when the store does not answer. */
	get(name: string): Promise<Value | undefined> {
		const waiting = this.#waiting.get(name);
		if (waiting) return waiting.answer();
		const { maxWaiting, store } = this.#options;
		if (this.#waiting.size >= maxWaiting) {
			return Promise.reject(new StoreUnavailableError(store, undefined));
		}
		const answer = new Promise<Value | undefined>((resolve, reject) => {
			this.#waiting.set(name, { answer: () => answer, resolve, reject });
		});
		if (!this.#isAsking) void this.#askAll();
		return answer;
	}

	async #askAll(): Promise<void> {
		this.#isAsking = true;
		while (this.#waiting.size > 0) {
			const together = [...this.#waiting].slice(0, this.#options.maxTogether);
			// Who asks for one of them from now on asks anew: what it reads may have changed since.
			for (const [name] of together) this.#waiting.delete(name);
			try {
				const answers = await this.#options.ask(together.map(([name]) => name));
				for (const [name, { resolve }] of together) resolve(answers.get(name));
			} catch (error) {
				for (const [, { reject }] of together) reject(error);
			}
		}
		this.#isAsking = false;
	}
}
