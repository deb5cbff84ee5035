import { MINUTE_MS } from '../../../../core/durations.ts';
import fc from 'fast-check';
import { fitCentroids } from '../../../../core/behaviour/centroids.ts';
import { CONSTANT, DIMENSIONS, embed, origin } from '../../../../core/behaviour/embedding.ts';
import { FEATURES, rawFeatures } from '../../../../core/behaviour/features.ts';
import { fitBaseline, snapshotAt } from '../../../../core/behaviour/fitBaseline.ts';
import {
	addCall,
	emptySums,
	minuteOf,
	sumWindow,
	type Call,
	type MinuteSums,
} from '../../../../core/behaviour/minuteSums.ts';
import { restoreLevels, storeLevels } from '../../../../core/behaviour/levels.ts';
import { standardise } from '../../../../core/behaviour/scales.ts';
import { reasonsOf, strengthOf } from '../../../../core/behaviour/score.ts';
import { seededRandom } from '../../../../core/behaviour/seededRandom.ts';

const DAY = 1440;
/** A Thursday, seven days after the first minute of the history. */
const NOW = 20_489 * DAY;

const call = (minute: number, changes: Partial<Call> = {}): Call => ({
	at: minute * MINUTE_MS,
	endpoint: 'api.openai.com/v1/chat/completions',
	model: 'gpt-4o-mini',
	input: 400,
	cached: 0,
	output: 60,
	contextTokens: 128_000,
	latencyMs: 700,
	failed: false,
	costMicroCents: 9600,
	...changes,
});

/** A week of a steady tenant: 1 to 3 calls a minute with varied sizes. */
function steadyWeek(): Map<number, MinuteSums> {
	const random = seededRandom(1);
	const history = new Map<number, MinuteSums>();
	for (let minute = NOW - 7 * DAY; minute < NOW; minute++)
		add(history, minute, 1 + Math.floor(3 * random()), random);
	return history;
}

function add(
	history: Map<number, MinuteSums>,
	minute: number,
	calls: number,
	random: () => number,
	changes: Partial<Call> = {},
) {
	const sums = history.get(minute) ?? emptySums();
	for (let i = 0; i < calls; i++) {
		const input = Math.round(200 * 2 ** (2 * random()));
		const output = Math.round(30 * 2 ** (2 * random()));
		const latencyMs = Math.round((250 + 8 * output) * (0.8 + 0.4 * random()));
		addCall(
			sums,
			call(minute, {
				input,
				output,
				latencyMs,
				costMicroCents: input * 15 + output * 60,
				...changes,
			}),
		);
	}
	history.set(minute, sums);
}

const week = steadyWeek();
const span = { to: NOW, firstMinute: NOW - 7 * DAY, excluded: new Set<number>() };
const baseline = fitBaseline(week, span, seededRandom(2));

function strongest(history: ReadonlyMap<number, MinuteSums>, minute: number) {
	const scored = baseline.windows.map(({ windowMinutes, scales, centroids }) => {
		const raw = rawFeatures(snapshotAt(history, minute, windowMinutes), baseline.levels);
		const vector = embed(standardise(raw, scales), minute);
		const distance = Math.min(
			...centroids.map((centroid) => cosineDistance(vector, centroid.vector)),
		);
		return { strength: strengthOf(distance, windowMinutes), vector };
	});
	return scored.reduce((best, score) => (score.strength > best.strength ? score : best));
}

function cosineDistance(a: readonly number[], b: readonly number[]): number {
	const dot = (x: readonly number[], y: readonly number[]) =>
		x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0);
	return 1 - dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

describe('behaviour baseline', () => {
	it('scores the tenant’s own next hour as normal', () => {
		const random = seededRandom(3);
		const next = new Map(week);
		for (let minute = NOW; minute < NOW + 60; minute++)
			add(next, minute, 1 + Math.floor(3 * random()), random);

		for (let minute = NOW + 5; minute < NOW + 60; minute += 5) {
			expect(strongest(next, minute).strength).toBeLessThan(1);
		}
	});

	it('sees a uniform 40-fold spike, which raw cosine does not', () => {
		const random = seededRandom(4);
		const spiked = new Map(week);
		for (let minute = NOW; minute < NOW + 5; minute++) add(spiked, minute, 80, random);
		const { strength, vector } = strongest(spiked, NOW + 4);

		expect(strength).toBeGreaterThan(2.5);
		expect(reasonsOf(vector).map((reason) => reason.feature)).toEqual(
			expect.arrayContaining(['volume', 'spend']),
		);
	});

	it('sees another model at the same volume as a foreign shape', () => {
		const random = seededRandom(5);
		const switched = new Map(week);
		for (let minute = NOW; minute < NOW + 15; minute++) {
			add(switched, minute, 2, random, { model: 'gpt-5-pro', costMicroCents: 9_000_000 });
		}
		const { strength, vector } = strongest(switched, NOW + 14);

		expect(strength).toBeGreaterThan(1.5);
		expect(reasonsOf(vector).map((reason) => reason.feature)).toContain('rareShape');
	});

	it('expects of a minute in progress only its share', () => {
		const random = seededRandom(8);
		const begun = new Map(week);
		for (let minute = NOW; minute < NOW + 4; minute++) add(begun, minute, 2, random);
		const raw = (share: number) =>
			rawFeatures(snapshotAt(begun, NOW + 4, 5, share), baseline.levels)[0] ?? NaN;

		expect(raw(0)).toBeGreaterThan(raw(1));
		expect(Math.abs(raw(0))).toBeLessThan(0.35);
	});

	it('takes an endpoint or model of any name, also one that every object has', () => {
		const odd = new Map(week);
		const sums = emptySums();
		for (const name of ['constructor', '__proto__', 'toString']) {
			addCall(sums, call(NOW, { endpoint: name, model: name }));
		}
		odd.set(NOW, sums);
		const { vector } = strongest(odd, NOW);

		expect(vector.every(Number.isFinite)).toBe(true);
	});

	it('is not alarmed by silence', () => {
		expect(strongest(week, NOW + 120).strength).toBeLessThan(1);
	});

	it('is the same for the same history, also after it was stored as JSON', () => {
		const again = fitBaseline(week, span, seededRandom(2));
		const stored: unknown = JSON.parse(JSON.stringify(storeLevels(again.levels)));

		expect(again).toEqual(baseline);
		expect(restoreLevels(stored as ReturnType<typeof storeLevels>)).toEqual(baseline.levels);
	});

	it('learns nothing from excluded minutes', () => {
		const random = seededRandom(6);
		const poisoned = new Map(week);
		const excluded = new Set<number>();
		for (let minute = NOW - 300; minute < NOW - 240; minute++) {
			poisoned.set(minute, emptySums());
			add(poisoned, minute, 200, random);
			excluded.add(minute);
		}
		const guarded = fitBaseline(poisoned, { ...span, excluded }, seededRandom(2));
		const rates = (levels: typeof baseline.levels) => Math.max(...levels.ratePerMinute);

		expect(rates(guarded.levels)).toBeLessThan(1.2 * rates(baseline.levels));
	});
});

describe('minute sums', () => {
	it('adds up: a window is the sum of its minutes', () => {
		fc.assert(
			fc.property(
				fc.array(fc.record({ minute: fc.nat(9), input: fc.nat(5000), output: fc.nat(500) }), {
					maxLength: 40,
				}),
				(calls) => {
					const minutes = new Map<number, MinuteSums>();
					const whole = emptySums();
					for (const { minute, input, output } of calls) {
						const made = call(minute, { input, output });
						const sums = minutes.get(minuteOf(made.at)) ?? emptySums();
						addCall(sums, made);
						minutes.set(minute, sums);
						addCall(whole, made);
					}
					const window = sumWindow(minutes, 9, 10);
					expect(window.requests).toBe(whole.requests);
					expect(window.repeats).toEqual(whole.repeats);
					expect(window.costs).toEqual(whole.costs);
				},
			),
		);
	});
});

describe('embedding', () => {
	it('has the dimension of the database column and ends with the constant', () => {
		const vector = embed(new Array<number>(FEATURES.length).fill(0), 0);

		expect(vector).toHaveLength(16);
		expect(DIMENSIONS).toBe(16);
		expect(vector.at(-1)).toBe(CONSTANT);
	});

	it('grows away from the origin with the size of the deviation', () => {
		const distanceOf = (z: number) =>
			cosineDistance(embed(new Array<number>(FEATURES.length).fill(z), 0), origin());

		expect(distanceOf(2)).toBeLessThan(distanceOf(4));
		expect(distanceOf(4)).toBeLessThan(distanceOf(12));
	});

	it('falls back to the origin when there are too few snapshots for clusters', () => {
		expect(fitCentroids([], seededRandom(1))).toEqual([{ vector: origin(), weight: 1, days: 0 }]);
	});
});
