import type { IDataObject } from 'n8n-workflow';
import { isRecord, listAt, textAt, type JsonRecord } from '../../core/readers/reading.ts';

/** A yes or a no, as it goes on under `fuse`. */
export type FinalDecision =
	| { decision: 'allow'; fuse: IDataObject }
	| { decision: 'reject'; fuse: IDataObject };

/** The service's answer to one question. `queue`: it calls the resume URL when it has decided. */
export type GateDecision =
	| FinalDecision
	| { decision: 'queue'; queueId: string; deadlineAt: string; fuse: IDataObject };

/** Undefined when the body is no decision: then something other than LLM Fuse answered. */
export function parseDecision(body: unknown, tenantId: string): GateDecision | undefined {
	if (!isRecord(body)) return undefined;

	const reservationId = textAt(body, 'reservationId');
	if (body['decision'] === 'allow' && reservationId !== undefined) {
		return { decision: 'allow', fuse: allowance({ tenantId, reservationId, body }) };
	}
	if (body['decision'] === 'queue') return parseQueued(body, tenantId);
	if (body['decision'] !== 'reject') return undefined;

	const retryAfterMs = numberOrNull(body['retryAfterMs']);
	return rejection({ tenantId, reasons: reasonsOf(body), retryAfterMs });
}

function parseQueued(body: JsonRecord, tenantId: string): GateDecision | undefined {
	const queueId = textAt(body, 'queueId');
	const deadlineAt = isoTime(body['deadlineAt']);
	if (queueId === undefined || deadlineAt === null) return undefined;

	const fuse = { decision: 'queue', tenantId, queueId, deadlineAt };
	return { decision: 'queue', queueId, deadlineAt, fuse };
}

/** What is held for an allowed call; `body` tells how much, and until when. */
export function allowance(held: {
	tenantId: string;
	reservationId: string;
	body: JsonRecord;
}): IDataObject {
	const { tenantId, reservationId, body } = held;

	return {
		decision: 'allow',
		tenantId,
		reservationId,
		heldMicroCents: numberOrNull(body['heldMicroCents']),
		expiresAt: isoTime(body['expiresAt']),
	};
}

export function rejection(no: {
	tenantId: string;
	reasons: IDataObject[];
	retryAfterMs: number | null;
}): FinalDecision {
	return { decision: 'reject', fuse: { decision: 'reject', ...no } };
}

/** JSON in, JSON out: the reasons go on exactly as the service worded them. */
export function reasonsOf(body: JsonRecord): IDataObject[] {
	return listAt(body, 'reasons')
		.filter(isRecord)
		.map((reason) => reason as IDataObject);
}

/** What the node decides by itself when the service gives no decision, marked as such. */
export function decideWithoutService(
	policy: 'allow' | 'reject',
	tenantId: string,
	reason: string,
): FinalDecision {
	const reasons = [{ code: 'serviceUnavailable', message: reason }];

	return policy === 'allow'
		? { decision: 'allow', fuse: { decision: 'allow', tenantId, reasons, degraded: true } }
		: {
				decision: 'reject',
				fuse: { decision: 'reject', tenantId, reasons, retryAfterMs: null, degraded: true },
			};
}

function numberOrNull(value: unknown): number | null {
	return typeof value === 'number' ? value : null;
}

/** The service may send an instant as text or as milliseconds; the canvas always shows ISO 8601. */
function isoTime(value: unknown): string | null {
	if (typeof value === 'string') return value;

	return typeof value === 'number' ? new Date(value).toISOString() : null;
}
