import type { LatencyLine } from '../behaviour/levels.ts';
import type { HealthSums } from './healthWindow.ts';

/** What calls took, and what the tenant's latency lines say calls of their sizes usually take; both in ms. */
export type Slowdown = { actualMs: number; expectedMs: number };

/** Where less than half of the calls are of models whose latency is known, nothing is said of them. */
const MIN_KNOWN_SHARE = 0.5;

/**
 * How much slower calls were answered than is usual for calls of their sizes: a model that thinks for half a minute is
 * not slow. Undefined when too little is known.
 */
export function slowdownOf(
	parts: ReadonlyMap<string, HealthSums>,
	lines: ReadonlyMap<string, LatencyLine> | undefined,
): Slowdown | undefined {
	if (!lines) return undefined;
	let timed = 0;
	let known = 0;
	const slowdown = { actualMs: 0, expectedMs: 0 };
	for (const [modelKey, part] of parts) {
		timed += part.timed;
		const line = lines.get(modelKey);
		if (!line) continue;
		known += part.timed;
		slowdown.actualMs += part.latencyMs;
		slowdown.expectedMs +=
			line.start * part.timed +
			line.perInput * part.timedUncached +
			line.perOutput * part.timedOutput;
	}
	const isKnown = known > 0 && known >= MIN_KNOWN_SHARE * timed && slowdown.expectedMs > 0;

	return isKnown ? slowdown : undefined;
}
