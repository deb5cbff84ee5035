import type { Random } from './random.ts';
import type { Tenant } from './tenants.ts';
import { windowInTrace } from './traces.ts';

/** A burstier client (they go up to 30) scaled down to a few calls a minute would be silent for days. */
const MAX_CV = 4;
/** A more regular one would beat like a clock. */
const MIN_CV = 0.3;

export type Arrival = { offsetMs: number; window: number };

/**
 * Arrivals of `windows` windows of the trace: a renewal process in operational time, so that the real rate curve
 * and the real burstiness of the client both survive the scaling.
 */
export function* arrivals(
	tenant: Tenant,
	{ fromWindow, windows, random }: { fromWindow: number; windows: number; random: Random },
): Generator<Arrival> {
	const { trace, traces, callsPerMinute } = tenant;
	const windowMs = traces.windowMinutes * 60_000;
	let callsLeft = random.exponential();

	for (let i = 0; i < windows; i++) {
		const window = windowInTrace(traces, trace, fromWindow + i);
		const callsPerMs = ((trace.rate[window] ?? 0) * callsPerMinute) / 60_000;
		const cv = Math.min(MAX_CV, Math.max(MIN_CV, trace.cv[window] || 1));
		const shape = 1 / cv ** 2;

		let atMs = 0;
		while (callsLeft < (windowMs - atMs) * callsPerMs) {
			atMs += callsLeft / callsPerMs;
			yield { offsetMs: i * windowMs + atMs, window };
			callsLeft = random.gamma(shape);
		}
		callsLeft -= (windowMs - atMs) * callsPerMs;
	}
}
