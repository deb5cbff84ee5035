import { z } from 'zod';
import { PLAIN_TEXT } from './common.ts';

/** Previous settings of one target take some hundred characters; a document that needs more is something else. */
const MAX_CHARACTERS = 10_000;
/** Far from where a recursive reader, such as JSON.stringify or Postgres, runs out of stack. */
const MAX_DEPTH = 20;

/** A small JSON object, kept as it came. */
export const jsonDocument = z.record(z.string(), z.unknown()).refine(isSmall, {
	message: `expected at most ${MAX_CHARACTERS} characters of JSON, ${MAX_DEPTH} levels deep, without NUL or half a surrogate pair`,
});

function isSmall(value: unknown): boolean {
	return isPlain(value, MAX_DEPTH) && JSON.stringify(value).length <= MAX_CHARACTERS;
}

function isPlain(value: unknown, depth: number): boolean {
	if (typeof value === 'string') return PLAIN_TEXT.test(value);
	if (typeof value !== 'object' || value === null) return true;
	if (depth === 0) return false;

	return Object.entries(value).every(
		([key, member]) => isPlain(key, depth) && isPlain(member, depth - 1),
	);
}
