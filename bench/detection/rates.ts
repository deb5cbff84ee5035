import { DAY, HOUR, MINUTES } from './calendar.ts';
import type { Request } from './request.ts';

/** How busy a tenant is without incidents, in requests a minute: what events are placed and sized by. */
export type Rates = {
	mean: number;
	meanCostMicroCents: number;
	/** Mean of the minutes `from` … before `to`. */
	between(from: number, to: number): number;
	/** Mean of the hour of day that holds `minute`, in the first week. */
	ofHour(minute: number): number;
	/** What is going on around `minute`, at least half the mean. */
	around(minute: number): number;
};

export function ratesOf(requests: readonly Request[]): Rates {
	const before = new Float64Array(MINUTES + 1);
	let cost = 0;
	for (const request of requests) {
		const after = Math.floor(request.time / 60) + 1;
		before[after] = (before[after] ?? 0) + 1;
		cost += request.costMicroCents;
	}
	for (let minute = 0; minute < MINUTES; minute++) {
		before[minute + 1] = (before[minute + 1] ?? 0) + (before[minute] ?? 0);
	}
	const mean = requests.length / MINUTES;
	const between = (from: number, to: number) => {
		const start = Math.max(0, from);
		const end = Math.min(MINUTES, to);

		return ((before[end] ?? 0) - (before[start] ?? 0)) / Math.max(1, end - start);
	};
	const hours = Array.from({ length: 24 }, (_, hour) => {
		let sum = 0;
		for (let day = 0; day < 7; day++) {
			const start = day * DAY + hour * HOUR;
			sum += between(start, start + HOUR);
		}
		return sum / 7;
	});
	return {
		mean,
		meanCostMicroCents: cost / MINUTES,
		between,
		ofHour: (minute) => hours[Math.floor((minute % DAY) / HOUR)] ?? 0,
		around: (minute) => Math.max(between(minute - 30, minute + 30), 0.5 * mean),
	};
}
