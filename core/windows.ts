import { DAY_MS, HOUR_MS, MINUTE_MS, WEEK_MS } from './durations.ts';
import { firstInstantAt, isTimeZone, wallTimeAt } from './zonedTime.ts';

export { isTimeZone } from './zonedTime.ts';

/**
 * The span a limit counts over. `rolling` slides; `calendar` starts anew when a new day, week (Monday, ISO 8601) or
 * month begins in the time zone, an IANA name. Which window a moment belongs to is computed from the clock alone, so
 * there is no reset job that could rot.
 */
export type Window =
	| { kind: 'rolling'; windowMs: number }
	| { kind: 'calendar'; unit: CalendarUnit; timeZone: string };

const CALENDAR_UNITS = ['day', 'week', 'month'] as const;
type CalendarUnit = (typeof CALENDAR_UNITS)[number];
type CalendarWindow = Extract<Window, { kind: 'calendar' }>;

/** In epoch ms; the end is the first moment that is no longer inside. */
export type Span = { readonly start: number; readonly end: number };

/**
 * A rolling window is counted in this many slices. The slice that is partly outside still counts in full, so a limit
 * is never exceeded; capacity comes back at most 1/60 of the window late.
 */
const SLICES = 60;

/** Shorter is a rate no provider states; longer than a leap year would be kept for too long. */
const ROLLING_MS = { min: 1000, max: 366 * DAY_MS };

/**
 * The window that contains `now`. Calendar windows follow one another without gap or overlap, whatever clocks in the
 * zone do: a day begins at the first instant that shows its date or a later one, and takes 23 to 25 hours. A rolling
 * window reaches from the oldest slice that counts to the end of the slice `now` is in.
 */
export function windowSpan(window: Window, now: number): Span {
	if (window.kind === 'calendar') return calendarSpan(window, now);

	return {
		start: oldestSlice(window, now),
		end: sliceStart(window, now) + sliceLengthMs(window),
	};
}

/** Start of the slice (rolling) or window (calendar) that `now` is counted in, in epoch ms. */
export function sliceStart(window: Window, now: number): number {
	if (window.kind === 'calendar') return calendarSpan(window, now).start;
	const sliceMs = sliceLengthMs(window);

	return Math.floor(now / sliceMs) * sliceMs;
}

/** Slices that start before this moment no longer count at `now`. */
export function oldestSlice(window: Window, now: number): number {
	if (window.kind === 'calendar') return sliceStart(window, now);

	return sliceStart(window, now - window.windowMs);
}

/** When everything counted in the slice that starts at `slice` is free again. */
export function sliceFreedAt(window: Window, slice: number): number {
	if (window.kind === 'calendar') return calendarSpan(window, slice).end;

	return slice + window.windowMs + sliceLengthMs(window);
}

/** How long one slice of a rolling window is, in ms. */
export function sliceLengthMs(window: { windowMs: number }): number {
	return Math.max(1, Math.ceil(window.windowMs / SLICES));
}

/** "60s", "5m", "1h" or "day", "week@Europe/Berlin": how a window is written in answers and in limit ids. */
export function windowName(window: Window): string {
	if (window.kind === 'rolling') return formatDuration(window.windowMs);

	return window.timeZone === 'UTC' ? window.unit : `${window.unit}@${window.timeZone}`;
}

/**
 * Reads what `windowName` writes. `timeZone` is for a calendar window that names none. Undefined when it is anything
 * else, an unknown zone, or a rolling window shorter than 1 s or longer than 366 d.
 */
export function parseWindow(text: string, timeZone = 'UTC'): Window | undefined {
	const unit = CALENDAR_UNITS.find((name) => text === name || text.startsWith(`${name}@`));
	if (unit) {
		const zone = text === unit ? timeZone : text.slice(unit.length + 1);
		return isTimeZone(zone) ? { kind: 'calendar', unit, timeZone: zone } : undefined;
	}
	const windowMs = parseDuration(text);
	if (windowMs === undefined || windowMs < ROLLING_MS.min || windowMs > ROLLING_MS.max) {
		return undefined;
	}
	return { kind: 'rolling', windowMs };
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

/** 5 January 1970, the first Monday of the epoch. */
const A_MONDAY = 4 * DAY_MS;

/** Where in wall time the unit that `wallTime` is in starts, and where the one after it does. */
const CALENDAR: Record<
	CalendarUnit,
	{ start: (wallTime: number) => number; next: (start: number) => number }
> = {
	day: {
		start: (wallTime) => Math.floor(wallTime / DAY_MS) * DAY_MS,
		next: (start) => start + DAY_MS,
	},
	week: {
		start: (wallTime) => Math.floor((wallTime - A_MONDAY) / WEEK_MS) * WEEK_MS + A_MONDAY,
		next: (start) => start + WEEK_MS,
	},
	month: {
		start: (wallTime) => firstOfMonth(wallTime, 0),
		next: (start) => firstOfMonth(start, 1),
	},
};

function firstOfMonth(wallTime: number, monthsLater: number): number {
	const date = new Date(wallTime);

	return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + monthsLater, 1);
}

/**
 * The last span of each zone: nearly every ask falls into it, which spares some 20 µs. Spans never move, so it is right
 * also for a clock that runs backwards.
 */
const lastSpans: Record<CalendarUnit, Map<string, Span>> = {
	day: new Map(),
	week: new Map(),
	month: new Map(),
};

function calendarSpan(window: CalendarWindow, now: number): Span {
	const { unit, timeZone } = window;
	const last = lastSpans[unit].get(timeZone);
	if (last && last.start <= now && now < last.end) return last;
	const span = spanFrom(window, CALENDAR[unit].start(wallTimeAt(timeZone, now)), now);
	lastSpans[unit].set(timeZone, span);

	return span;
}

/** Clocks that go back over midnight show the old date again; the window that began before they did goes on. */
function spanFrom(window: CalendarWindow, wallStart: number, now: number): Span {
	const wallEnd = CALENDAR[window.unit].next(wallStart);
	const end = firstInstantAt(window.timeZone, wallEnd);
	if (now >= end) return spanFrom(window, wallEnd, now);

	return { start: firstInstantAt(window.timeZone, wallStart), end };
}
