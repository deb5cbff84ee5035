/** A value beyond this is kept as this: 2³¹ − 1 tokens are more than any model takes. */
const MAX_VALUE = 2 ** 31 - 1;
const FIRST_CAPACITY = 16;

/** The last `size` values of something counted, and one percentile of them. Values are integers from 0 on. */
export class RecentSample {
	readonly #size: number;
	readonly #pct: number;
	/** A ring of four bytes a value; it doubles up to `size`, as most samples stay small. */
	#values = new Int32Array(FIRST_CAPACITY);
	#count = 0;
	#next = 0;
	#percentile: number | null = null;
	/** Values that came after the percentile was taken. */
	#fresh = 0;

	constructor({ size, pct }: { size: number; pct: number }) {
		this.#size = size;
		this.#pct = pct;
	}

	get count(): number {
		return this.#count;
	}

	add(value: number): void {
		if (this.#next === this.#values.length && this.#next < this.#size) this.#grow();
		if (this.#next === this.#size) this.#next = 0;
		this.#values[this.#next++] = Math.min(value, MAX_VALUE);
		this.#count = Math.min(this.#size, this.#count + 1);
		this.#fresh += 1;
	}

	/**
	 * Nearest rank: the smallest value that at least `pct` per cent do not exceed; null of no values. Sorting 200 values
	 * takes microseconds, so it is done again only when more than a sixteenth of them are new.
	 */
	percentile(): number | null {
		if (this.#percentile === null || this.#fresh > this.#count >> 4) {
			const sorted = this.#values.slice(0, this.#count).sort();
			this.#percentile = sorted[Math.ceil((this.#pct * this.#count) / 100) - 1] ?? null;
			this.#fresh = 0;
		}
		return this.#percentile;
	}

	#grow(): void {
		const grown = new Int32Array(Math.min(this.#size, 2 * this.#values.length));
		grown.set(this.#values);
		this.#values = grown;
	}
}
