import type { Lane } from './decision.ts';
import { HOUR_MS, MINUTE_MS } from './durations.ts';

/** Priority of waiting work: a person waits for it, a workflow does, nobody does before tomorrow. */
export const LANES = ['interactive', 'standard', 'bulk'] as const satisfies readonly Lane[];

type LaneRule = {
	/** How much later an interactive call may be parked and still go first. */
	aheadMs: number;
	/** A call that waited longer is overdue: no ceiling holds it back any more, and newcomers queue behind it. */
	boundMs: number;
	/** How full limits may be with a call of this lane during business hours, in percent of their capacity. */
	fillPct: number;
};

const RULES: Record<Lane, LaneRule> = {
	/** Half a minute is what somebody in front of a chat bears; nothing is kept free from interactive work. */
	interactive: { aheadMs: 0, boundMs: 30_000, fillPct: 100 },
	/** A minute of people's calls goes first. The last 20th of every limit stays free for the next of them. */
	standard: { aheadMs: MINUTE_MS, boundMs: 5 * MINUTE_MS, fillPct: 95 },
	/** A quarter of an hour goes first, and a fifth stays free: a nightly import must not be felt at a desk. */
	bulk: { aheadMs: 15 * MINUTE_MS, boundMs: HOUR_MS, fillPct: 80 },
};

/** Outside business hours nobody is kept room for. */
const FULL_PCT = 100;

/**
 * Earliest virtual deadline first: of two waiting calls the one with the lower rank goes first, in epoch ms.
 *
 * No call starves. One that is parked more than the difference of the two head starts later has the higher rank, so at
 * most 15 minutes of other lanes' arrivals overtake a bulk call, 1 minute of them a standard one, and within a lane
 * nobody overtakes anybody. Ceilings let more urgent lanes pass for as long as the lane's bound, not longer.
 */
export function rankOf(lane: Lane, parkedAt: number): number {
	return parkedAt + RULES[lane].aheadMs;
}

export function aheadMsOf(lane: Lane): number {
	return RULES[lane].aheadMs;
}

/** Every ceiling there is, in percent, from the lowest. */
export const FILL_LEVELS_PCT: readonly number[] = [
	...new Set([...LANES.map((lane) => RULES[lane].fillPct), FULL_PCT]),
].sort((a, b) => a - b);

/** By lane: how long a call waits before it is overdue, in ms. */
export const LANE_BOUNDS_MS: Record<Lane, number> = {
	interactive: RULES.interactive.boundMs,
	standard: RULES.standard.boundMs,
	bulk: RULES.bulk.boundMs,
};

export function isOverdue(call: { lane: Lane; parkedAt: number }, now: number): boolean {
	return now - call.parkedAt > RULES[call.lane].boundMs;
}

/** How full the limits may be for a call to be released now. The ceiling ends with the lane's bound: it delays, no more. */
export function fillPctOf(
	call: { lane: Lane; parkedAt: number },
	at: { now: number; businessTime: boolean },
): number {
	if (!at.businessTime || isOverdue(call, at.now)) return FULL_PCT;

	return RULES[call.lane].fillPct;
}
