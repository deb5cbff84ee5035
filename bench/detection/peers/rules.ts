import { DAY, MINUTES } from '../calendar.ts';
import { sumOf, unscored, type MinuteSeries, type SeriesName } from './minutes.ts';

const MICRO_CENTS_PER_DOLLAR = 1e8;

/** Dollars of each minute, for a fixed cap. */
export function hardCap(series: MinuteSeries): Float32Array {
	return unscored().map(
		(_, minute) => sumOf(series.costMicroCents, minute, 1) / MICRO_CENTS_PER_DOLLAR,
	);
}

/** "400 % in 60 s": how many times the mean of the last seven days the last minute was. */
export function spikeRule(series: MinuteSeries, name: SeriesName): Float32Array {
	const scores = unscored();
	const sums = series[name];
	for (let minute = DAY; minute < MINUTES; minute++) {
		const length = Math.min(minute, 7 * DAY);
		const usual = sumOf(sums, minute - 1, length) / length;
		scores[minute] = usual > 0 ? sumOf(sums, minute, 1) / usual : 0;
	}
	return scores;
}
