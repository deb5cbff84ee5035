import { DAY, DAYS } from '../calendar.ts';
import { sumOf, unscored, type MinuteSeries } from './minutes.ts';

/** Features as they come, cosine distance to their mean of the last seven days: vector search without any scaling. */
export function naiveCosine(series: MinuteSeries, window: number): Float32Array {
	const scores = unscored();
	for (let day = 1; day < DAYS; day++) {
		const mean = new Float64Array(12);
		for (let at = Math.max(window, (day - 7) * DAY); at < day * DAY; at += 5) {
			naiveVector(series, at, window).forEach((value, axis) => {
				mean[axis] = (mean[axis] ?? 0) + value;
			});
		}
		for (let minute = day * DAY; minute < (day + 1) * DAY; minute++) {
			scores[minute] = cosineDistance(naiveVector(series, minute, window), mean);
		}
	}
	return scores;
}

function naiveVector(series: MinuteSeries, minute: number, window: number): number[] {
	const sum = (sums: Float64Array) => sumOf(sums, minute, window);
	const requests = sum(series.requests);
	const perRequest = (sums: Float64Array) => (requests > 0 ? sum(sums) / requests : 0);
	const seconds = sum(series.latencyMs) / 1000;
	const hour = (2 * Math.PI * (minute % DAY)) / DAY;
	const weekday = (2 * Math.PI * (minute % (7 * DAY))) / (7 * DAY);

	return [
		requests,
		perRequest(series.input),
		perRequest(series.output),
		perRequest(series.latencyMs),
		seconds > 0 ? (sum(series.input) + sum(series.output)) / seconds : 0,
		sum(series.costMicroCents) / 1e6,
		100 * perRequest(series.contextUse),
		sum(series.dear),
		...[Math.sin(hour), Math.cos(hour), Math.sin(weekday), Math.cos(weekday)],
	];
}

function cosineDistance(a: readonly number[], b: Float64Array): number {
	let dot = 0;
	let ofA = 0;
	let ofB = 0;
	a.forEach((value, axis) => {
		const other = b[axis] ?? 0;
		dot += value * other;
		ofA += value * value;
		ofB += other * other;
	});
	return 1 - dot / Math.sqrt(ofA * ofB);
}
