import { randomBytes } from 'node:crypto';

/** 256 bits of the system's randomness, as 43 letters, digits, - and _. */
export function randomKey(): string {
	return randomBytes(32).toString('base64url');
}
