import fc from 'fast-check';
import {
	changeFrom,
	dayBefore,
	digestSpans,
	expectation,
	HISTORY_DAYS,
	moversOf,
	type DaySpend,
} from '../../../core/spendDigest.ts';

const spend = (calls: number, costMicroCents: number): DaySpend => ({ calls, costMicroCents });
const NONE = spend(0, 0);
/** The days before a day, the latest first; what is not given had no calls. */
const before = (days: Record<number, DaySpend>): DaySpend[] =>
	Array.from({ length: HISTORY_DAYS }, (_, index) => days[index + 1] ?? NONE);

const anySpend = fc
	.tuple(fc.nat({ max: 10 ** 6 }), fc.integer({ min: -(10 ** 10), max: 10 ** 13 }))
	.map(([calls, cost]) => spend(calls, calls === 0 ? 0 : cost));
const anyHistory = fc.array(anySpend, { maxLength: HISTORY_DAYS });

describe('what is expected of a day', () => {
	it('is the mean of the same weekday, when two of them had calls', () => {
		const history = before({ 1: spend(9, 900), 7: spend(4, 100), 21: spend(2, 200) });

		expect(expectation(history)).toEqual({
			...{ basis: 'sameWeekday', days: 3, calls: 6, costMicroCents: 300 },
		});
	});

	it('is the mean of the last seven days, when only one of them had', () => {
		const history = before({ 1: spend(9, 700), 7: spend(5, 700), 8: spend(1, 1) });

		expect(expectation(history)).toEqual({
			...{ basis: 'lastDays', days: 7, calls: 14, costMicroCents: 1400 },
		});
	});

	it('does not count days before the first call', () => {
		expect(expectation(before({ 2: spend(3, 300) }))).toMatchObject({ basis: 'lastDays', days: 2 });
	});

	it('is unknown when nothing was used before', () => {
		expect(expectation(before({}))).toBeUndefined();
		expect(expectation([])).toBeUndefined();
	});

	it('of a day like all the days before is that day', () => {
		fc.assert(
			fc.property(anySpend, fc.integer({ min: 1, max: HISTORY_DAYS }), (day, known) => {
				const expected = expectation(Array.from({ length: known }, () => day));
				fc.pre(expected !== undefined);

				expect(changeFrom(expected, day)).toMatchObject({
					...{ expectedCalls: day.calls, expectedMicroCents: day.costMicroCents },
					...{ changeMicroCents: 0, volumeMicroCents: 0, rateMicroCents: 0 },
				});
			}),
		);
	});
});

describe('a change from what was expected', () => {
	const expected = { basis: 'lastDays', days: 2, calls: 200, costMicroCents: 2000 } as const;

	it.each([
		['more calls', spend(150, 1500), 500, 0],
		['dearer calls', spend(100, 1500), 0, 500],
		['more and cheaper calls', spend(300, 1500), 2000, -1500],
		['no calls', NONE, -1000, 0],
	])('is made by %s', (_what, day, volumeMicroCents, rateMicroCents) => {
		expect(changeFrom(expected, day)).toMatchObject({ volumeMicroCents, rateMicroCents });
	});

	it('is all volume when no call was expected, and has no percentage', () => {
		const nothing = { basis: 'lastDays', days: 7, calls: 0, costMicroCents: 0 } as const;

		expect(changeFrom(nothing, spend(5, 70))).toMatchObject({
			...{ changePercent: null, volumeMicroCents: 70, rateMicroCents: 0 },
		});
	});

	it('is exactly what volume and rate add up to, and they are whole micro-cents', () => {
		fc.assert(
			fc.property(anyHistory, anySpend, (history, day) => {
				const known = expectation(history);
				fc.pre(known !== undefined);
				const change = changeFrom(known, day);
				const { expectedMicroCents, volumeMicroCents, rateMicroCents } = change;

				expect(volumeMicroCents + rateMicroCents).toBe(change.changeMicroCents);
				expect(expectedMicroCents + change.changeMicroCents).toBe(day.costMicroCents);
				expect([volumeMicroCents, rateMicroCents].every(Number.isSafeInteger)).toBe(true);
			}),
		);
	});

	it('stays exact when a loop makes a million times as many calls as a dear day had', () => {
		const dear = { basis: 'lastDays', days: 1, calls: 1, costMicroCents: 9_446_172_330 } as const;
		const { changeMicroCents, volumeMicroCents, rateMicroCents } = changeFrom(
			dear,
			spend(953_529, 0),
		);

		expect([volumeMicroCents, rateMicroCents].every(Number.isSafeInteger)).toBe(true);
		expect(volumeMicroCents + rateMicroCents).toBe(changeMicroCents);
	});
});

describe('the tenants furthest from what was expected', () => {
	it('are those with the largest difference, up or down, also new ones and those that stopped', () => {
		const steady = Array.from({ length: 8 }, () => spend(1, 100));
		const movers = moversOf(
			[
				{ tenantId: 'steady', days: steady },
				{ tenantId: 'stopped', days: [NONE, ...steady] },
				{ tenantId: 'new', days: [spend(2, 70)] },
				{ tenantId: 'grown', days: [spend(5, 500), ...steady] },
			],
			10,
		);

		expect(movers.map(({ tenantId, changeMicroCents }) => [tenantId, changeMicroCents])).toEqual([
			['grown', 400],
			['stopped', -100],
			['new', 70],
		]);
		expect(movers.at(-1)).toMatchObject({ expectedMicroCents: null, changePercent: null });
	});

	it('are at most as many as asked for, and none is further than the last of them', () => {
		const tenants = fc
			.uniqueArray(fc.string(), { maxLength: 8 })
			.chain((names) =>
				fc.tuple(
					...names.map((tenantId) => anyHistory.map((days) => ({ tenantId, days: [...days] }))),
				),
			);
		fc.assert(
			fc.property(tenants, fc.integer({ min: 1, max: 5 }), (all, most) => {
				const sizes = moversOf(all, 100).map((one) => Math.abs(one.changeMicroCents));
				const shown = moversOf(all, most).map((one) => Math.abs(one.changeMicroCents));

				expect(shown).toEqual(sizes.toSorted((a, b) => b - a).slice(0, most));
			}),
		);
	});
});

describe('the days of a report', () => {
	it('follow each other without a gap, also when clocks change', () => {
		const spans = digestSpans('Europe/Berlin', '2026-10-25');

		expect(spans).toHaveLength(HISTORY_DAYS + 1);
		expect(spans[0]).toEqual([Date.UTC(2026, 9, 24, 22), Date.UTC(2026, 9, 25, 23)]);
		for (const [index, [, to]] of spans.slice(1).entries()) expect(to).toBe(spans[index]?.[0]);
	});

	it('are those that clocks in the zone show', () => {
		const lateEvening = Date.UTC(2026, 9, 14, 23);

		expect(dayBefore('Europe/Berlin', lateEvening, 0)).toBe('2026-10-15');
		expect(dayBefore('UTC', lateEvening, 1)).toBe('2026-10-13');
	});
});
