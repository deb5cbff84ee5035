import { diffBaselines, type ComparedBaseline } from '../../../core/baselineDiff.ts';
import { CONSTANT, origin } from '../../../core/behaviour/embedding.ts';
import { RATE_BINS } from '../../../core/behaviour/levels.ts';

type Levels = ComparedBaseline['levels'];

const bins = (rate: number) => new Array<number>(RATE_BINS).fill(rate);
const baseline = (
	levels: Partial<Levels> = {},
	more: Partial<ComparedBaseline> = {},
): ComparedBaseline => ({
	levels: {
		ratePerMinute: bins(1),
		weekendFactor: [1, 1],
		costPerRequest: 420_000,
		latencyMsPerRequest: 1200,
		errorShare: 0.011,
		cacheShare: { overall: 0.3 },
		...levels,
	},
	limit: 0.6,
	centroids: [{ vector: origin(), weight: 1 }],
	...more,
});
const changesTo = (levels: Partial<Levels>, more: Partial<ComparedBaseline> = {}) =>
	diffBaselines(baseline(), baseline(levels, more)).changes;
/** So many limits from the origin. */
const away = (limits: number) => ({
	vector: [limits * 0.6 * CONSTANT, ...origin().slice(1)],
	weight: 0.1,
});

describe('two versions of a baseline', () => {
	it('that say the same have not moved', () => {
		expect(diffBaselines(baseline(), baseline())).toMatchObject({
			...{ moved: false, changes: [] },
			centroids: { from: 1, to: 1, appeared: 0, vanished: 0 },
		});
	});

	it('have not moved either when they differ as one week does from the next', () => {
		const next = { ratePerMinute: bins(1.2), costPerRequest: 460_000, errorShare: 0.02 };

		expect(changesTo(next)).toEqual([]);
	});

	it.each<[Partial<Levels>, string]>([
		[{ ratePerMinute: bins(1.62) }, 'requests per day 1,440 → 2,330 (+62 %)'],
		[{ weekendFactor: [0.5, 0.5] }, 'requests per day 1,440 → 720 (-50 %)'],
		[{ costPerRequest: 510_000 }, 'cost per request 0.0042 → 0.0051 USD (+21 %)'],
		[{ latencyMsPerRequest: 1900 }, 'latency 1,200 → 1,900 ms (+58 %)'],
		[{ errorShare: 0.062 }, 'failed requests 1.1 → 6.2 %'],
		[{ cacheShare: { overall: 0.05 } }, 'input read from a cache 30 → 5 %'],
	])('say what moved: %j', (levels, line) => {
		expect(changesTo(levels)).toEqual([line]);
	});

	it('say that the busiest hour moved, the shorter way round the clock', () => {
		const busyAt = (hour: number) => ({
			ratePerMinute: bins(1).map((rate, bin) => (bin === 2 * hour ? 1.1 * rate : rate)),
		});
		const between = (from: number, to: number) =>
			diffBaselines(baseline(busyAt(from)), baseline(busyAt(to))).changes;

		expect(between(9, 15)).toEqual(['busiest hour 09:00 → 15:00 UTC']);
		expect(between(23, 1)).toEqual([]);
	});

	it('say that the limit moved', () => {
		expect(changesTo({}, { limit: 0.9 })).toEqual(['limit 0.6 → 0.9 (+50 %)']);
	});

	it('say which recurring behaviour came and went, not which was fitted a little differently', () => {
		const some = baseline({}, { centroids: [away(0), away(1)] });

		expect(changesTo({}, { centroids: [away(0), away(0.3)] })).toEqual([]);
		expect(changesTo({}, { centroids: [away(0), away(1), away(3)] })).toEqual([
			'2 recurring behaviours not seen before',
		]);
		expect(diffBaselines(some, baseline()).changes).toEqual([
			'1 recurring behaviour not seen any more',
		]);
	});
});
