import fc from 'fast-check';
import {
	formatDuration,
	oldestSlice,
	parseDuration,
	parseWindow,
	sliceFreedAt,
	sliceLengthMs,
	sliceStart,
	windowName,
	windowSpan,
	type Window,
} from '../../../core/windows.ts';

const ROLLING: Window = { kind: 'rolling', windowMs: 60_000 };
const anyWindow = fc.oneof(
	fc
		.integer({ min: 1, max: 40 * 86_400_000 })
		.map((windowMs): Window => ({ kind: 'rolling', windowMs })),
	fc.constantFrom<Window>(
		{ kind: 'calendar', unit: 'day', timeZone: 'UTC' },
		{ kind: 'calendar', unit: 'week', timeZone: 'UTC' },
		{ kind: 'calendar', unit: 'month', timeZone: 'UTC' },
		{ kind: 'calendar', unit: 'day', timeZone: 'Europe/Berlin' },
	),
);
const anyTime = fc.integer({ min: 1_700_000_000_000, max: 2_000_000_000_000 });

describe('windows', () => {
	it('counts a use for at least its whole rolling window', () => {
		fc.assert(
			fc.property(anyTime, fc.nat(59_999), (at, age) => {
				expect(sliceStart(ROLLING, at)).toBeGreaterThanOrEqual(oldestSlice(ROLLING, at + age));
			}),
		);
	});

	it('frees a slice exactly when it no longer counts', () => {
		fc.assert(
			fc.property(anyWindow, anyTime, (window, at) => {
				const slice = sliceStart(window, at);
				const freed = sliceFreedAt(window, slice);
				expect(oldestSlice(window, freed)).toBeGreaterThan(slice);
				expect(oldestSlice(window, freed - 1)).toBeLessThanOrEqual(slice);
			}),
		);
	});

	it('spans from the oldest slice that counts to the end of the newest', () => {
		const now = Date.UTC(2026, 10, 21, 12, 0, 30, 500);

		expect(windowSpan(ROLLING, now)).toEqual({
			start: Date.UTC(2026, 10, 21, 11, 59, 30),
			end: Date.UTC(2026, 10, 21, 12, 0, 31),
		});
		expect(sliceLengthMs(ROLLING)).toBe(1000);
	});

	it('starts a new month on the first, whatever its length', () => {
		const month: Window = { kind: 'calendar', unit: 'month', timeZone: 'UTC' };
		const leapDay = Date.UTC(2028, 1, 29, 23, 59, 59, 999);

		expect(sliceStart(month, leapDay)).toBe(Date.UTC(2028, 1, 1));
		expect(sliceFreedAt(month, Date.UTC(2028, 1, 1))).toBe(Date.UTC(2028, 2, 1));
		expect(sliceFreedAt(month, Date.UTC(2028, 11, 1))).toBe(Date.UTC(2029, 0, 1));
	});

	it('writes durations as it reads them', () => {
		expect(['90s', '5m', '1h', '7d'].map(parseDuration)).toEqual([
			90_000, 300_000, 3_600_000, 604_800_000,
		]);
		expect(['', '0s', '1', '1w', '-1h', '1.5h', ' 1h'].map(parseDuration)).toEqual(
			Array(7).fill(undefined),
		);
		expect([90_000, 300_000, 1].map(formatDuration)).toEqual(['90s', '5m', '1ms']);
		expect(windowName(ROLLING)).toBe('1m');
	});

	it('reads the names it writes', () => {
		const count = fc.integer({ min: 1, max: 366 }).map(String);
		const rolling = fc
			.tuple(count, fc.constantFrom('s', 'm', 'h', 'd'))
			.map((text) => text.join(''));
		const calendar = fc
			.tuple(
				fc.constantFrom('day', 'week', 'month'),
				fc.constantFrom('', ...Intl.supportedValuesOf('timeZone').map((zone) => `@${zone}`)),
			)
			.map((text) => text.join(''));
		fc.assert(
			fc.property(fc.oneof(rolling, calendar), (text) => {
				const window = parseWindow(text);
				expect(window && parseWindow(windowName(window))).toEqual(window);
				expect(window).toBeDefined();
			}),
		);
		const names = ['5m', '1h', 'day', 'week', 'month', 'week@Europe/Berlin'];
		expect(names.map((name) => parseWindow(name)).map((w) => w && windowName(w))).toEqual(names);
	});

	it('gives a calendar window that names no zone the one it is told', () => {
		const day = { kind: 'calendar', unit: 'day' };

		expect(parseWindow('day')).toEqual({ ...day, timeZone: 'UTC' });
		expect(parseWindow('day@UTC')).toEqual({ ...day, timeZone: 'UTC' });
		expect(parseWindow('day', 'Asia/Kathmandu')).toEqual({ ...day, timeZone: 'Asia/Kathmandu' });
		expect(parseWindow('day@Asia/Tokyo', 'UTC')).toEqual({ ...day, timeZone: 'Asia/Tokyo' });
	});

	it('reads nothing that is not a window', () => {
		const texts = ['', 'Day', 'year', 'days', 'day@', 'day@Atlantis', 'day@+01:00', 'day@UTC@UTC'];

		expect(texts.map((text) => parseWindow(text))).toEqual(texts.map(() => undefined));
		expect(parseWindow('day', 'Atlantis')).toBeUndefined();
		expect(parseWindow('5m@UTC')).toBeUndefined();
	});

	it('rolls over one second at least and 366 days at most', () => {
		expect(parseWindow('1s')).toEqual({ kind: 'rolling', windowMs: 1000 });
		expect(parseWindow('366d')).toEqual({ kind: 'rolling', windowMs: 366 * 86_400_000 });
		expect(['0s', '367d', '8785h', '1ms'].map((text) => parseWindow(text))).toEqual(
			Array(4).fill(undefined),
		);
	});
});
