import type { IDataObject } from 'n8n-workflow';
import { isRecord, listAt, textAt } from '../../core/readers/reading.ts';

/** The service's answer to one question, as it goes on under `fuse`. */
export type GateDecision =
	| { decision: 'allow'; fuse: IDataObject }
	| { decision: 'reject'; fuse: IDataObject };

/** Undefined when the body is no decision: then something other than LLM Fuse answered. */
export function parseDecision(body: unknown, tenantId: string): GateDecision | undefined {
	if (!isRecord(body)) return undefined;

	const reservationId = textAt(body, 'reservationId');
	if (body['decision'] === 'allow' && reservationId !== undefined) {
		return {
			decision: 'allow',
			fuse: {
				decision: 'allow',
				tenantId,
				reservationId,
				heldMicroCents: numberOrNull(body['heldMicroCents']),
				expiresAt: isoTime(body['expiresAt']),
			},
		};
	}
	if (body['decision'] === 'reject') {
		const reasons = listAt(body, 'reasons').filter(isRecord).map(plain);
		const retryAfterMs = numberOrNull(body['retryAfterMs']);

		return { decision: 'reject', fuse: { decision: 'reject', tenantId, reasons, retryAfterMs } };
	}
	return undefined;
}

/** What the node decides by itself when the service gives no decision, marked as such. */
export function decideWithoutService(
	policy: 'allow' | 'reject',
	tenantId: string,
	reason: string,
): GateDecision {
	const reasons = [{ code: 'serviceUnavailable', message: reason }];

	return policy === 'allow'
		? { decision: 'allow', fuse: { decision: 'allow', tenantId, reasons, degraded: true } }
		: {
				decision: 'reject',
				fuse: { decision: 'reject', tenantId, reasons, retryAfterMs: null, degraded: true },
			};
}

/** JSON in, JSON out: the reasons go on exactly as the service worded them. */
function plain(record: Record<string, unknown>): IDataObject {
	return record as IDataObject;
}

function numberOrNull(value: unknown): number | null {
	return typeof value === 'number' ? value : null;
}

/** The service may send an instant as text or as milliseconds; the canvas always shows ISO 8601. */
function isoTime(value: unknown): string | null {
	if (typeof value === 'string') return value;

	return typeof value === 'number' ? new Date(value).toISOString() : null;
}
