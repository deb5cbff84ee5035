/** Packs values as the scripts read them with `struct.unpack('<…')`: little-endian, without gaps. */
export class Packer {
	#bytes = Buffer.allocUnsafe(512);
	#length = 0;

	get length(): number {
		return this.#length;
	}

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
	double(...values: readonly number[]): this {
		let at = this.#room(8 * values.length);
		for (const value of values) at = this.#bytes.writeDoubleLE(value, at);
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
		return this.#bytes.subarray(0, this.#length);
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
