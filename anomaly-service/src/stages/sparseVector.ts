/** The database keeps single precision; more digits would only make the message longer. */
const DIGITS = 1e5;

/** `{1:0.5,64:8}/64`, as pgvector reads sparsevec: most coordinates are 0, so it is a quarter as long as `[0.5,0,0,…]`. */
export function sparseLiteral(vector: readonly number[]): string {
	let entries = '';
	for (let axis = 0; axis < vector.length; axis++) {
		const value = Math.round((vector[axis] ?? 0) * DIGITS) / DIGITS;
		if (value !== 0) entries += `${entries === '' ? '' : ','}${axis + 1}:${value}`;
	}
	return `{${entries}}/${vector.length}`;
}

/** `{1,0.5}`, as Postgres reads an array. */
export function arrayLiteral(values: readonly number[]): string {
	let entries = '';
	for (const value of values) {
		entries += `${entries === '' ? '' : ','}${Math.round(value * DIGITS) / DIGITS}`;
	}
	return `{${entries}}`;
}
