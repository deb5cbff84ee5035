import { pino } from 'pino';
import type { Log } from '../../ports/log.ts';

/** JSON lines on standard error, so that standard output stays for people. */
export function createPinoLog(level: string): Log {
	const logger = pino(
		{ level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
		pino.destination({ dest: 2, sync: true }),
	);

	return {
		debug: (fields, message) => logger.debug(fields, message),
		info: (fields, message) => logger.info(fields, message),
		warn: (fields, message) => logger.warn(fields, message),
		error: (fields, message) => logger.error(fields, message),
	};
}
