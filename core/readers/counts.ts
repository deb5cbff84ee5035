import type { FieldError } from '../problems.ts';
import { isRecord, type JsonRecord } from './reading.ts';

type Named = { name: string; count: number };

/**
 * Reads token counts out of one usage object and collects everything that is wrong with them.
 * An absent or null count is absent; a zero is a zero; a text, a fraction or a negative is refused, never guessed.
 */
export class Counts {
	readonly errors: FieldError[] = [];
	private readonly root: JsonRecord;
	private readonly pointer: string;

	constructor(root: JsonRecord, pointer: string) {
		this.root = root;
		this.pointer = pointer;
	}

	/** The count at `key`, or within what is there; undefined when the vendor did not report it. */
	find(key: string, inner?: string, innermost?: string): number | undefined {
		let value = this.root[key];
		if (inner !== undefined) value = at(value, inner);
		if (innermost !== undefined) value = at(value, innermost);
		if (value === undefined || value === null) return undefined;
		if (isCount(value)) return value;

		const path = [this.pointer, key, inner, innermost].filter((name) => name !== undefined);
		this.refuse(value, path.join('/'));
		return undefined;
	}

	/** The count at `key`, or within what is there; 0 when the vendor did not report it. */
	get(key: string, inner?: string, innermost?: string): number {
		return this.find(key, inner, innermost) ?? 0;
	}

	/** True when the vendor reported none of these, not even wrongly. */
	lacks(keys: readonly string[]): boolean {
		for (const key of keys) if (this.find(key) !== undefined) return false;

		return this.errors.length === 0;
	}

	/** Refuses a part that is larger than the whole it lies in; `path` is where the part was reported. */
	within(path: string, part: Named, whole: Named): void {
		if (part.count <= whole.count) return;

		this.errors.push({
			pointer: `${this.pointer}/${path}`,
			detail: `${part.name} (${part.count}) cannot exceed ${whole.name} (${whole.count})`,
		});
	}

	private refuse(value: unknown, pointer: string): void {
		if (this.errors.some((known) => known.pointer === pointer)) return;
		this.errors.push({
			pointer,
			detail: `Expected a whole number of tokens ≥ 0, got ${shown(value)}`,
		});
	}
}

function at(node: unknown, key: string): unknown {
	if (isRecord(node)) return node[key];

	return Array.isArray(node) ? node[Number(key)] : undefined;
}

export function isCount(value: unknown): value is number {
	return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** `"12" (string)`: names value and type, cut so that a pasted document does not become the message. */
export function shown(value: unknown): string {
	if (value === undefined) return 'nothing';
	const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? typeof value);
	const short = text.length > 60 ? `${text.slice(0, 60)}…` : text;

	return `${short} (${Array.isArray(value) ? 'array' : typeof value})`;
}
