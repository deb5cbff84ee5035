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

	/** The count at `path`, or undefined when the vendor did not report it. */
	find(...path: string[]): number | undefined {
		let value: unknown = this.root;
		for (const key of path) value = at(value, key);
		if (value === undefined || value === null) return undefined;
		if (isCount(value)) return value;

		const pointer = [this.pointer, ...path].join('/');
		if (this.errors.some((known) => known.pointer === pointer)) return undefined;
		this.errors.push({
			pointer,
			detail: `Expected a whole number of tokens ≥ 0, got ${shown(value)}`,
		});
		return undefined;
	}

	/** The count at `path`; 0 when the vendor did not report it. */
	get(...path: string[]): number {
		return this.find(...path) ?? 0;
	}

	/** Refuses a part that is larger than the whole it lies in; `path` is where the part was reported. */
	within(path: string, part: Named, whole: Named): void {
		if (part.count <= whole.count) return;

		this.errors.push({
			pointer: `${this.pointer}/${path}`,
			detail: `${part.name} (${part.count}) cannot exceed ${whole.name} (${whole.count})`,
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
	const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? 'undefined');
	const short = text.length > 60 ? `${text.slice(0, 60)}…` : text;

	return `${short} (${Array.isArray(value) ? 'array' : typeof value})`;
}
