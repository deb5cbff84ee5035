/** Kept for the next packers: most pack some kilobytes, and a buffer of that size is slow to get. */
const scratches: Buffer[] = [];
const SCRATCHES_KEPT = 8;
const SCRATCH_BYTES = 16_384;

/** Packs values as the scripts read them with `struct.unpack('<…')`: little-endian, without gaps. */
export class Packer {
	#bytes = scratches.pop() ?? Buffer.allocUnsafe(SCRATCH_BYTES);
	#length = 0;

	/** B */
	byte(value: number): this {
		const at = this.#room(1);
		this.#bytes[at] = value;
		return this;
	}

	/** H */
	short(value: number): this {
		const at = this.#room(2);
		this.#bytes.writeUInt16LE(value, at);
		return this;
	}

	/** d: exact for every integer up to 2⁵³. */
	double(value: number): this {
		const at = this.#room(8);
		this.#bytes.writeDoubleLE(value, at);
		return this;
	}

	doubles(values: readonly number[]): this {
		for (const value of values) this.double(value);
		return this;
	}

	/** Hc0: at most 65,535 bytes of UTF-8; a longer text is a RangeError. */
	text(value: string): this {
		const at = this.#room(2 + 3 * value.length);
		const length = this.#bytes.write(value, at + 2);
		this.#bytes.writeUInt16LE(length, at);
		this.#length = at + 2 + length;
		return this;
	}

	/** I4c0 */
	block(value: Uint8Array): this {
		const at = this.#room(4);
		this.#bytes.writeUInt32LE(value.length, at);
		return this.raw(value);
	}

	raw(value: Uint8Array): this {
		const at = this.#room(value.length);
		this.#bytes.set(value, at);
		return this;
	}

	/** What was packed. The packer is done with. */
	take(): Buffer {
		const packed = Buffer.from(this.#bytes.subarray(0, this.#length));
		if (scratches.length < SCRATCHES_KEPT) scratches.push(this.#bytes);
		this.#bytes = Buffer.alloc(0);
		this.#length = 0;
		return packed;
	}

	/** Makes room for so many bytes; answers where they begin. */
	#room(bytes: number): number {
		const at = this.#length;
		this.#length = at + bytes;
		if (this.#length > this.#bytes.length) {
			const larger = Buffer.allocUnsafe(2 * this.#length);
			this.#bytes.copy(larger, 0, 0, at);
			this.#bytes = larger;
		}
		return at;
	}
}
