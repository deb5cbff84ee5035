import type { DemoModel } from './models.ts';
import type { Random } from './random.ts';

/** The provider's load wanders: AR(1) per minute, standard deviation 0.15 of the logarithm. */
const LOAD_MEMORY = 0.97;
const LOAD_SD = 0.15;
/** Network and queue, before the first token is read. */
const OVERHEAD_MS = 250;

/** How long a call takes, synthetic: overhead, reading what was not cached, and writing under the provider's load. */
export function createLatency(model: DemoModel, random: Random) {
	let load = 0;
	let minute = 0;

	return (atMs: number, { uncached, output }: { uncached: number; output: number }): number => {
		for (; minute < Math.floor(atMs / 60_000); minute++) {
			load = LOAD_MEMORY * load + LOAD_SD * Math.sqrt(1 - LOAD_MEMORY ** 2) * random.normal();
		}
		const overhead = OVERHEAD_MS * Math.exp(0.3 * random.normal());
		const decode = output * model.decodeMsPerToken * Math.exp(load + 0.2 * random.normal());
		return Math.round(overhead + uncached * model.prefillMsPerToken + decode);
	};
}
