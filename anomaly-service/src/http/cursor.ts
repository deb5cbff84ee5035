import type { ZodType } from 'zod';
import { ProblemError } from './problemError.ts';

/** Where the next page of a list begins, as text that nobody needs to understand. */
export function writeCursor(place: unknown): string {
	return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** The place a cursor names; null: there is none, so the first page. Refuses what is no cursor of this list. */
export function readCursor<Place>(
	written: string | undefined,
	schema: ZodType<Place>,
): Place | null {
	if (written === undefined) return null;
	const place = schema.safeParse(parsedJson(Buffer.from(written, 'base64url').toString()));
	if (place.success) return place.data;

	throw new ProblemError('invalid-request', 'The cursor is none of an earlier page.', {
		errors: [{ pointer: '/cursor', detail: 'expected nextCursor of the page before' }],
	});
}

function parsedJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
