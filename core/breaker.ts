/**
 * The breaker of one tenant's spend. Each state carries only its own data; transitions are pure.
 * - `closed`: calls pass.
 * - `open`: a detector tripped it; the opening has an incident.
 * - `isolated`: a person holds it open, until `until` (epoch ms) or until they let go (null).
 */
export type Breaker =
	| { state: 'closed' }
	| { state: 'open'; incidentId: string; openedAt: number }
	| { state: 'isolated'; since: number; until: number | null; reason: string };

export const CLOSED: Breaker = { state: 'closed' };

/** A breaker that is not closed stays as it is: one runaway is one incident, and a person outranks a detector. */
export function trip(breaker: Breaker, incidentId: string, now: number): Breaker {
	return atTime(breaker, now).state === 'closed'
		? { state: 'open', incidentId, openedAt: now }
		: breaker;
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
	return atTime(breaker, now).state === 'closed';
}
