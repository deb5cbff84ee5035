/** Linear interpolation between order statistics (type 7). `sorted` ascending; 0 when empty. */
export function quantile(sorted: readonly number[], q: number): number {
	const position = q * (sorted.length - 1);
	const below = Math.floor(position);
	const low = sorted[below] ?? 0;
	const high = sorted[Math.min(sorted.length - 1, below + 1)] ?? low;

	return low + (high - low) * (position - below);
}
