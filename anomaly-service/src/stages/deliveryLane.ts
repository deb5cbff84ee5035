/** A receiver behind one n8n host gets this many messages at once; more would only queue there. */
const MAX_AT_ONCE = 4;
/** How long a message may hold its place for a turn. Answers take milliseconds; a receiver this slow is in trouble. */
const PATIENCE_MS = 1000;

/** The way to one receiver: a few messages at a time, the others wait a moment for their turn, first come first served. */
export class DeliveryLane {
	#underWay = 0;
	#lastMovedAt = 0;
	readonly #waiting = new Set<(entered: boolean) => void>();

	get isEmpty(): boolean {
		return this.#underWay === 0 && this.#waiting.size === 0;
	}

	/** True: it is your turn, call `leave` after it. False: there was none in time. */
	async enter(): Promise<boolean> {
		if (this.#underWay < MAX_AT_ONCE) {
			this.#begin();
			return true;
		}
		if (performance.now() - this.#lastMovedAt > PATIENCE_MS) return false;

		return new Promise((resolve) => {
			const settle = (entered: boolean) => {
				clearTimeout(timer);
				this.#waiting.delete(settle);
				resolve(entered);
			};
			const timer = setTimeout(settle, PATIENCE_MS, false);
			this.#waiting.add(settle);
		});
	}

	leave(): void {
		this.#underWay -= 1;
		this.#lastMovedAt = performance.now();
		const [next] = this.#waiting;
		if (!next) return;
		this.#begin();
		next(true);
	}

	/** Nobody gets a turn any more who waits for one now. */
	turnAway(): void {
		for (const settle of [...this.#waiting]) settle(false);
	}

	#begin(): void {
		this.#underWay += 1;
		this.#lastMovedAt = performance.now();
	}
}
