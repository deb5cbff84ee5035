import fc from 'fast-check';
import { backtest, BACKTEST_CALLS_MAX } from '../../../anomaly-service/src/stages/backtest.ts';
import { assumptionsOf } from '../../../anomaly-service/src/stages/backtestAssumptions.ts';
import type { BacktestChanges } from '../../../anomaly-service/src/stages/backtestSettings.ts';
import type { Limit } from '../../../core/limits.ts';
import { historyDatabase, type History, type PastCall } from '../../support/backtestHistory.ts';

const USD = 100_000_000;
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const NOON = Date.UTC(2026, 9, 14, 12);
const span = { tenantId: 'acme', from: NOON, to: NOON + 24 * HOUR };
const thresholds = { capMicroCents: 10 * USD, ratioPct: 400, tripStrength: undefined };

function replay(history: History, changes: BacktestChanges, limits: readonly Limit[] = []) {
	const limitBook = { all: () => [...limits], planOf: () => null };

	return backtest({ database: historyDatabase(history), limitBook, thresholds }, span, changes);
}
async function sidesOf(history: History, changes: BacktestChanges = {}, limits?: Limit[]) {
	const answer = await replay(history, changes, limits);
	if (!answer) throw new Error('there are too many calls');

	return answer;
}
/** One call every ten seconds. */
function loop(from: number, minutes: number, usd: number): PastCall[] {
	return Array.from({ length: minutes * 6 }, (_, index) => ({
		at: from + index * 10 * SECOND,
		microCents: Math.round(usd * USD),
	}));
}

describe('a backtest of a lower cap', () => {
	// 1.8 USD a minute for an hour, then 18 a minute for ten: the recorded incident is of the second part.
	const history = {
		calls: [...loop(NOON + HOUR, 60, 0.3), ...loop(NOON + 2 * HOUR, 10, 3)],
		incidents: [{ id: 'inc_1', from: NOON + 2 * HOUR + 30 * SECOND, to: NOON + 3 * HOUR }],
	};

	it('fires sooner, and what was spent after it is what it would have saved', async () => {
		const { configured, changed, difference } = await sidesOf(history, { capMicroCents: USD });

		expect(configured.verdict.firings).toMatchObject([
			{ rule: 'spendCap', at: NOON + 2 * HOUR + 30 * SECOND, judged: 'incident' },
		]);
		// The fourth call in a minute makes it 1.20 USD; the breaker closes with the recorded incident.
		expect(changed.verdict.firings).toMatchObject([
			{
				at: NOON + HOUR + 30 * SECOND,
				opening: { closedAt: NOON + 3 * HOUR, refusedCalls: 356 + 60 },
			},
		]);
		expect(changed.verdict.saved.microCents).toBe(Math.round((356 * 0.3 + 60 * 3) * USD));
		expect(configured.verdict.saved.microCents).toBe(56 * 3 * USD);
		expect(difference).toMatchObject({
			...{ savedMicroCents: Math.round((356 * 0.3 + 12) * USD), trips: 0, falseAlarms: 0 },
			summary: 'The change would have saved 118.80 USD more and found an incident 60 min sooner.',
		});
	});

	it('is a false alarm where no incident is known, and what it refused is not called saved', async () => {
		const { changed } = await sidesOf({ calls: history.calls }, { capMicroCents: USD });

		expect(changed.verdict).toMatchObject({ falseAlarms: 1, saved: { microCents: 0 } });
		expect(changed.verdict.refusedInError.calls).toBeGreaterThan(356);
	});
});

describe('a backtest of the vector', () => {
	const minute = (at: number, strength: number, suppressedBy: string | null = null) =>
		[NOON + at * MINUTE, 0.2, strength, suppressedBy] as const;
	const scores = [minute(0, 0.7), minute(15, 1.2), minute(16, 3), minute(300, 0.75)];

	it('scales the stored strength by the limit', async () => {
		const { configured, changed } = await sidesOf({ scores }, { vectorLimitFactor: 0.5 });

		expect(configured.verdict.firings.map(({ strength }) => strength)).toEqual([1.2]);
		expect(changed.verdict.firings).toMatchObject([
			// It is looked at when its minute has passed.
			{ at: NOON + MINUTE, strength: 1.4, peakStrength: 2.4 },
			{ at: NOON + 301 * MINUTE, strength: 1.5 },
		]);
	});

	it('opens the breaker from a strength on', async () => {
		const { changed } = await sidesOf({ scores }, { tripStrength: 2 });

		expect(changed.verdict).toMatchObject({ trips: 1, alerts: 1 });
		expect(changed.verdict.firings[1]).toMatchObject({ at: NOON + 17 * MINUTE, strength: 3 });
	});

	it('is quiet where feedback or a maintenance window made it so, and money is guarded all the same', async () => {
		const calls = loop(NOON + 10 * MINUTE, 5, 5);
		const quiet = await sidesOf({
			calls,
			scores: [minute(5, 2, 'fbk_1'), minute(30, 2)],
			maintenance: [{ id: 'mnt_1', from: NOON + 8 * MINUTE, to: NOON + HOUR }],
		});

		expect(quiet.configured.verdict.firings.map(({ rule }) => rule)).toEqual(['spendCap']);
	});

	it('is not asked when it is switched off', async () => {
		const { changed } = await sidesOf({ scores }, { detectors: { vectorDistance: false } });

		expect(changed.verdict.firings).toEqual([]);
	});

	it('judges the minutes that people called fine or an incident', async () => {
		const feedback = [
			{ id: 'fbk_1', verdict: 'fine', from: NOON + 5 * MINUTE, to: NOON + 5 * MINUTE },
			{ id: 'fbk_2', verdict: 'incident', from: NOON + 300 * MINUTE, to: NOON + 300 * MINUTE },
		] as const;
		const { changed } = await sidesOf(
			{ scores: [minute(5, 1.2), minute(300, 1.1), minute(600, 1.1)], feedback },
			{},
		);

		expect(changed.verdict.firings.map(({ judged }) => judged)).toEqual([
			...['fine', 'incident', 'unknown'],
		]);
		expect(changed.verdict).toMatchObject({ falseAlarms: 2, incidents: [{ delayMinutes: 1 }] });
	});
});

describe('a backtest of a limit', () => {
	const day = (capacity: number): Limit => ({
		...{ id: 'tenant-microCents-day', scope: 'tenant', subject: null, unit: 'microCents' },
		...{ window: { kind: 'calendar', unit: 'day', timeZone: 'UTC' }, capacity },
		...{ audience: { kind: 'all' }, shared: false, mode: 'enforce', whenOver: 'queue' },
		whenStoreDown: 'closed',
	});

	it('saves what is over it, and counts what was spent earlier that day', async () => {
		const calls = [...loop(NOON - 2 * HOUR, 1, 1), ...loop(NOON + HOUR, 1, 1)];
		const { configured, changed, basis } = await sidesOf({ calls }, { limits: [day(8 * USD)] }, [
			day(100 * USD),
		]);

		expect(configured.verdict.saved.calls).toBe(0);
		expect(changed.verdict).toMatchObject({
			saved: { calls: 4, microCents: 4 * USD },
			limits: [{ limitId: 'tenant-microCents-day', firstAt: NOON + HOUR + 20 * SECOND }],
		});
		expect(basis.calls).toBe(6);
	});

	it('says which cannot be told from the calls of one tenant', async () => {
		const shared = { ...day(1), id: 'all', scope: 'global', shared: true } as const;
		const answer = await sidesOf({ calls: loop(NOON, 1, 1) }, { limits: [shared] });

		expect(answer.basis.limitsNotReplayed).toEqual(['all']);
		expect(assumptionsOf(answer).join(' ')).toContain('do not tell: all.');
	});
});

describe('a backtest', () => {
	const anyCalls = fc.array(
		fc.record({
			at: fc.integer({ min: NOON - HOUR, max: NOON + 23 * HOUR }),
			microCents: fc.integer({ min: 0, max: 12 * USD }),
		}),
		{ maxLength: 120 },
	);
	/** Calls close together, so that caps are reached. */
	const anyBurst = fc
		.tuple(fc.nat(22 * 60), fc.array(fc.nat(600), { minLength: 1, maxLength: 60 }))
		.map(([minute, seconds]) =>
			seconds.map((second) => ({
				at: NOON + minute * MINUTE + second * SECOND,
				microCents: USD / 2,
			})),
		);
	const anyScores = fc
		.uniqueArray(fc.nat(23 * 60), { maxLength: 60 })
		.chain((minutes) =>
			fc.tuple(
				...[...minutes]
					.sort((a, b) => a - b)
					.map((at) =>
						fc
							.double({ min: 0.01, max: 4, noNaN: true })
							.map((strength) => [NOON + at * MINUTE, 0.1, strength, null] as const),
					),
			),
		);
	const anyHistory = fc.record({
		calls: fc.tuple(anyCalls, anyBurst).map(([calls, burst]) => [...calls, ...burst]),
		scores: anyScores,
		incidents: fc
			.option(fc.tuple(fc.nat(20 * 60), fc.nat(120)), { nil: undefined })
			.map((incident) =>
				incident === undefined
					? []
					: [
							{
								id: 'inc_1',
								from: NOON + incident[0] * MINUTE,
								to: NOON + (incident[0] + incident[1]) * MINUTE,
							},
						],
			),
	});

	it('of unchanged settings has two equal sides', () =>
		fc.assert(
			fc.asyncProperty(anyHistory, async (history) => {
				const { configured, changed, difference } = await sidesOf(history, {
					...{ capMicroCents: thresholds.capMicroCents, vectorLimitFactor: 1 },
				});
				expect(changed).toEqual(configured);
				expect(difference.summary).toBe('The change would have made no difference.');
			}),
			{ numRuns: 60 },
		));

	it('never lets a lower cap fire later', () =>
		fc.assert(
			fc.asyncProperty(anyHistory, fc.integer({ min: 1, max: 10 }), async (history, usd) => {
				const { configured, changed } = await sidesOf(history, { capMicroCents: usd * USD });
				const firstOf = ({ verdict }: typeof configured) =>
					verdict.firings.find(({ rule }) => rule === 'spendCap')?.at ?? Infinity;
				expect(firstOf(changed)).toBeLessThanOrEqual(firstOf(configured));
			}),
			{ numRuns: 60 },
		));

	it('counts a call as refused once at most, and its money with it', () =>
		fc.assert(
			fc.asyncProperty(anyHistory, async (history) => {
				const { changed } = await sidesOf(history, { capMicroCents: USD, tripStrength: 1.5 });
				const { saved, refusedInError } = changed.verdict;
				const spent = history.calls.reduce((sum, { microCents }) => sum + microCents, 0);
				expect(saved.microCents + refusedInError.microCents).toBeLessThanOrEqual(spent);
				expect(saved.calls + refusedInError.calls).toBeLessThanOrEqual(history.calls.length);
			}),
			{ numRuns: 60 },
		));

	it('has the same answer whatever the pages are', async () => {
		const calls = [...loop(NOON + HOUR, 60, 0.5), ...loop(NOON + 5 * HOUR, 3, 4)];
		const ask = (pageRows: number) =>
			backtest(
				{
					database: historyDatabase({ calls }, pageRows),
					...{ limitBook: { all: () => [], planOf: () => null }, thresholds },
				},
				span,
				{ capMicroCents: 2 * USD },
			);

		expect(await ask(7)).toEqual(await ask(100_000));
	});

	it('over more calls than it looks at has no answer, instead of one about some of them', async () => {
		const database = historyDatabase({ calls: loop(NOON, 1, 0.01) });
		const endless = {
			...database,
			call: async (...args: Parameters<typeof database.call>) => {
				const answer: unknown = await database.call(...args);
				if (args[0] !== 'usage_stream') return answer as never;
				const { calls } = answer as { calls: unknown[] };
				const many = Array.from({ length: BACKTEST_CALLS_MAX + 1 }, () => calls[0]);
				return { calls: many, next: null } as never;
			},
		};
		const limitBook = { all: () => [], planOf: () => null };

		expect(await backtest({ database: endless, limitBook, thresholds }, span, {})).toBeUndefined();
	});
});
