import fc from 'fast-check';
import { DateTime } from 'luxon';
import {
	isBusinessTime,
	parseBusinessHours,
	type BusinessHours,
} from '../../../core/businessHours.ts';

const hours = (text: string): BusinessHours => {
	const parsed = parseBusinessHours(text);
	if (!parsed) throw new Error(`not business hours: ${text}`);
	return parsed;
};
const at = (text: string, timeZone: string) =>
	DateTime.fromISO(text, { zone: timeZone }).toMillis();

describe('business hours', () => {
	it('are read as days, a span of the day and a time zone', () => {
		expect(parseBusinessHours('Mon-Fri 09:00-18:00 Europe/Berlin')).toEqual({
			days: [false, true, true, true, true, true, false],
			fromMinute: 540,
			untilMinute: 1080,
			timeZone: 'Europe/Berlin',
		});
		const { days } = hours('Fri-Mon,Wed 00:00-24:00 UTC');
		expect(days).toEqual([true, true, false, true, false, true, true]);
	});

	it.each([
		...['', 'Mon-Fri', 'Mon-Fri 09:00-18:00', 'Mon-Fri 9-18 UTC', 'mon-fri 09:00-18:00 UTC'],
		...['Mon-Fri 09:00-18:00 Berlin', 'Mon-Fri 09:00-24:01 UTC', 'Mon-Fri 24:00-09:00 UTC'],
		...['Mon-Fri 09:60-18:00 UTC', 'Mon-Fri 09:00-09:00 UTC', 'Mon-Wed-Fri 09:00-18:00 UTC'],
		...[',Mon 09:00-18:00 UTC', 'Mon-Fri 09:00-18:00 UTC ', 'Mon-Fri  09:00-18:00 UTC'],
	])('that are written otherwise are refused: "%s"', (text) => {
		expect(parseBusinessHours(text)).toBeUndefined();
	});

	it('begin with their first minute and end before their last one', () => {
		const office = hours('Mon-Fri 09:00-18:00 Europe/Berlin');
		const isOpen = (text: string) => isBusinessTime(office, at(text, 'Europe/Berlin'));

		expect(isOpen('2026-10-14T08:59:59.999')).toBe(false);
		expect(isOpen('2026-10-14T09:00')).toBe(true);
		expect(isOpen('2026-10-14T17:59:59.999')).toBe(true);
		expect(isOpen('2026-10-14T18:00')).toBe(false);
		expect(isOpen('2026-10-17T12:00')).toBe(false);
	});

	it('over midnight belong to the day they begin on', () => {
		const night = hours('Fri 22:00-06:00 UTC');
		const isOpen = (text: string) => isBusinessTime(night, at(text, 'UTC'));

		expect(isOpen('2026-10-16T21:59')).toBe(false);
		expect(isOpen('2026-10-16T22:00')).toBe(true);
		expect(isOpen('2026-10-17T05:59')).toBe(true);
		expect(isOpen('2026-10-17T06:00')).toBe(false);
		expect(isOpen('2026-10-16T05:00')).toBe(false);
	});

	it('follow the clocks of the zone through the change to and from summer time', () => {
		const office = hours('Mon-Sun 09:00-18:00 Europe/Berlin');
		const isOpen = (utc: string) => isBusinessTime(office, at(utc, 'UTC'));

		expect(isOpen('2026-03-28T08:00')).toBe(true);
		expect(isOpen('2026-03-28T07:59')).toBe(false);
		expect(isOpen('2026-03-29T07:00')).toBe(true);
		expect(isOpen('2026-10-25T07:00')).toBe(false);
		expect(isOpen('2026-10-25T08:00')).toBe(true);
	});

	it('agree with luxon at any time in any zone', () => {
		const zones = fc.constantFrom('UTC', ...Intl.supportedValuesOf('timeZone'));
		const times = fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2041, 0) });
		fc.assert(
			fc.property(zones, times, (timeZone, now) => {
				const { weekday, hour } = DateTime.fromMillis(now, { zone: timeZone });
				const expected = weekday <= 5 && hour >= 9 && hour < 18;

				const office = hours(`Mon-Fri 09:00-18:00 ${timeZone}`);
				expect(isBusinessTime(office, now)).toBe(expected);
			}),
			{ numRuns: 300 },
		);
	});

	it('that nobody set are never', () => {
		expect(isBusinessTime(null, Date.UTC(2026, 9, 14, 12))).toBe(false);
	});
});
