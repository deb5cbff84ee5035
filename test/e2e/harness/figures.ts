import { appendFileSync } from 'node:fs';

export interface Figure {
	bench: string;
	figure: string;
	value: number;
	unit: string;
}

const flag = '--figures=';
const file = process.argv.find((argument) => argument.startsWith(flag))?.slice(flag.length);

/** Adds measured figures, one JSON line each, to the file named by `--figures=<file>`. */
export function writeFigures(figures: Figure[]): void {
	if (file === undefined) return;
	appendFileSync(file, figures.map((figure) => `${JSON.stringify(figure)}\n`).join(''));
}

/** Nearest-rank percentile: always a value that was measured. */
export function percentile(values: number[], percent: number): number {
	const sorted = [...values].sort((a, b) => a - b);
	const value = sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)];
	if (value === undefined) throw new Error('no values to take a percentile of');
	return value;
}
