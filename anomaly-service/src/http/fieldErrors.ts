import type { z } from 'zod';
import type { FieldError } from '../../../core/problems.ts';

/** Enough to mend the input by; a body with a thousand faults needs no thousand lines. */
const MAX_ERRORS = 20;

/**
 * Validation issues as JSON pointers with what was expected and what came. Values are described by type (numbers also
 * by value): a string could be a secret and is never repeated.
 */
export function fieldErrors(error: z.ZodError, input: unknown, prefix = ''): FieldError[] {
	// How fields relate means nothing while one of them is not what it should be.
	const ofShape = error.issues.filter((issue) => issue.code !== 'custom');
	const issues = ofShape.length > 0 ? ofShape : error.issues;
	const errors = issues.flatMap((issue): FieldError[] => {
		if (issue.code === 'unrecognized_keys') {
			return issue.keys.map((key) => ({
				pointer: prefix + pointerOf([...issue.path, key]),
				detail: 'is not a field of this object',
			}));
		}
		const value = valueAt(input, issue.path);
		// A parameter is text that was read as a number: it came as text, not as "NaN".
		const message = issue.message.replace(', received NaN', '');
		const typeIsNamed = message.includes('received') && typeof value !== 'number';
		const got = typeIsNamed ? '' : `, got ${describe(value)}`;
		return [{ pointer: prefix + pointerOf(issue.path), detail: message + got }];
	});
	// One fault a field: the first is the most basic, the others often follow from it.
	const byPointer = new Map(errors.toReversed().map((fault) => [fault.pointer, fault]));
	return [...byPointer.values()].toReversed().slice(0, MAX_ERRORS);
}

function pointerOf(path: readonly PropertyKey[]): string {
	return path
		.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`)
		.join('');
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
	return path.reduce<unknown>(
		(value, key) =>
			typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined,
		input,
	);
}

function describe(value: unknown): string {
	if (value === undefined) return 'nothing';
	if (value === null) return 'null';
	if (Array.isArray(value)) return `an array of ${value.length}`;
	if (typeof value === 'number') return `number ${value}`;
	if (typeof value === 'string')
		return value === '' ? 'an empty string' : `a string of ${value.length} characters`;

	return typeof value === 'object' ? 'an object' : typeof value;
}
