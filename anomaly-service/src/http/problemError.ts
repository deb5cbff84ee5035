import {
	problem,
	type FieldError,
	type Problem,
	type ProblemCode,
} from '../../../core/problems.ts';

/** A question that cannot be answered, on its way to becoming an RFC 9457 answer. A normal "no" is never one. */
export class ProblemError extends Error {
	readonly problem: Problem;
	readonly headers: Record<string, string>;

	constructor(
		code: ProblemCode,
		detail: string,
		more: { errors?: FieldError[]; headers?: Record<string, string> } = {},
	) {
		super(detail);
		this.problem = problem(code, detail, more.errors);
		this.headers = more.headers ?? {};
	}
}
