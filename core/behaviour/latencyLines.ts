import type { LatencyLine } from './levels.ts';
import type { ShapeCell } from './minuteSums.ts';

/** A model that answered less often than this has no line: nothing is slow yet. */
const MIN_CALLS = 20;

/** Added to the diagonal, relative to it: a model that always answers alike has one point and no line. */
const RIDGE = 1e-3;

/** The normal equations, with the right hand side as fourth column: of 1, uncached input, output and milliseconds. */
type Normal = { matrix: [Row, Row, Row]; calls: number };
type Row = [number, number, number, number];

/**
 * What calls take per endpoint × model: least squares over the cells, each one point at its mean sizes, weighted by its
 * calls and by 1/latency², since it is the relative error that should be small.
 */
export function fitLatencyLines(cells: ReadonlyMap<string, ShapeCell>): Map<string, LatencyLine> {
	const models = new Map<string, Normal>();
	for (const cell of cells.values()) {
		if (cell.logLatency.count > 0) addPoint(normalOf(models, cell.modelKey), cell);
	}
	const lines = new Map<string, LatencyLine>();
	for (const [modelKey, { matrix, calls }] of models) {
		if (calls < MIN_CALLS) continue;
		const [start, perInput, perOutput] = solve(matrix);
		lines.set(modelKey, { start, perInput, perOutput });
	}
	return lines;
}

function normalOf(models: Map<string, Normal>, modelKey: string): Normal {
	const known = models.get(modelKey);
	if (known) return known;
	const row = (): Row => [0, 0, 0, 0];
	const normal: Normal = { matrix: [row(), row(), row()], calls: 0 };
	models.set(modelKey, normal);
	return normal;
}

function addPoint(normal: Normal, { logLatency, uncached, output }: ShapeCell): void {
	const { count, sum } = logLatency;
	const latency = Math.exp(sum / count);
	const point = [1, uncached / count, output / count, latency];
	for (const [i, row] of normal.matrix.entries()) {
		for (const j of [0, 1, 2, 3] as const) {
			row[j] += (count / latency ** 2) * (point[i] ?? 0) * (point[j] ?? 0);
		}
	}
	normal.calls += count;
}

/** Gauss-Jordan; the ridge keeps every pivot above zero. */
function solve(matrix: Normal['matrix']): [number, number, number] {
	for (const pivot of [0, 1, 2] as const) {
		const row = matrix[pivot];
		row[pivot] *= 1 + RIDGE;
	}
	for (const pivot of [0, 1, 2] as const) {
		const row = matrix[pivot];
		const divisor = Math.abs(row[pivot]) > 1e-30 ? row[pivot] : 1e-30;
		for (const j of [0, 1, 2, 3] as const) row[j] /= divisor;
		for (const other of matrix) {
			if (other === row) continue;
			const factor = other[pivot];
			for (const j of [0, 1, 2, 3] as const) other[j] -= factor * row[j];
		}
	}
	return [matrix[0][3], matrix[1][3], matrix[2][3]];
}
