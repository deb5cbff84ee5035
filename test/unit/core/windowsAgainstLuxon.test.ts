import fc from 'fast-check';
import { DateTime, IANAZone } from 'luxon';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../core/durations.ts';
import { sliceFreedAt, sliceStart, windowSpan, type Window } from '../../../core/windows.ts';

type Calendar = Extract<Window, { kind: 'calendar' }>;
type Moment = { timeZone: string; now: number };

const FROM = Date.UTC(2000, 0, 1);
const TO = Date.UTC(2041, 0, 1);

/** Clocks here change at or near midnight, by half an hour, by a day, or by decree. */
const CHANGEABLE = [
	'Africa/Cairo',
	'Africa/Casablanca',
	'America/Havana',
	'America/Nuuk',
	'America/Sao_Paulo',
	'America/St_Johns',
	'Asia/Amman',
	'Asia/Beirut',
	'Asia/Gaza',
	'Asia/Tehran',
	'Atlantic/Azores',
	'Australia/Lord_Howe',
	'Europe/Berlin',
	'Pacific/Apia',
];

const anyMoment = fc.record<Moment>({
	timeZone: fc.constantFrom('UTC', ...Intl.supportedValuesOf('timeZone')),
	now: fc.integer({ min: FROM, max: TO - 1 }),
});
const momentNearClockChange = fc
	.constantFrom(...CHANGEABLE.flatMap(clockChanges))
	.chain(({ timeZone, now }) =>
		fc
			.integer({ min: -36 * HOUR_MS, max: 36 * HOUR_MS })
			.map((step): Moment => ({ timeZone, now: now + step })),
	);
const asked = fc.record({
	unit: fc.constantFrom<Calendar['unit']>('day', 'week', 'month'),
	moment: fc.oneof(anyMoment, momentNearClockChange),
});

/** Runs a check over windows of every unit, at any time in any zone and close to clock changes. */
function holds(check: (window: Calendar, now: number) => void): void {
	fc.assert(
		fc.property(asked, ({ unit, moment: { timeZone, now } }) => {
			check({ kind: 'calendar', unit, timeZone }, now);
		}),
		{ numRuns: 2000 },
	);
}

describe('a calendar window', () => {
	it('contains the moment it was asked for', () => {
		holds((window, now) => {
			const { start, end } = windowSpan(window, now);
			expect(start).toBeLessThanOrEqual(now);
			expect(end).toBeGreaterThan(now);
		});
	});

	it('ends where the next one starts and starts where the one before ends', () => {
		holds((window, now) => {
			const { start, end } = windowSpan(window, now);
			expect(windowSpan(window, end).start).toBe(end);
			expect(windowSpan(window, start - 1).end).toBe(start);
		});
	});

	it('is the same one for every moment in it', () => {
		holds((window, now) => {
			const { start, end } = windowSpan(window, now);
			for (const moment of [start, Math.floor((start + end) / 2), end - 1]) {
				expect(sliceStart(window, moment)).toBe(start);
				expect(sliceFreedAt(window, moment)).toBe(end);
			}
		});
	});

	it('starts where luxon starts it, unless clocks change within an hour of that', () => {
		// Then luxon starts a day whose midnight comes twice at either one, and a repeated last hour is a day of its own.
		holds((window, now) => {
			const { start } = windowSpan(window, now);
			if (offsetAt(window.timeZone, start - HOUR_MS) !== offsetAt(window.timeZone, start + HOUR_MS))
				return;
			const luxon = DateTime.fromMillis(now, { zone: window.timeZone }).startOf(window.unit);
			expect(start).toBe(luxon.toMillis());
		});
	});

	it('starts at the first instant that shows its date', () => {
		holds((window, now) => {
			const { start } = windowSpan(window, now);
			const dateOf = (instant: number) =>
				Math.floor((instant + offsetAt(window.timeZone, instant)) / DAY_MS);
			const earlier = [1, ...Array.from({ length: 26 * 4 }, (_, i) => (i + 1) * 15 * MINUTE_MS)];
			const dates = earlier.map((ms) => dateOf(start - ms));
			expect(Math.max(...dates)).toBeLessThan(dateOf(start));
		});
	});
});

function offsetAt(timeZone: string, instant: number): number {
	return IANAZone.create(timeZone).offset(instant) * MINUTE_MS;
}

/** The days, to within one, on which clocks in a zone change. */
function clockChanges(timeZone: string): Moment[] {
	const changes: Moment[] = [];
	for (let now = FROM; now < TO; now += DAY_MS) {
		if (offsetAt(timeZone, now) !== offsetAt(timeZone, now - DAY_MS))
			changes.push({ timeZone, now });
	}
	return changes;
}
