import type { RejectReason } from '../../../core/decision.ts';
import type { QueueReason } from '../../../core/queuedCall.ts';

/** A reason as it leaves the service: instants in RFC 3339; within it they are epoch ms. */
export function reasonBody(reason: RejectReason | QueueReason): object {
	if (reason.code === 'providerThrottled') return { ...reason, until: instant(reason.until) };
	if (reason.code !== 'limitExceeded' || reason.resetsAt === null) return reason;

	return { ...reason, resetsAt: instant(reason.resetsAt) };
}

function instant(at: number): string {
	return new Date(at).toISOString();
}
