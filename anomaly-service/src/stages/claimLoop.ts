export type ClaimLoopDependencies<Item> = {
	/** Items carried at a time. */
	max: number;
	/** Takes up to `room` items that are due; nobody else gets them for a while. */
	claim: (room: number) => Promise<readonly Item[]>;
	carry: (item: Item) => Promise<void>;
	/** An item was not carried to its end: its claim runs out by itself, so it comes again. */
	carryFailed: (error: unknown, item: Item) => void;
	/** Nothing could be claimed when there was room again. */
	claimFailed: (error: unknown) => void;
	/** An item has ended, well or not. */
	roomMade?: () => void;
};

/** Claims what is due and carries it side by side: a slow item holds up no other until `max` of them are under way. */
export class ClaimLoop<Item> {
	readonly #deps: ClaimLoopDependencies<Item>;
	readonly #held = new Set<Promise<void>>();
	#draining: Promise<void> | undefined;
	#again = false;
	#isFull = false;
	#isStopping = false;

	constructor(deps: ClaimLoopDependencies<Item>) {
		this.#deps = deps;
	}

	get isStopping(): boolean {
		return this.#isStopping;
	}

	/** Claims what is due now. Calls while it runs make it look once more, never twice at a time. */
	run(): Promise<void> {
		this.#again = true;
		this.#draining ??= this.#drain();
		return this.#draining;
	}

	/** Resolves when nothing is under way any more. */
	async settled(): Promise<void> {
		while (this.#held.size > 0) await Promise.all(this.#held);
	}

	/** Claims nothing more; resolves when what is under way has ended. */
	async stop(): Promise<void> {
		this.#isStopping = true;
		await this.#draining?.catch(() => undefined);
		await this.settled();
	}

	async #drain(): Promise<void> {
		// `run` has noted this drain before it can end: one that ended at once would be noted for ever.
		await Promise.resolve();
		try {
			while (this.#again && !this.#isStopping) {
				this.#again = false;
				const room = this.#deps.max - this.#held.size;
				this.#isFull = room <= 0;
				if (this.#isFull) return;
				const due = await this.#deps.claim(room);
				// A slow one must not hold up the others: each goes its own way, the loop goes on.
				for (const item of due) this.#hold(item);
				if (due.length === room) this.#again = true;
			}
		} finally {
			this.#draining = undefined;
		}
	}

	#hold(item: Item): void {
		const { carry, carryFailed, claimFailed, roomMade } = this.#deps;
		const held = carry(item)
			.catch((error: unknown) => {
				carryFailed(error, item);
			})
			.then(() => {
				this.#held.delete(held);
				roomMade?.();
				if (this.#isFull) this.run().catch(claimFailed);
			});
		this.#held.add(held);
	}
}
