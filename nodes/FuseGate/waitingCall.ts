import { isRecord, textAt, type JsonRecord } from '../../core/readers/reading.ts';
import type { Service } from '../shared/service.ts';
import { withFacts, type Question } from './askGate.ts';
import { allowance, reasonsOf, rejection, type FinalDecision } from './parseDecision.ts';

/**
 * How a call that waits stands, as the service says; the message that woke us is not believed. `isTold`: no message about
 * it will come any more. `lost`: the service knows no answer to it and will not find one. `unknown`: it did not say.
 */
export type Standing =
	| { outcome: 'decided'; decision: FinalDecision; isTold: boolean }
	| { outcome: 'waiting' }
	| { outcome: 'lost' }
	| { outcome: 'unknown' };

/** The service gives a message ten seconds, and most calls are looked at in one of them. */
const TIMEOUT_MS = 3_000;

export async function lookAt(
	service: Service,
	question: Question,
	queueId: string,
): Promise<Standing> {
	const path = `/v1/queue/${encodeURIComponent(queueId)}`;
	const answer = await service.ask({ method: 'GET', path, timeoutMs: TIMEOUT_MS });
	if (answer.outcome === 'unavailable') return { outcome: 'unknown' };
	// Removed by an operator: nobody will be told.
	if (answer.status === 404 && isRecord(answer.body)) return { outcome: 'lost' };
	if (answer.status !== 200 || !isRecord(answer.body)) return { outcome: 'unknown' };

	return standingIn(answer.body, question, queueId);
}

function standingIn(call: JsonRecord, question: Question, queueId: string): Standing {
	const outcome = textAt(call, 'outcome');
	const isTold = call['state'] === 'done' || call['state'] === 'dead';
	if (outcome === undefined) return { outcome: isTold ? 'lost' : 'waiting' };

	const { tenantId, body } = question;
	const decision = finalDecision(call, outcome, tenantId);
	if (!decision) return { outcome: 'lost' };

	const known = withFacts(decision, body);
	return { outcome: 'decided', decision: { ...known, fuse: { ...known.fuse, queueId } }, isTold };
}

function finalDecision(
	call: JsonRecord,
	outcome: string,
	tenantId: string,
): FinalDecision | undefined {
	if (outcome !== 'allowed') {
		return rejection({ tenantId, reasons: reasonsOf(call), retryAfterMs: null });
	}
	const reservationId = textAt(call, 'reservationId');

	return reservationId === undefined
		? undefined
		: { decision: 'allow', fuse: allowance({ tenantId, reservationId, body: call }) };
}
