/** RFC 9457 problems: one code, one type, one title, one status, checked by the compiler. */
const DOCS = 'https://github.com/llm-fuse/n8n-nodes-llm-fuse/blob/main/docs/problems';

const PROBLEMS = {
	'invalid-request': { status: 422, title: 'The request does not have the expected form' },
	'malformed-json': { status: 400, title: 'The body is not JSON' },
	'unsupported-media-type': {
		status: 415,
		title: 'The body is of a type this endpoint does not read',
	},
	'payload-too-large': { status: 413, title: 'The body is larger than this endpoint reads' },
	unauthenticated: { status: 401, title: 'A valid service key is needed' },
	forbidden: { status: 403, title: 'This service key may not do that' },
	'not-found': { status: 404, title: 'There is nothing at this address' },
	'method-not-allowed': { status: 405, title: 'This address does not take that method' },
	conflict: { status: 409, title: 'The request contradicts what is recorded' },
	'store-unavailable': { status: 503, title: 'A store the service needs does not answer' },
	internal: { status: 500, title: 'The service failed' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

/** One thing wrong with the input: `pointer` is a JSON pointer into the body, or `/` and the name of a parameter. */
export type FieldError = { pointer: string; detail: string };

export type Problem = {
	type: string;
	title: string;
	status: number;
	detail: string;
	errors?: FieldError[];
};

export function problem(code: ProblemCode, detail: string, errors?: FieldError[]): Problem {
	const { status, title } = PROBLEMS[code];

	return { type: `${DOCS}/${code}.md`, title, status, detail, ...(errors ? { errors } : {}) };
}
