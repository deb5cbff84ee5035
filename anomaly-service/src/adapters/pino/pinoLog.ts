import { pino } from 'pino';
import type { Log } from '../../ports/log.ts';

/** JSON lines on standard error, so that standard output stays for people. */
export function createPinoLog(level: string): Log {
	const logger = pino(
		{
			level,
			base: null,
			timestamp: pino.stdTimeFunctions.isoTime,
			serializers: { err: errorFields },
		},
		pino.destination({ dest: 2, sync: true }),
	);

	return {
		debug: (fields, message) => logger.debug(fields, message),
		info: (fields, message) => logger.info(fields, message),
		warn: (fields, message) => logger.warn(fields, message),
		error: (fields, message) => logger.error(fields, message),
	};
}

/** What a log line tells of an error. Never its other fields: a database error carries the parameters of its query. */
export function errorFields(error: unknown): Record<string, unknown> {
	if (!(error instanceof Error)) return { type: typeof error, message: String(error) };

	return {
		type: error.name,
		message: error.message,
		...('code' in error ? { code: error.code } : {}),
		stack: stackOf(error),
	};
}

function stackOf(error: Error): string {
	const { stack = String(error), cause } = error;

	return cause instanceof Error ? `${stack}\ncaused by: ${stackOf(cause)}` : stack;
}
