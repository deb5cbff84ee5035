/** Items that come while a write is under way are written together by the next one: a busy time costs one call for many. */
export class WriteTogether<Item> {
	readonly #write: (items: Item[]) => Promise<unknown>;
	#last: Promise<unknown> = Promise.resolve();
	#next: { items: Item[]; written: Promise<void> } | undefined;

	constructor(write: (items: Item[]) => Promise<unknown>) {
		this.#write = write;
	}

	/** Resolves when the item is written; rejects when its write failed, which concerns all items of it. */
	add(item: Item): Promise<void> {
		this.#next ??= this.#begin();
		this.#next.items.push(item);

		return this.#next.written;
	}

	#begin() {
		const items: Item[] = [];
		const written = this.#last.then(async () => {
			this.#next = undefined;
			await this.#write(items);
		});
		this.#last = written.catch(() => undefined);

		return { items, written };
	}
}
