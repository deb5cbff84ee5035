import { DAY, MINUTES, SCORED_FROM } from '../calendar.ts';
import type { Random } from '../random.ts';
import type { Rates } from '../rates.ts';

/** Whether an event of the minutes `from` … before `to` may happen there. */
export type Fits = (from: number, to: number) => boolean;

/** Where in the scored week events lie. */
export type Place = {
	/** A minute from which on `minutes` are free, `gap` away from every other event; undefined: none was found. */
	find(minutes: number, gap: number, fits: Fits): number | undefined;
	take(from: number, to: number): void;
};

const TRIES = 200;

export function openPlace(random: Random): Place {
	const taken: { from: number; to: number }[] = [];

	return {
		find: (minutes, gap, fits) => {
			for (let tried = 0; tried < TRIES; tried++) {
				const from = SCORED_FROM + 30 + random.int(MINUTES - SCORED_FROM - minutes - 60);
				const to = from + minutes;
				const free = taken.every(
					(other) => other.to + gap <= from || from >= other.to + gap || to + gap <= other.from,
				);
				if (free && fits(from, to)) return from;
			}
			return undefined;
		},
		take: (from, to) => {
			taken.push({ from, to });
		},
	};
}

/** At least 20 requests. */
export function busyEnough(rates: Rates): Fits {
	return (from, to) => rates.between(from, to) * (to - from) >= 20;
}

/** Hours with less than 30 % of the mean traffic. */
export function quietHours(rates: Rates): Fits {
	return (from, to) => {
		for (let minute = from; minute < to; minute += 30) {
			if (rates.ofHour(minute % DAY) > 0.3 * rates.mean) return false;
		}
		return true;
	};
}

/** Hours with at least mean traffic, at least half of it on that day. */
export function busyHours(rates: Rates): Fits {
	return (from, to) =>
		rates.ofHour(from) >= rates.mean && rates.between(from, to) > 0.5 * rates.mean;
}
