import type { Lane } from '../../core/decision.ts';
import { rankOf } from '../../core/lanes.ts';
import type { QueuedAsk } from '../../core/queuedCall.ts';
import type { QueueFunctions } from '../../anomaly-service/src/ports/queueFunctions.ts';
import { iso, NOON } from '../contract/databaseBench.ts';

export function anAsk(tenantId: string, changes: Partial<QueuedAsk> = {}): QueuedAsk {
	return {
		call: { tenantId },
		size: { microCents: 100, cacheReadTokens: 0, inputTokens: 10, outputTokens: 10 },
		ttlMs: 120_000,
		...changes,
	};
}

type Changes = Partial<Omit<ParkedCall, 'parkedAt' | 'deadlineAt' | 'nextTryAt'>> & {
	tenantId: string;
	parkedAt?: number;
	deadlineAt?: number;
	nextTryAt?: number;
};
type ParkedCall = QueueFunctions['park_call']['args']['call'];

let made = 0;

/** A call as `park_call` takes it: standard lane, parked at noon with an hour of time, due at once. */
export function aParkedCall(changes: Changes): ParkedCall {
	const { tenantId, parkedAt = NOON, deadlineAt = parkedAt + 3_600_000, ...rest } = changes;
	const lane: Lane = changes.lane ?? 'standard';
	made += 1;

	return {
		id: `que_${made}x`,
		lane,
		ask: anAsk(tenantId),
		resumeUrl: 'http://127.0.0.1:1/webhook-waiting/1?signature=secret',
		shownUrl: 'http://127.0.0.1:1/webhook-waiting/…',
		keyId: 'key_1',
		rankAt: iso(rankOf(lane, parkedAt)),
		blockedBy: [],
		...rest,
		tenantId,
		parkedAt: iso(parkedAt),
		deadlineAt: iso(deadlineAt),
		nextTryAt: iso(changes.nextTryAt ?? parkedAt),
	};
}
