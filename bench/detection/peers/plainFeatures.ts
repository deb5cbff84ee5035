import { DAY, DAYS, MINUTES } from '../calendar.ts';
import { sumOf, type MinuteSeries } from './minutes.ts';

/** What somebody would feed to a general detector: counts, tokens, spend, latency, errors, and the hour. */
export const PLAIN_FEATURES = 10;

/** The plain features of each minute's window, one row of PLAIN_FEATURES after the other. */
export function plainFeatures(series: MinuteSeries, window: number): Float32Array {
	const rows = new Float32Array(MINUTES * PLAIN_FEATURES);
	for (let minute = 0; minute < MINUTES; minute++) {
		const sum = (sums: Float64Array) => sumOf(sums, minute, window);
		const requests = sum(series.requests);
		const perRequest = (sums: Float64Array) => (requests > 0 ? sum(sums) / requests : 0);
		const angle = (2 * Math.PI * (minute % DAY)) / DAY;
		rows.set(
			[
				Math.log1p(requests),
				Math.log1p(sum(series.costMicroCents) / 1000),
				Math.log1p(perRequest(series.input)),
				Math.log1p(perRequest(series.output)),
				Math.log1p(perRequest(series.costMicroCents)),
				Math.log1p(perRequest(series.latencyMs)),
				perRequest(series.errors),
				sum(series.cached) / Math.max(1, sum(series.input)),
				Math.sin(angle),
				Math.cos(angle),
			],
			minute * PLAIN_FEATURES,
		);
	}
	return rows;
}

/** A day to score, and rows of the seven days before it to learn from; all of them standardised by those days. */
export type PlainDay = {
	day: number;
	past: readonly Float32Array[];
	rowAt: (minute: number) => Float32Array;
};

const STRIDE = 15;
const PAST_DAYS = 7;

export function* plainDays(rows: Float32Array): Generator<PlainDay> {
	for (let day = 2; day < DAYS; day++) {
		const minutes: number[] = [];
		for (let at = Math.max(DAY, (day - PAST_DAYS) * DAY); at < day * DAY; at += STRIDE) {
			minutes.push(at);
		}
		const scale = scaleOf(rows, minutes);
		const rowAt = (minute: number) => {
			const start = minute * PLAIN_FEATURES;

			return rows
				.slice(start, start + PLAIN_FEATURES)
				.map((value, feature) => scale(value, feature));
		};
		yield { day, past: minutes.map(rowAt), rowAt };
	}
}

/** Plain standardisation: mean 0 and standard deviation 1 over the past. */
function scaleOf(rows: Float32Array, minutes: readonly number[]) {
	const columns = Array.from({ length: PLAIN_FEATURES }, (_, feature) => {
		const values = minutes.map((minute) => rows[minute * PLAIN_FEATURES + feature] ?? 0);
		const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
		const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);

		return { mean, spread: Math.sqrt(squares / values.length) + 1e-3 };
	});
	return (value: number, feature: number): number => {
		const { mean = 0, spread = 1 } = columns[feature] ?? {};

		return (value - mean) / spread;
	};
}
