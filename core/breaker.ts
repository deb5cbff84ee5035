import { DAY_MS, MINUTE_MS } from './durations.ts';

/**
 * The breaker of one tenant's spend. Each state carries only its own data; transitions are pure.
 * - `closed`: calls pass.
 * - `open`: a detector tripped it; the opening has an incident.
 * - `halfOpen`: somebody let the tenant go and it is on trial: few calls pass, and the first finding opens it again, as
 *   the same incident. From `until` (epoch ms) on it closes, once a call was made.
 * - `isolated`: a person holds it open, until `until` (epoch ms) or until they let go (null).
 */
export type Breaker =
	| { state: 'closed' }
	| { state: 'open'; incidentId: string; openedAt: number }
	| { state: 'halfOpen'; incidentId: string; since: number; until: number }
	| { state: 'isolated'; since: number; until: number | null; reason: string };

export const CLOSED: Breaker = { state: 'closed' };

/** Long enough for a runaway that goes on to spend through a cap per minute again. */
const PROBE_MS = 5 * MINUTE_MS;
/** A tenant that makes no call shows nothing; after a day nobody is helped by waiting on. */
const PROBE_MAX_MS = DAY_MS;

/** A breaker that blocks stays as it is: one runaway is one incident, and a person outranks a detector. */
export function trip(breaker: Breaker, incidentId: string, now: number): Breaker {
	return admits(breaker, now) ? { state: 'open', incidentId, openedAt: now } : breaker;
}

/** Lets a tenant go on trial. Only what a detector opened is tried: who was isolated by hand is simply let go. */
export function probe(breaker: Breaker, now: number): Breaker {
	if (breaker.state !== 'open') return CLOSED;

	return {
		state: 'halfOpen',
		incidentId: breaker.incidentId,
		since: now,
		until: now + PROBE_MS,
	};
}

/** Whether a trial is over, given whether the tenant made a call since it began. */
export function isProven(
	{ since, until }: { since: number; until: number },
	hasCalled: boolean,
	now: number,
): boolean {
	return (hasCalled && now >= until) || now >= since + PROBE_MAX_MS;
}

/**
 * Holds a breaker open by hand. A block for a while never shortens what holds longer: an open breaker stays open until
 * somebody closes it, and a block without an end keeps its own.
 */
export function isolate(
	breaker: Breaker,
	now: number,
	{ durationMs, reason }: { durationMs: number | null; reason: string },
): Breaker {
	const isHeld =
		breaker.state === 'open' || (breaker.state === 'isolated' && breaker.until === null);
	if (durationMs !== null && isHeld) return breaker;

	return {
		state: 'isolated',
		since: now,
		until: durationMs === null ? null : now + durationMs,
		reason,
	};
}

/** What the breaker is at `now`: a timed block that ran out is closed. */
export function atTime(breaker: Breaker, now: number): Breaker {
	const ranOut = breaker.state === 'isolated' && breaker.until !== null && breaker.until <= now;

	return ranOut ? CLOSED : breaker;
}

export function admits(breaker: Breaker, now: number): boolean {
	const { state } = atTime(breaker, now);

	return state === 'closed' || state === 'halfOpen';
}
