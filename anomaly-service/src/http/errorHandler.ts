import type { ErrorRequestHandler, Response } from 'express';
import type { Log } from '../ports/log.ts';
import { StoreUnavailableError } from '../ports/database.ts';
import { ProblemError } from './problemError.ts';

/** Every failure as application/problem+json. What is not a known problem is logged and told without its insides. */
export function errorHandler(log: Log): ErrorRequestHandler {
	return (error: unknown, request, response, next) => {
		if (response.headersSent) {
			next(error);
			return;
		}
		const known = asProblem(error);
		if (known.problem.status >= 500) {
			log.error({ err: error, method: request.method, path: request.path }, 'request failed');
		}
		sendProblem(response, known);
	};
}

export function sendProblem(response: Response, { problem, headers }: ProblemError): void {
	response
		.status(problem.status)
		.set(headers)
		.type('application/problem+json')
		.send(JSON.stringify(problem));
}

/** The problem a caller is told. What is none of the known ones is a defect of the service. */
export function asProblem(error: unknown): ProblemError {
	if (error instanceof ProblemError) return error;
	if (error instanceof StoreUnavailableError) {
		return new ProblemError('store-unavailable', `${error.message}; nothing was recorded.`, {
			headers: { 'retry-after': '1' },
		});
	}
	const { type, status } = expressError(error);
	if (type === 'entity.parse.failed') {
		return new ProblemError('malformed-json', 'The body could not be parsed as JSON.');
	}
	if (type === 'entity.too.large') {
		return new ProblemError('payload-too-large', 'Send at most 2 MB; split larger batches.');
	}
	if (type === 'encoding.unsupported' || type === 'charset.unsupported') {
		return new ProblemError('unsupported-media-type', 'Send UTF-8 JSON, plain or gzip.');
	}
	if (error instanceof URIError)
		return new ProblemError('invalid-request', 'The address is not valid UTF-8.');
	if (status === 400) return new ProblemError('malformed-json', 'The body could not be read.');

	return new ProblemError('internal', 'The service failed; its log says why.');
}

/** What Express and its body parser say of a request they could not read. */
function expressError(error: unknown): { type?: unknown; status?: unknown } {
	return typeof error === 'object' && error !== null ? error : {};
}
