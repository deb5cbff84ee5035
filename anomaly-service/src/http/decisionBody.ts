import type { Decision } from '../../../core/decision.ts';
import { reasonBody } from '../stages/reasonBody.ts';

/** A decision as it leaves the service: instants in RFC 3339, and what says nothing left out. */
export function decisionBody(decision: Decision): object {
	if (decision.decision === 'allow') {
		const { wouldReject, degraded, expiresAt, ...held } = decision;
		return {
			...held,
			expiresAt: instant(expiresAt),
			...(wouldReject.length > 0 ? { wouldReject: wouldReject.map(reasonBody) } : {}),
			...(degraded ? { degraded } : {}),
		};
	}
	const reasons = decision.reasons.map(reasonBody);
	if (decision.decision === 'reject') return { ...decision, reasons };

	return { ...decision, deadlineAt: instant(decision.deadlineAt), reasons };
}

function instant(at: number): string {
	return new Date(at).toISOString();
}
