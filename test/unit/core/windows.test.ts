import fc from 'fast-check';
import {
	formatDuration,
	oldestSlice,
	parseDuration,
	sliceFreedAt,
	sliceStart,
	windowName,
	type Window,
} from '../../../core/windows.ts';

const ROLLING: Window = { kind: 'rolling', windowMs: 60_000 };
const anyWindow = fc.oneof(
	fc
		.integer({ min: 1, max: 40 * 86_400_000 })
		.map((windowMs): Window => ({ kind: 'rolling', windowMs })),
	fc.constantFrom<Window>({ kind: 'calendar', unit: 'day' }, { kind: 'calendar', unit: 'month' }),
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

	it('starts a new month on the first, whatever its length', () => {
		const month: Window = { kind: 'calendar', unit: 'month' };
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
});
