import type { FieldError } from '../../../core/problems.ts';
import { ProblemError } from './problemError.ts';

/** A part of a request is not as its endpoint takes it: what is wrong first is in the sentence, too. */
export function invalidRequest(
	part: 'address' | 'query' | 'body',
	errors: FieldError[],
): ProblemError {
	const [first] = errors;
	const place = first?.pointer ? ` at ${first.pointer}` : '';
	const detail = `The ${part} is not as expected${place}: ${first?.detail ?? ''}.`;

	return new ProblemError('invalid-request', detail, { errors });
}
