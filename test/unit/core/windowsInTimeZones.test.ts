import { HOUR_MS } from '../../../core/durations.ts';
import { sliceFreedAt, sliceStart, windowSpan, type Window } from '../../../core/windows.ts';

type Unit = 'day' | 'week' | 'month';

const calendar = (unit: Unit, timeZone: string): Window => ({ kind: 'calendar', unit, timeZone });
const utc = (instant: number) => new Date(instant).toISOString().replace('.000Z', 'Z');

/** The window of the given name that contains an instant: where it starts in UTC, and its length. */
function windowAt(unit: Unit, timeZone: string, instant: string) {
	const { start, end } = windowSpan(calendar(unit, timeZone), Date.parse(instant));

	return { start: utc(start), hours: (end - start) / HOUR_MS };
}

describe('days', () => {
	it('take 23 hours when clocks go forward and 25 when they go back', () => {
		const days = [
			windowAt('day', 'Europe/Berlin', '2026-03-29T12:00:00Z'),
			windowAt('day', 'Europe/Berlin', '2026-10-25T12:00:00Z'),
			windowAt('day', 'America/New_York', '2026-03-08T12:00:00Z'),
			windowAt('day', 'America/New_York', '2026-11-01T12:00:00Z'),
		];

		expect(days).toEqual([
			{ start: '2026-03-28T23:00:00Z', hours: 23 },
			{ start: '2026-10-24T22:00:00Z', hours: 25 },
			{ start: '2026-03-08T05:00:00Z', hours: 23 },
			{ start: '2026-11-01T04:00:00Z', hours: 25 },
		]);
	});

	it('change by half an hour where clocks do', () => {
		expect(windowAt('day', 'Australia/Lord_Howe', '2026-10-04T00:00:00Z')).toEqual({
			start: '2026-10-03T13:30:00Z',
			hours: 23.5,
		});
		expect(windowAt('day', 'Australia/Lord_Howe', '2026-04-05T00:00:00Z')).toEqual({
			start: '2026-04-04T13:00:00Z',
			hours: 24.5,
		});
	});

	it('begin at the first instant of their date where clocks jump over midnight', () => {
		const days = [
			windowAt('day', 'America/Sao_Paulo', '2018-11-04T12:00:00Z'),
			windowAt('day', 'Asia/Beirut', '2026-03-29T12:00:00Z'),
			windowAt('day', 'Africa/Cairo', '2026-04-24T12:00:00Z'),
		];

		expect(days).toEqual([
			{ start: '2018-11-04T03:00:00Z', hours: 23 },
			{ start: '2026-03-28T22:00:00Z', hours: 23 },
			{ start: '2026-04-23T22:00:00Z', hours: 23 },
		]);
	});

	it('go on for an hour where clocks go back at midnight', () => {
		expect(windowAt('day', 'America/Sao_Paulo', '2019-02-17T02:30:00Z')).toEqual({
			start: '2019-02-16T02:00:00Z',
			hours: 25,
		});
	});

	it('begin once, at the first midnight, where midnight comes twice', () => {
		const day = { start: '2026-11-01T04:00:00Z', hours: 25 };

		expect(windowAt('day', 'America/Havana', '2026-11-01T04:30:00Z')).toEqual(day);
		expect(windowAt('day', 'America/Havana', '2026-11-01T05:30:00Z')).toEqual(day);
		expect(windowAt('day', 'America/Havana', '2026-11-01T12:00:00Z')).toEqual(day);
	});

	it('do not begin a second time where clocks go back over midnight into the old month', () => {
		const minuteOfNovember = Date.parse('2009-11-01T02:30:30Z');
		const shownAsOctoberAgain = Date.parse('2009-11-01T03:00:00Z');

		for (const unit of ['day', 'month'] as const) {
			const window = calendar(unit, 'America/St_Johns');
			const { start } = windowSpan(window, minuteOfNovember);
			expect(utc(start)).toBe('2009-11-01T02:30:00Z');
			expect(sliceStart(window, shownAsOctoberAgain)).toBe(start);
		}
	});

	it('begin on the quarter hour where a zone is off by one', () => {
		expect(windowAt('day', 'Asia/Kathmandu', '2026-11-21T18:14:59.999Z')).toEqual({
			start: '2026-11-20T18:15:00Z',
			hours: 24,
		});
		expect(windowAt('day', 'Asia/Kathmandu', '2026-11-21T18:15:00Z').start).toBe(
			'2026-11-21T18:15:00Z',
		);
	});

	it('follow one another where a date was left out', () => {
		const lastMoment = '2011-12-30T09:59:59.999Z';

		expect(windowAt('day', 'Pacific/Apia', lastMoment)).toEqual({
			start: '2011-12-29T10:00:00Z',
			hours: 24,
		});
		expect(windowAt('day', 'Pacific/Apia', '2011-12-30T10:00:00Z')).toEqual({
			start: '2011-12-30T10:00:00Z',
			hours: 24,
		});
		expect(windowAt('week', 'Pacific/Apia', lastMoment).hours).toBe(6 * 24);
		expect(windowAt('month', 'Pacific/Apia', lastMoment).hours).toBe(30 * 24);
	});
});

describe('weeks', () => {
	it('begin on Monday, on Sunday evening in UTC for a zone east of it', () => {
		expect(windowAt('week', 'UTC', '2026-11-22T23:59:59.999Z')).toEqual({
			start: '2026-11-16T00:00:00Z',
			hours: 7 * 24,
		});
		expect(windowAt('week', 'Europe/Berlin', '2026-11-22T23:00:00Z').start).toBe(
			'2026-11-22T23:00:00Z',
		);
	});

	it('go on over new year', () => {
		const week = { start: '2026-12-28T05:00:00Z', hours: 7 * 24 };

		expect(windowAt('week', 'America/New_York', '2026-12-31T12:00:00Z')).toEqual(week);
		expect(windowAt('week', 'America/New_York', '2027-01-04T04:59:59.999Z')).toEqual(week);
	});

	it('take an hour less or more when clocks change', () => {
		expect(windowAt('week', 'Europe/Berlin', '2026-03-29T12:00:00Z').hours).toBe(7 * 24 - 1);
		expect(windowAt('week', 'Europe/Berlin', '2026-10-25T12:00:00Z').hours).toBe(7 * 24 + 1);
	});
});

describe('months', () => {
	it('are as long as the calendar says, and an hour off when clocks change', () => {
		const hours = Array.from({ length: 12 }, (_, month) => {
			const middle = new Date(Date.UTC(2026, month, 15)).toISOString();

			return windowAt('month', 'Europe/Berlin', middle).hours;
		});

		expect(hours).toEqual([
			31 * 24,
			28 * 24,
			31 * 24 - 1,
			...[30, 31, 30, 31, 31, 30].map((days) => days * 24),
			31 * 24 + 1,
			30 * 24,
			31 * 24,
		]);
	});

	it('give February a 29th every fourth year, and every hundredth none', () => {
		const days = [2026, 2028, 2100].map(
			(year) => windowAt('month', 'Asia/Kathmandu', `${year}-02-10T00:00:00Z`).hours / 24,
		);

		expect(days).toEqual([28, 29, 28]);
	});

	it('change at midnight of the zone, not of UTC', () => {
		const newYearInAuckland = Date.parse('2026-12-31T11:00:00Z');
		const month = calendar('month', 'Pacific/Auckland');

		expect(sliceStart(month, newYearInAuckland - 1)).toBe(Date.parse('2026-11-30T11:00:00Z'));
		expect(sliceFreedAt(month, newYearInAuckland - 1)).toBe(newYearInAuckland);
		expect(sliceStart(month, newYearInAuckland)).toBe(newYearInAuckland);
	});
});

describe('a clock that runs backwards', () => {
	it('is answered as if it had always run forwards', () => {
		const window = calendar('day', 'Europe/Berlin');
		const midnight = Date.parse('2026-10-24T22:00:00Z');
		const steps = [1, -1, 26 * HOUR_MS, 0, 25 * HOUR_MS - 1, 25 * HOUR_MS, -1];

		const starts = steps.map((step) => sliceStart(window, midnight + step) - midnight);

		const [today, yesterday, tomorrow] = [0, -24 * HOUR_MS, 25 * HOUR_MS];
		expect(starts).toEqual([today, yesterday, tomorrow, today, today, tomorrow, yesterday]);
	});
});
