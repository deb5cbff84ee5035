import { quantile } from '../../../core/behaviour/quantile.ts';
import { DAY, DAYS, HOUR, MINUTES } from '../calendar.ts';
import { sumOf, unscored, type MinuteSeries } from './minutes.ts';

/** What a monitor watches, as a number for each minute. */
type Metric = (minute: number) => number;

/** A tenth of a cent, so that the logarithm of nothing is nothing. */
const SPEND_UNIT = 1000;

const logSpend =
	(series: MinuteSeries, window: number): Metric =>
	(minute) =>
		Math.log1p(sumOf(series.costMicroCents, minute, window) / SPEND_UNIT);

/** Exponentially weighted z of log spend, half-life one day, updated once a window. */
export function ewmaZ(series: MinuteSeries, window: number): Float32Array {
	const scores = unscored();
	const spend = logSpend(series, window);
	const alpha = 1 - Math.pow(0.5, window / DAY);
	let mean = spend(window);
	let variance = 1;
	for (let minute = window; minute < MINUTES; minute++) {
		const deviation = spend(minute) - mean;
		if (minute >= DAY) scores[minute] = deviation / Math.sqrt(variance + 1e-3);
		if (minute % window > 0) continue;
		mean += alpha * deviation;
		variance = (1 - alpha) * (variance + alpha * deviation * deviation);
	}
	return scores;
}

/** What robust seasonal monitors do, on log spend. */
export function spendZ(series: MinuteSeries, window: number): Float32Array {
	return seasonalZ(logSpend(series, window), 0.2);
}

/** The farthest of five: volume, spend, errors, cost per request and latency per request. */
export function fiveSignalZ(series: MinuteSeries, window: number): Float32Array {
	const requests: Metric = (minute) => sumOf(series.requests, minute, window);
	const perRequest =
		(sums: Float64Array): Metric =>
		(minute) =>
			requests(minute) > 0 ? Math.log1p(sumOf(sums, minute, window) / requests(minute)) : 0;
	const errors: Metric = (minute) =>
		requests(minute) > 0
			? (sumOf(series.errors, minute, window) + 0.02) / (requests(minute) + 1)
			: 0.02;

	return farthestOf([
		seasonalZ((minute) => Math.log1p(requests(minute)), 0.2),
		spendZ(series, window),
		seasonalZ(errors, 0.05),
		seasonalZ(perRequest(series.costMicroCents), 0.2),
		seasonalZ(perRequest(series.latencyMs), 0.2),
	]);
}

/** Median and spread of the same hour of day, an hour more on both sides, over the last seven days. */
function seasonalZ(metric: Metric, floor: number): Float32Array {
	const scores = unscored();
	for (let day = 1; day < DAYS; day++) {
		const hours = hoursOf(metric, day);
		const usual = hours.map((_, hour) => {
			const around = [hour + 23, hour, hour + 1].flatMap((near) => hours[near % 24] ?? []);

			return centreOf(around, floor);
		});
		for (let minute = day * DAY; minute < (day + 1) * DAY; minute++) {
			const { middle = 0, spread = 1 } = usual[Math.floor((minute % DAY) / HOUR)] ?? {};
			scores[minute] = (metric(minute) - middle) / spread;
		}
	}
	return scores;
}

/** The metric of every fifth minute of the seven days before `day`, by hour of day. */
function hoursOf(metric: Metric, day: number): number[][] {
	const hours = Array.from({ length: 24 }, () => new Array<number>());
	for (let minute = Math.max(HOUR, (day - 7) * DAY); minute < day * DAY; minute += 5) {
		hours[Math.floor((minute % DAY) / HOUR)]?.push(metric(minute));
	}
	return hours;
}

function centreOf(values: readonly number[], floor: number): { middle: number; spread: number } {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = quantile(sorted, 0.5);
	const deviations = sorted.map((value) => Math.abs(value - middle)).sort((a, b) => a - b);
	const spread = Math.max(
		floor,
		1.4826 * quantile(deviations, 0.5),
		(quantile(sorted, 0.9) - middle) / 1.2816,
	);
	return { middle, spread };
}

function farthestOf(all: readonly Float32Array[]): Float32Array {
	return unscored().map((_, minute) => Math.max(...all.map((scores) => scores[minute] ?? NaN)));
}
