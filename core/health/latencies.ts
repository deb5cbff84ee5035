/**
 * Latencies by bin → calls. Bin k holds what took more than 10 s × 2^((k − 1) / 24) and at most 10 s × 2^(k / 24), so
 * a bin is 3 % wide and 10 s is the edge of one: the usual limit is met exactly, others to 3 %.
 */
export type Latencies = Map<number, number>;

const EDGE_MS = 10_000;
const BINS_PER_OCTAVE = 24;
/** No answer is faster; also what keeps the logarithm finite. */
const FASTEST_MS = 1;

export function addLatency(latencies: Latencies, latencyMs: number): void {
	const bin = Math.ceil(BINS_PER_OCTAVE * Math.log2(Math.max(FASTEST_MS, latencyMs) / EDGE_MS));
	latencies.set(bin, (latencies.get(bin) ?? 0) + 1);
}

export function mergeLatencies(target: Latencies, source: ReadonlyMap<number, number>): void {
	for (const [bin, calls] of source) target.set(bin, (target.get(bin) ?? 0) + calls);
}

/**
 * What a share `q` of the calls did not take longer than (nearest rank), as the lower edge of its bin: it is above a limit
 * only when the calls surely were. 0 without calls.
 */
export function latencyQuantile(latencies: ReadonlyMap<number, number>, q: number): number {
	const bins = [...latencies].sort(([a], [b]) => a - b);
	const calls = bins.reduce((sum, [, count]) => sum + count, 0);
	// A product like 0.95 × 100 is a hair above 95: the rank is taken just below.
	let rank = Math.ceil(q * calls - 1e-9);
	for (const [bin, count] of bins) {
		rank -= count;
		if (rank <= 0) return EDGE_MS * 2 ** ((bin - 1) / BINS_PER_OCTAVE);
	}
	return 0;
}
