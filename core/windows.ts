import { DAY_MS, HOUR_MS, MINUTE_MS } from './durations.ts';

/**
 * The span a limit counts over. `rolling` slides; `calendar` starts anew at UTC midnight or on the first of the month.
 * Which window a moment belongs to is computed from the clock alone, so there is no reset job that could rot.
 */
export type Window =
	| { kind: 'rolling'; windowMs: number }
	| { kind: 'calendar'; unit: 'day' | 'month' };

/**
 * A rolling window is counted in this many slices. The slice that is partly outside still counts in full, so a limit
 * is never exceeded; capacity comes back at most 1/60 of the window late.
 */
const SLICES = 60;

/** Start of the slice (rolling) or window (calendar) that `now` is counted in, in epoch ms. */
export function sliceStart(window: Window, now: number): number {
	if (window.kind === 'rolling') {
		const sliceMs = sliceLengthMs(window);
		return Math.floor(now / sliceMs) * sliceMs;
	}
	const date = new Date(now);

	return Date.UTC(
		date.getUTCFullYear(),
		date.getUTCMonth(),
		window.unit === 'day' ? date.getUTCDate() : 1,
	);
}

/** Slices that start before this moment no longer count at `now`. */
export function oldestSlice(window: Window, now: number): number {
	if (window.kind === 'calendar') return sliceStart(window, now);

	return sliceStart(window, now - window.windowMs);
}

/** When everything counted in the slice that starts at `slice` is free again. */
export function sliceFreedAt(window: Window, slice: number): number {
	if (window.kind === 'rolling') return slice + window.windowMs + sliceLengthMs(window);
	const date = new Date(slice);

	return window.unit === 'day'
		? slice + DAY_MS
		: Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
}

/** "60s", "5m", "1h" or "day", "month": how a window is written in answers and in limit ids. */
export function windowName(window: Window): string {
	return window.kind === 'calendar' ? window.unit : formatDuration(window.windowMs);
}

const UNITS: readonly (readonly [string, number])[] = [
	['d', DAY_MS],
	['h', HOUR_MS],
	['m', MINUTE_MS],
	['s', 1000],
];

export function formatDuration(durationMs: number): string {
	const unit = UNITS.find(([, ms]) => durationMs >= ms && durationMs % ms === 0);

	return unit ? `${durationMs / unit[1]}${unit[0]}` : `${durationMs}ms`;
}

/** "90s", "5m", "1h", "7d" → milliseconds; undefined when it is anything else. */
export function parseDuration(text: string): number | undefined {
	const match = /^([1-9]\d{0,5})([smhd])$/.exec(text);
	const ms = UNITS.find(([name]) => name === match?.[2])?.[1];

	return match && ms ? Number(match[1]) * ms : undefined;
}

function sliceLengthMs(window: { windowMs: number }): number {
	return Math.max(1, Math.ceil(window.windowMs / SLICES));
}
