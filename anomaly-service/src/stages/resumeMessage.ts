import type { HeldAnswer, RefusedAnswer } from '../../../core/queuedCall.ts';
import { signWebhook } from '../../../core/webhookSignature.ts';
import type { ResumingCall } from '../ports/queueFunctions.ts';
import { reasonBody } from './reasonBody.ts';

/**
 * What a resume URL is posted: `{type, timestamp, data}` of Standard Webhooks, signed with the secret of the service key that
 * parked the call. The id is that of the call, however often it is sent.
 */
export function resumeMessage(
	call: ResumingCall,
	{ now, secret }: { now: number; secret: string },
): { body: string; headers: Record<string, string> } {
	const timestamp = Math.floor(now / 1000);
	const body = JSON.stringify({
		type: 'call.resumed',
		timestamp: new Date(now).toISOString(),
		data: {
			queueId: call.id,
			tenantId: call.tenantId,
			decision: call.answer.decision,
			...(call.answer.decision === 'allow' ? held(call.answer) : refused(call.answer)),
		},
	});

	return {
		body,
		headers: {
			'webhook-id': call.id,
			'webhook-timestamp': String(timestamp),
			'webhook-signature': signWebhook(secret, call.id, timestamp, body),
		},
	};
}

function held({ reservationId, heldMicroCents, expiresAt }: HeldAnswer) {
	return {
		reservationId,
		heldMicroCents,
		expiresAt: new Date(expiresAt).toISOString(),
		reasons: [],
	};
}

function refused({ reasons }: RefusedAnswer) {
	return {
		reservationId: null,
		heldMicroCents: 0,
		expiresAt: null,
		reasons: reasons.map(reasonBody),
	};
}
