import { DAY_MS, MINUTE_MS } from './durations.ts';
import { isTimeZone, wallTimeAt } from './zonedTime.ts';

/** When people work, by the clocks of one zone. */
export type BusinessHours = {
	/** By day of the week, Sunday first. */
	days: readonly boolean[];
	/** Minutes after midnight; the end is the first minute outside. An end before the start is on the next day. */
	fromMinute: number;
	untilMinute: number;
	/** IANA name. */
	timeZone: string;
};

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const FORM = /^(\S+) (\d\d):([0-5]\d)-(\d\d):([0-5]\d) (\S+)$/;
const LAST_MINUTE = 24 * 60;

/**
 * Reads "Mon-Fri 09:00-18:00 Europe/Berlin": days in ranges and lists ("Mon,Wed,Fri-Sun"), a span of the day up to 24:00
 * or over midnight, and a time zone. Undefined when it is anything else.
 */
export function parseBusinessHours(text: string): BusinessHours | undefined {
	const [, dayText = '', fromHour, from, untilHour, until, timeZone = ''] = FORM.exec(text) ?? [];
	const days = parseDays(dayText);
	const fromMinute = Number(fromHour) * 60 + Number(from);
	const untilMinute = Number(untilHour) * 60 + Number(until);
	const inDay = fromMinute < LAST_MINUTE && untilMinute <= LAST_MINUTE;
	if (!days || !inDay || fromMinute === untilMinute || !isTimeZone(timeZone)) return undefined;

	return { days, fromMinute, untilMinute, timeZone };
}

/** Whether people work now; `null`: nobody said when they do, so nobody has to be kept room for. */
export function isBusinessTime(hours: BusinessHours | null, at: number): boolean {
	if (hours === null) return false;
	const { days, fromMinute, untilMinute, timeZone } = hours;
	const wallTime = wallTimeAt(timeZone, at);
	const today = new Date(wallTime).getUTCDay();
	const minute = Math.floor((wallTime % DAY_MS) / MINUTE_MS);
	const startsToday = days[today] === true && minute >= fromMinute;
	if (fromMinute < untilMinute) return startsToday && minute < untilMinute;

	return startsToday || (days[(today + 6) % 7] === true && minute < untilMinute);
}

function parseDays(text: string): boolean[] | undefined {
	const days = DAYS.map(() => false);
	for (const range of text.split(',')) {
		const [first = '', last = first, ...more] = range.split('-');
		const from = DAYS.indexOf(first);
		const until = DAYS.indexOf(last);
		if (from < 0 || until < 0 || more.length > 0) return undefined;
		// "Fri-Mon" goes over the end of the week.
		const count = ((until - from + 7) % 7) + 1;
		for (let step = 0; step < count; step++) days[(from + step) % 7] = true;
	}
	return days;
}
