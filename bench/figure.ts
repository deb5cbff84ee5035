/** One measured number; `unit` is `ms`, `1` for counts and ratios, … */
export type Figure = { figure: string; value: number; unit: string };

/** Nearest-rank percentile: the smallest value that at least `pct` per cent do not exceed. */
export function percentile(values: readonly number[], pct: number): number {
	const sorted = [...values].sort((a, b) => a - b);

	return sorted[Math.max(0, Math.ceil((pct / 100) * sorted.length) - 1)] ?? NaN;
}

export function rounded(value: number): number {
	return Math.round(value * 1000) / 1000;
}
