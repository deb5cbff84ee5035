/**
 * JSON with the keys of every record in order, so that equal values have equal texts. Undefined when a value has no
 * exact text: a function, a class instance, a number that is none, or something that holds itself. `undefined` in a
 * record is absent, as in JSON.
 */
export function canonicalJson(value: unknown): string | undefined {
	return written(value, new Set());
}

function written(value: unknown, holders: ReadonlySet<object>): string | undefined {
	if (value === null || typeof value === 'string' || typeof value === 'boolean') {
		return JSON.stringify(value);
	}
	// -0 is written as 0: vendors cannot tell them apart either.
	if (typeof value === 'number') return Number.isFinite(value) ? JSON.stringify(value) : undefined;
	if (typeof value !== 'object' || holders.has(value)) return undefined;

	const inside = new Set(holders).add(value);
	if (Array.isArray(value))
		return joined(
			'[',
			value.map((item) => written(item, inside)),
			']',
		);

	return isPlain(value) ? writtenRecord(value, inside) : undefined;
}

function writtenRecord(record: object, inside: ReadonlySet<object>): string | undefined {
	const entries = Object.entries(record)
		.filter(([, value]) => value !== undefined)
		.sort(([a], [b]) => (a < b ? -1 : 1));
	const parts = entries.map(([key, value]: [string, unknown]) => {
		const text = written(value, inside);
		return text === undefined ? undefined : `${JSON.stringify(key)}:${text}`;
	});

	return joined('{', parts, '}');
}

function joined(
	open: string,
	parts: readonly (string | undefined)[],
	close: string,
): string | undefined {
	return parts.includes(undefined) ? undefined : `${open}${parts.join(',')}${close}`;
}

/** Of any realm: n8n runs code nodes in others. */
function isPlain(value: object): boolean {
	const prototype: unknown = Object.getPrototypeOf(value);

	return prototype === null || Object.getPrototypeOf(prototype) === null;
}
