import { quantile } from '../../../core/behaviour/quantile.ts';
import { DAY, DAYS } from '../calendar.ts';
import { unscored } from './minutes.ts';

/** Maxima of a quarter of an hour each, so that overlapping windows are not counted twice. */
const BLOCK = 15;
const BLOCKS_PER_WEEK = (7 * DAY) / BLOCK;
const MIN_BLOCKS = 48;
const PAST_DAYS = 7;

/**
 * Divides each day's scores by a limit of the tenant's own, learned from its scores of the seven days before: SPOT
 * (Siffer et al., KDD 2017), a generalised Pareto tail. For scores that mean something else for every tenant.
 */
export function overOwnLimit(scores: Float32Array): Float32Array {
	const divided = unscored();
	for (let day = 2; day < DAYS; day++) {
		const maxima = blockMaxima(scores, Math.max(DAY, (day - PAST_DAYS) * DAY), day * DAY);
		if (maxima.length < MIN_BLOCKS) continue;
		const limit = Math.max(0, exceededOnceAWeek(maxima));
		for (let minute = day * DAY; minute < (day + 1) * DAY; minute++) {
			divided[minute] = (scores[minute] ?? NaN) / limit;
		}
	}
	return divided;
}

function blockMaxima(scores: Float32Array, from: number, to: number): number[] {
	const maxima: number[] = [];
	for (let block = from; block < to; block += BLOCK) {
		let highest = -Infinity;
		for (let minute = block; minute < Math.min(to, block + BLOCK); minute++) {
			const score = scores[minute] ?? NaN;
			if (score > highest) highest = score;
		}
		if (highest > -Infinity) maxima.push(highest);
	}
	return maxima.sort((a, b) => a - b);
}

/** The level that a block exceeds once a week; the tail over the 90th percentile by probability-weighted moments. */
function exceededOnceAWeek(maxima: readonly number[]): number {
	const from = quantile(maxima, 0.9);
	const excess = maxima.filter((value) => value > from).map((value) => value - from);
	const count = excess.length;
	if (count < 8) return maxima.at(-1) ?? 0;

	let first = 0;
	let second = 0;
	excess.forEach((value, rank) => {
		first += value / count;
		second += (value * (count - 1 - rank)) / (count - 1) / count;
	});
	const fitted = 2 - first / (first - 2 * second);
	const shape = Math.max(-0.3, Math.min(0.5, Number.isFinite(fitted) ? fitted : 0));
	const scale = Math.max(1e-9, first * (1 - shape));
	const risk = maxima.length / BLOCKS_PER_WEEK / count;
	if (Math.abs(shape) < 1e-6) return from - scale * Math.log(risk);

	return from + (scale / shape) * (Math.pow(risk, -shape) - 1);
}
