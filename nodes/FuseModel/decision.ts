import { isRecord, listAt, textAt, type JsonRecord } from '../../core/readers/reading.ts';

/** The service's answer to one question. */
export type FuseDecision =
	| { decision: 'allow'; reservationId: string; degraded: boolean }
	| { decision: 'reject'; reasons: JsonRecord[]; retryAfterMs: number | null };

export type Rejection = Extract<FuseDecision, { decision: 'reject' }>;

/** Undefined when the body is no decision: then something other than LLM Fuse answered. */
export function parseDecision(body: unknown): FuseDecision | undefined {
	if (!isRecord(body)) return undefined;

	const reservationId = textAt(body, 'reservationId');
	if (body['decision'] === 'allow' && reservationId !== undefined) {
		return { decision: 'allow', reservationId, degraded: body['degraded'] === true };
	}
	// A sub-node cannot be parked: a place in the queue is a no with a time.
	if (body['decision'] !== 'reject' && body['decision'] !== 'queue') return undefined;

	const retryAfterMs = body['retryAfterMs'];
	return {
		decision: 'reject',
		reasons: listAt(body, 'reasons').filter(isRecord),
		retryAfterMs: typeof retryAfterMs === 'number' ? retryAfterMs : null,
	};
}
