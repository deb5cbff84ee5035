import { isRecord, textAt } from '../../core/readers/reading.ts';
import type { Service, ServiceAnswer } from '../shared/service.ts';
import type { Question } from './askGate.ts';
import type { ParkedCall } from './parked.ts';
import type { FinalDecision } from './parseDecision.ts';

/** What the service renews a lease by when nothing is said. */
const LEASE_SECONDS_DEFAULT = 120;
/** The longest lease the service gives. */
const LEASE_SECONDS_MAX = 3_600;
/** From the deadline to the message that says so. */
const TOLD_WITHIN_SECONDS = 60;
const TIMEOUT_MS = 2_000;

/**
 * `held`, also when the lease ran out: its estimate is booked then, and replaced by what is settled under the same
 * reservation. Another one would be counted beside it. `lost`: nothing is known of it any more. `unknown`: the service
 * gave no answer.
 */
export type Renewal =
	| { outcome: 'held'; expiresAt: string | undefined }
	| { outcome: 'lost' }
	| { outcome: 'unknown' };

/**
 * Renews what an allowed call holds, if it would not last. One request at a time: n8n needs 16 ms for each, and five times
 * as long when ten of them resolve their credential at once.
 */
export async function renewHold(
	service: Service,
	{ fuse }: FinalDecision,
	ttlSeconds: number,
): Promise<Renewal> {
	const reservationId = textAt(fuse, 'reservationId');
	const lastsUntil = Date.parse(textAt(fuse, 'expiresAt') ?? '');
	// A no holds nothing, nor does a yes the node gave without the service.
	if (reservationId === undefined || lastsUntil >= Date.now() + ttlSeconds * 1000) {
		return { outcome: 'held', expiresAt: textAt(fuse, 'expiresAt') };
	}
	const answer = await service.ask({
		method: 'POST',
		path: `/v1/reservations/${encodeURIComponent(reservationId)}/renew`,
		body: { ttlSeconds },
		timeoutMs: TIMEOUT_MS,
	});
	return parseRenewal(answer);
}

/**
 * The calls, their holds renewed until all of them are decided, as well as it can be done: what gets lost is asked for
 * again after the wait.
 */
export async function heldWhileWaiting(
	service: Service,
	calls: readonly ParkedCall[],
): Promise<ParkedCall[]> {
	const ttlSeconds = waitTtlSeconds(calls, Date.now());
	const held: ParkedCall[] = [];
	for (const call of calls) {
		if (call.outcome === 'failed' || call.decision.decision !== 'allow') {
			held.push(call);
			continue;
		}
		const { decision } = call;
		const renewal = await renewHold(service, decision, ttlSeconds);
		held.push({ ...call, decision: withRenewal(decision, renewal) });
	}
	return held;
}

/** What the calls hold is free again, as well as it can be done: they are not made. */
export async function giveBack(service: Service, calls: readonly ParkedCall[]): Promise<void> {
	for (const call of calls) {
		if (call.outcome === 'failed' || call.decision.decision !== 'allow') continue;
		const reservationId = textAt(call.decision.fuse, 'reservationId');
		if (reservationId === undefined) continue;

		const path = `/v1/reservations/${encodeURIComponent(reservationId)}/release`;
		await service.ask({ method: 'POST', path, timeoutMs: TIMEOUT_MS });
	}
}

export function withRenewal(decision: FinalDecision, renewal: Renewal): FinalDecision {
	if (renewal.outcome !== 'held' || renewal.expiresAt === undefined) return decision;

	return { ...decision, fuse: { ...decision.fuse, expiresAt: renewal.expiresAt } };
}

/** How long a hold has to last while other items wait, the last of them until its deadline. */
export function waitTtlSeconds(calls: readonly ParkedCall[], now: number): number {
	const deadlines = calls.flatMap((call) =>
		call.outcome === 'asked' && call.decision.decision === 'queue'
			? [Date.parse(call.decision.deadlineAt)]
			: [],
	);
	const seconds = Math.ceil((Math.max(now, ...deadlines) - now) / 1000) + TOLD_WITHIN_SECONDS;

	return Math.min(LEASE_SECONDS_MAX, Math.max(LEASE_SECONDS_DEFAULT, seconds));
}

/** How long a hold has to last once its call may be made: never less than the service gives a call it wakes. */
export function leaseSeconds({ body }: Question): number {
	return Math.max(LEASE_SECONDS_DEFAULT, Number(body['ttlSeconds'] ?? 0));
}

function parseRenewal(answer: ServiceAnswer): Renewal {
	if (answer.outcome !== 'answered' || answer.status !== 200 || !isRecord(answer.body)) {
		return { outcome: 'unknown' };
	}
	const { outcome } = answer.body;
	return outcome === 'renewed' || outcome === 'expired'
		? { outcome: 'held', expiresAt: textAt(answer.body, 'expiresAt') }
		: { outcome: 'lost' };
}
