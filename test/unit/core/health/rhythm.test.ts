import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../../core/durations.ts';
import { Rhythm } from '../../../../core/health/rhythm.ts';
import { NOON } from '../../../support/healthView.ts';

const MIDNIGHT = NOON - 12 * HOUR_MS;

/** Calls every ten minutes of these hours on each of these days (0 is the Wednesday of noon), before `until`. */
function rhythmOf(
	days: readonly number[],
	{ from = 8, to = 20, until = Infinity }: { from?: number; to?: number; until?: number } = {},
): Rhythm {
	const rhythm = new Rhythm();
	for (const day of days) {
		for (let minute = from * 60; minute < to * 60; minute += 10) {
			const at = MIDNIGHT + day * DAY_MS + minute * MINUTE_MS;
			if (at < until) rhythm.add(at);
		}
	}
	return rhythm;
}

/** Wednesday a week ago to today, without the weekend. */
const WORKING_DAYS = [-7, -6, -5, -2, -1, 0];
const at = (day: number, hour: number, minute = 0) =>
	MIDNIGHT + day * DAY_MS + hour * HOUR_MS + minute * MINUTE_MS;

describe('silence of a tenant that is usually active', () => {
	it('is counted from the first quarter without a call', () => {
		const rhythm = rhythmOf(WORKING_DAYS, { until: at(0, 11) });

		expect(rhythm.missedMs(at(0, 11, 14), 0)).toBe(0);
		expect(rhythm.missedMs(at(0, 11, 15), 0)).toBe(15 * MINUTE_MS);
		expect(rhythm.missedMs(at(0, 12), 0)).toBe(HOUR_MS);
	});

	it('ends with the next call', () => {
		const rhythm = rhythmOf(WORKING_DAYS, { until: at(0, 11) });
		rhythm.add(at(0, 12));

		expect(rhythm.missedMs(at(0, 12, 5), 0)).toBe(0);
	});

	it('is none at night and at a weekend', () => {
		const rhythm = rhythmOf(WORKING_DAYS);

		for (let hour = 20; hour < 24 + 8; hour++) expect(rhythm.missedMs(at(0, hour), 0)).toBe(0);
		const untilFriday = rhythmOf(
			[-5, -4, -3, -2, -1, 0, 1, 2].filter((day) => day !== -4 && day !== -3),
		);
		for (let hour = 0; hour < 48; hour++) expect(untilFriday.missedMs(at(3, hour), 0)).toBe(0);
	});

	it('is heard on the morning after, and on a Monday', () => {
		expect(rhythmOf([-6, -5, -2, -1, 0]).missedMs(at(1, 11), 0)).toBeGreaterThanOrEqual(HOUR_MS);
		expect(rhythmOf([-2, -1, 0, 1, 2]).missedMs(at(5, 11), 0)).toBeGreaterThanOrEqual(HOUR_MS);
	});

	it('of a tenant that stopped for good is told of once', () => {
		const rhythm = rhythmOf(WORKING_DAYS, { until: at(0, 11) });
		const told = [];
		let before = false;
		for (let minute = 0; minute < 14 * 1440; minute += 5) {
			const rings = rhythm.missedMs(at(0, 11, minute), 0) >= HOUR_MS;
			if (rings && !before) told.push(minute);
			before = rings;
		}

		expect(told).toEqual([60]);
	});

	it('says nothing of a tenant of less than a week', () => {
		expect(rhythmOf([-6, -5, -2, -1, 0], { until: at(0, 11) }).missedMs(at(0, 12), 0)).toBe(0);
	});

	it('says nothing of an hour that was silent on one of the days', () => {
		const rhythm = rhythmOf([-7, -6, -5, -2, 0], { until: at(0, 11) });

		expect(rhythm.missedMs(at(0, 12), 0)).toBe(0);
	});

	it('leaves out the time in which nobody listened', () => {
		const rhythm = rhythmOf(WORKING_DAYS, { until: at(0, 9) });

		expect(rhythm.missedMs(at(0, 12), at(0, 11, 30))).toBe(30 * MINUTE_MS);
	});

	it('is the same when the hours were read back from the database', () => {
		const rhythm = new Rhythm();
		for (const day of WORKING_DAYS) {
			for (let hour = 8; hour < (day === 0 ? 11 : 20); hour++)
				rhythm.addHour(at(day, hour), 0b1111);
		}

		expect(rhythm.missedMs(at(0, 12), 0)).toBe(HOUR_MS);
	});
});
