/** Answers of scripts: lists of numbers and texts. What has another shape is a defect of a script. */
export function listOf(reply: unknown): readonly unknown[] {
	if (!Array.isArray(reply)) throw new TypeError(`expected a list, got ${typeof reply}`);

	return reply as unknown[];
}

/** The largest ones come as text, see lua/includes/slices.lua. */
export function numberOf(value: unknown): number {
	if (typeof value === 'string' && /^\d+$/.test(value)) return Number(value);
	if (typeof value !== 'number') throw new TypeError(`expected a number, got ${typeof value}`);

	return value;
}

export function textOf(value: unknown): string {
	if (typeof value === 'string') return value;
	if (Buffer.isBuffer(value)) return value.toString();

	throw new TypeError(`expected a text, got ${typeof value}`);
}

export function bytesOf(value: unknown): Buffer {
	if (!Buffer.isBuffer(value)) throw new TypeError(`expected bytes, got ${typeof value}`);

	return value;
}

/** The scripts name outcomes as the port does. */
export function oneOf<Name extends string>(names: readonly Name[], value: unknown): Name {
	const found = names.find((name) => name === value);
	if (found === undefined) throw new TypeError(`expected one of ${names.join(', ')}`);

	return found;
}
