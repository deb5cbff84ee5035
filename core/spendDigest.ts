import { DAY_MS } from './durations.ts';
import type { MicroCents } from './money.ts';
import { percentOf, quotient } from './quotient.ts';
import { utcDay } from './utc.ts';
import { firstInstantAt, wallTimeAt } from './zonedTime.ts';

/** What a day's spend is compared with: four weeks, so that every weekday is in it four times. */
export const HISTORY_DAYS = 28;
const WEEK = 7;
/** One Monday is not yet what Mondays are like. */
const WEEKDAYS_MIN = 2;

export type DaySpend = { calls: number; costMicroCents: MicroCents };

/** A mean, kept as what it is the mean of: `calls` and `costMicroCents` are sums over `days`. */
export type Expectation = DaySpend & { basis: 'sameWeekday' | 'lastDays'; days: number };

/**
 * What a day is expected to cost from the days before, the latest first. The mean of the same weekday, when at least two
 * of them had calls; else of the last seven days. Days before the first call do not count: there was nothing to use yet.
 * Undefined: no day had a call.
 */
export function expectation(before: readonly DaySpend[]): Expectation | undefined {
	const known = before.slice(0, before.findLastIndex(({ calls }) => calls > 0) + 1);
	if (known.length === 0) return undefined;

	const weekdays = known.filter((_, index) => (index + 1) % WEEK === 0);
	const isEnough = weekdays.filter(({ calls }) => calls > 0).length >= WEEKDAYS_MIN;
	const days = isEnough ? weekdays : known.slice(0, WEEK);

	return {
		basis: isEnough ? 'sameWeekday' : 'lastDays',
		days: days.length,
		calls: sumOf(days.map(({ calls }) => calls)),
		costMicroCents: sumOf(days.map(({ costMicroCents }) => costMicroCents)),
	};
}

export type Change = {
	expectedMicroCents: MicroCents;
	/** To the nearest whole call; the effects are of the mean itself. */
	expectedCalls: number;
	changeMicroCents: MicroCents;
	/** With one decimal; null: nothing was expected. */
	changePercent: number | null;
	/** The part of the change that more or fewer calls make, at the expected cost of a call … */
	volumeMicroCents: MicroCents;
	/** … and the rest: dearer or cheaper calls. Both add up to the change. */
	rateMicroCents: MicroCents;
};

/** 45 million USD: what a million times the usual calls would have cost need not be told more exactly. */
const MOST_AT_RATE = 2 ** 52;

/** A day against what was expected of it. */
export function changeFrom(expected: Expectation, actual: DaySpend): Change {
	const expectedMicroCents = quotient(expected.costMicroCents, 1, expected.days);
	const changeMicroCents = actual.costMicroCents - expectedMicroCents;
	// What the day's calls would have cost at the cost of a call that was expected.
	const atExpectedRate =
		expected.calls === 0
			? actual.costMicroCents
			: bounded(quotient(actual.calls, expected.costMicroCents, expected.calls));
	const volumeMicroCents = atExpectedRate - expectedMicroCents;

	return {
		expectedMicroCents,
		expectedCalls: quotient(expected.calls, 1, expected.days),
		changeMicroCents,
		changePercent: percentOf(changeMicroCents, expectedMicroCents),
		volumeMicroCents,
		rateMicroCents: changeMicroCents - volumeMicroCents,
	};
}

export type TenantDays = { tenantId: string; days: readonly DaySpend[] };
export type Mover = DaySpend & {
	tenantId: string;
	/** Null: it had no call before. */
	expectedMicroCents: MicroCents | null;
	changeMicroCents: MicroCents;
	changePercent: number | null;
};

/** The tenants whose day, the first of theirs, is furthest from what was expected of it, up or down. */
export function moversOf(tenants: readonly TenantDays[], most: number): Mover[] {
	return tenants
		.map(({ tenantId, days: [day = NO_SPEND, ...before] }): Mover => {
			const expected = expectation(before);
			const change = expected && changeFrom(expected, day);
			return {
				tenantId,
				...{ calls: day.calls, costMicroCents: day.costMicroCents },
				expectedMicroCents: change?.expectedMicroCents ?? null,
				changeMicroCents: change?.changeMicroCents ?? day.costMicroCents,
				changePercent: change?.changePercent ?? null,
			};
		})
		.filter(({ changeMicroCents }) => changeMicroCents !== 0)
		.sort(
			(a, b) =>
				Math.abs(b.changeMicroCents) - Math.abs(a.changeMicroCents) ||
				(a.tenantId < b.tenantId ? -1 : 1),
		)
		.slice(0, most);
}

export const NO_SPEND: DaySpend = { calls: 0, costMicroCents: 0 };

/** The day's first and last instant and those of the 28 before, the latest first: epoch ms, the end not within. */
export function digestSpans(timeZone: string, day: string): [from: number, to: number][] {
	const midnight = Date.parse(day);
	const begins = (daysBefore: number) => firstInstantAt(timeZone, midnight - daysBefore * DAY_MS);

	return Array.from({ length: HISTORY_DAYS + 1 }, (_, before) => [
		begins(before),
		begins(before - 1),
	]);
}

/** The day some days before the one that clocks in the zone show: `2026-10-14`. */
export function dayBefore(timeZone: string, now: number, days: number): string {
	return utcDay(wallTimeAt(timeZone, now) - days * DAY_MS);
}

function bounded(amount: MicroCents): MicroCents {
	return Math.max(-MOST_AT_RATE, Math.min(amount, MOST_AT_RATE));
}

function sumOf(numbers: readonly number[]): number {
	return numbers.reduce((sum, one) => sum + one, 0);
}
