import { createHmac, timingSafeEqual } from 'node:crypto';

/** Standard Webhooks 1.0: how a delivery proves who sent it, when, and that nobody changed a byte of it. */
export type WebhookHeaders = {
	id: string | undefined;
	/** Unix seconds, as sent. */
	timestamp: string | undefined;
	/** Space separated list of `v1,<base64>`: several while a secret is being rotated. */
	signature: string | undefined;
};

type SignatureFault =
	| 'missingHeader'
	| 'malformedTimestamp'
	| 'tooOld'
	| 'tooNew'
	| 'malformedSecret'
	| 'noMatch';

export type Verification = { valid: true } | { valid: false; reason: SignatureFault };

/** A captured delivery is worth nothing after 5 minutes; clocks may differ by as much in either direction. */
export const SIGNATURE_TOLERANCE_SECONDS = 5 * 60;

const SECRET_PREFIX = 'whsec_';
const VERSION_PREFIX = 'v1,';
/** A rotation needs two signatures. The bound keeps a crafted header from costing us thousands of HMAC comparisons. */
const SIGNATURES_MAX = 10;

/** The value of `webhook-signature` for one delivery. Throws RangeError when `secret` carries no key. */
export function signWebhook(
	secret: string,
	id: string,
	timestampSeconds: number,
	body: string | Uint8Array,
): string {
	const key = secretKey(secret);
	if (!key) throw new RangeError(`Expected a webhook secret of the form ${SECRET_PREFIX}<base64>`);

	return VERSION_PREFIX + digest(key, id, String(timestampSeconds), body).toString('base64');
}

/** Checks one delivery. `body` must be the bytes as received: parsing and printing JSON changes them. */
export function verifyWebhook(
	secret: string,
	headers: WebhookHeaders,
	body: string | Uint8Array,
	nowMs: number,
): Verification {
	const { id, timestamp, signature } = headers;
	if (!id || !timestamp || !signature) return fault('missingHeader');
	if (!/^\d{1,12}$/.test(timestamp)) return fault('malformedTimestamp');

	const ageSeconds = Math.floor(nowMs / 1000) - Number(timestamp);
	if (ageSeconds > SIGNATURE_TOLERANCE_SECONDS) return fault('tooOld');
	if (ageSeconds < -SIGNATURE_TOLERANCE_SECONDS) return fault('tooNew');

	const key = secretKey(secret);
	if (!key) return fault('malformedSecret');

	const expected = digest(key, id, timestamp, body);
	const offered = signature.split(' ', SIGNATURES_MAX);

	return offered.some((one) => matches(expected, one)) ? { valid: true } : fault('noMatch');
}

function fault(reason: SignatureFault): Verification {
	return { valid: false, reason };
}

function secretKey(secret: string): Buffer | undefined {
	const encoded = secret.startsWith(SECRET_PREFIX) ? secret.slice(SECRET_PREFIX.length) : secret;
	const key = Buffer.from(encoded, 'base64');

	return key.length > 0 ? key : undefined;
}

function digest(key: Buffer, id: string, timestamp: string, body: string | Uint8Array): Buffer {
	return createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
}

/** `timingSafeEqual` needs equal lengths; the length of an HMAC is no secret. */
function matches(expected: Buffer, offered: string): boolean {
	if (!offered.startsWith(VERSION_PREFIX)) return false;

	const bytes = Buffer.from(offered.slice(VERSION_PREFIX.length), 'base64');
	return bytes.length === expected.length && timingSafeEqual(bytes, expected);
}
