import { Webhook } from 'standardwebhooks';
import {
	SIGNATURE_TOLERANCE_SECONDS,
	signWebhook,
	verifyWebhook,
	type WebhookHeaders,
} from '../../../core/webhookSignature.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const ID = 'msg_2KWPBgLlAfxdpx2AI54pPJ85f4W';
const NOW_MS = Date.parse('2026-10-14T08:12:45.123Z');
const NOW_SECONDS = Math.floor(NOW_MS / 1000);
const BODY =
	'{"type":"breaker.opened","data":{"alertText":"{\\"spend_velocity_per_min\\":45.50}"}}';

function delivery(changes: Partial<WebhookHeaders> = {}): WebhookHeaders {
	return {
		id: ID,
		timestamp: String(NOW_SECONDS),
		signature: signWebhook(SECRET, ID, NOW_SECONDS, BODY),
		...changes,
	};
}

describe('signing', () => {
	it('gives the same signature as the reference implementation', () => {
		const reference = new Webhook(SECRET).sign(ID, new Date(NOW_SECONDS * 1000), BODY);

		expect(signWebhook(SECRET, ID, NOW_SECONDS, BODY)).toBe(reference);
	});

	it('is accepted by the reference implementation', () => {
		const now = Math.floor(Date.now() / 1000);
		const headers = {
			'webhook-id': ID,
			'webhook-timestamp': String(now),
			'webhook-signature': signWebhook(SECRET, ID, now, BODY),
		};

		expect(new Webhook(SECRET).verify(BODY, headers)).toEqual(JSON.parse(BODY));
	});

	it('refuses a secret without a key', () => {
		expect(() => signWebhook('whsec_', ID, NOW_SECONDS, BODY)).toThrow(RangeError);
	});
});

describe('verifying', () => {
	it('accepts what the reference implementation signed', () => {
		const signature = new Webhook(SECRET).sign(ID, new Date(NOW_SECONDS * 1000), BODY);

		expect(verifyWebhook(SECRET, delivery({ signature }), BODY, NOW_MS)).toEqual({ valid: true });
	});

	it('accepts a body as bytes and as text', () => {
		expect(verifyWebhook(SECRET, delivery(), Buffer.from(BODY), NOW_MS)).toEqual({ valid: true });
	});

	it('accepts any of several signatures, so that secrets can be rotated', () => {
		const signature = `v1,${Buffer.alloc(32).toString('base64')} v1a,abc ${delivery().signature}`;

		expect(verifyWebhook(SECRET, delivery({ signature }), BODY, NOW_MS)).toEqual({ valid: true });
	});

	it.each([
		['a changed body', SECRET, delivery(), BODY.replace('45.50', '45.5')],
		['another id', SECRET, delivery({ id: 'msg_other' }), BODY],
		['another time', SECRET, delivery({ timestamp: String(NOW_SECONDS - 1) }), BODY],
		['another secret', `whsec_${Buffer.alloc(24, 1).toString('base64')}`, delivery(), BODY],
		['a shortened signature', SECRET, delivery({ signature: 'v1,AAAA' }), BODY],
		['a signature of another version', SECRET, delivery({ signature: 'v2,AAAA' }), BODY],
	])('refuses %s', (_, secret, headers, body) => {
		expect(verifyWebhook(secret, headers, body, NOW_MS)).toEqual({
			valid: false,
			reason: 'noMatch',
		});
	});

	it.each(['id', 'timestamp', 'signature'] as const)(
		'refuses a delivery without its %s',
		(name) => {
			expect(verifyWebhook(SECRET, delivery({ [name]: undefined }), BODY, NOW_MS)).toEqual({
				valid: false,
				reason: 'missingHeader',
			});
		},
	);

	it.each(['', '12.5', '-5', 'now', '1e9', '0x10'])('refuses the timestamp "%s"', (timestamp) => {
		expect(verifyWebhook(SECRET, delivery({ timestamp }), BODY, NOW_MS).valid).toBe(false);
	});

	it('refuses a secret without a key', () => {
		expect(verifyWebhook('whsec_', delivery(), BODY, NOW_MS)).toEqual({
			valid: false,
			reason: 'malformedSecret',
		});
	});

	it('accepts a delivery up to the tolerance and refuses it one second later', () => {
		const edgeMs = (NOW_SECONDS + SIGNATURE_TOLERANCE_SECONDS) * 1000;

		expect(verifyWebhook(SECRET, delivery(), BODY, edgeMs)).toEqual({ valid: true });
		expect(verifyWebhook(SECRET, delivery(), BODY, edgeMs + 1000)).toEqual({
			valid: false,
			reason: 'tooOld',
		});
	});

	it('accepts a clock that is ahead up to the tolerance and not further', () => {
		const edgeMs = (NOW_SECONDS - SIGNATURE_TOLERANCE_SECONDS) * 1000;

		expect(verifyWebhook(SECRET, delivery(), BODY, edgeMs)).toEqual({ valid: true });
		expect(verifyWebhook(SECRET, delivery(), BODY, edgeMs - 1000)).toEqual({
			valid: false,
			reason: 'tooNew',
		});
	});
});
