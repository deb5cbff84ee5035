import { isUnavailableState } from '../sqlState.ts';

/** What the operating system says of a server that is gone, cut off or not there yet. */
const NETWORK_CODES = new Set([
	'EAI_AGAIN',
	'ECONNABORTED',
	'ECONNREFUSED',
	'ECONNRESET',
	'EHOSTDOWN',
	'EHOSTUNREACH',
	'ENETDOWN',
	'ENETUNREACH',
	'ENOTFOUND',
	'EPIPE',
	'ETIMEDOUT',
]);

/** How pg's own errors about its connections begin: they carry no code. */
const DRIVER_MESSAGES = [
	'Cannot use a pool after calling end',
	'Client has encountered a connection error',
	'Client was closed',
	'Connection terminated',
	'Query read timeout',
	'timeout exceeded when trying to connect',
	'timeout expired',
];

/** Whether the store did not answer, as opposed to having answered that the call is wrong. */
export function isUnavailable(error: unknown): boolean {
	const code = textOf(error, 'code');
	if (code !== undefined) return isUnavailableState(code) || NETWORK_CODES.has(code);
	const message = textOf(error, 'message') ?? '';

	return DRIVER_MESSAGES.some((beginning) => message.startsWith(beginning));
}

function textOf(error: unknown, key: 'code' | 'message'): string | undefined {
	if (typeof error !== 'object' || error === null) return undefined;
	const value: unknown = Reflect.get(error, key);

	return typeof value === 'string' ? value : undefined;
}
