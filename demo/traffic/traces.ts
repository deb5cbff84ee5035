import { readFileSync } from 'node:fs';

/** A week and an hour of one real client, in ten-minute windows; demo/data/README.md says where it is from. */
export type ClientTrace = {
	id: string;
	/** Requests per window, relative to the mean of the week. */
	rate: readonly number[];
	/** Coefficient of variation of the time between requests; 0 where there were too few. */
	cv: readonly number[];
	/** Token quantiles per six hours. */
	input: readonly (readonly number[])[];
	output: readonly (readonly number[])[];
};

export type Traces = {
	windowMinutes: number;
	windowsPerWeek: number;
	windowsPerTokenSlot: number;
	/** How far into its first token slot the trace starts. */
	windowsBeforeFirstSlot: number;
	quantileLevels: readonly number[];
	clients: readonly ClientTrace[];
};

export function readTraces(): Traces {
	const text = readFileSync(new URL('../data/servegen.json', import.meta.url), 'utf8');
	return JSON.parse(text) as Traces;
}

/** Past its end the trace goes on with the same time of the week before. */
export function windowInTrace(
	{ windowsPerWeek }: Traces,
	trace: ClientTrace,
	window: number,
): number {
	let index = window;
	while (index >= trace.rate.length) index -= windowsPerWeek;
	return index;
}

/** The quantile function at `u` (0 to 1), linear between the levels. */
export function quantileAt(
	levels: readonly number[],
	values: readonly number[],
	u: number,
): number {
	const above = Math.max(
		1,
		levels.findIndex((level) => level >= u),
	);
	const [fromLevel = 0, toLevel = 1] = levels.slice(above - 1, above + 1);
	const [from = 0, to = from] = values.slice(above - 1, above + 1);
	return from + ((to - from) * (u - fromLevel)) / (toLevel - fromLevel);
}
