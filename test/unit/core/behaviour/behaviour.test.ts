import fc from 'fast-check';
import { fitCentroids } from '../../../../core/behaviour/centroids.ts';
import { CONSTANT, DIMENSIONS, embed, origin } from '../../../../core/behaviour/embedding.ts';
import { COORDINATES, rawFeatures } from '../../../../core/behaviour/features.ts';
import { fitBaseline } from '../../../../core/behaviour/fitBaseline.ts';
import {
	addCall,
	emptySums,
	minuteOf,
	sumWindow,
	type Call,
	type MinuteSums,
} from '../../../../core/behaviour/minuteSums.ts';
import { mayTeach, takeSnapshot } from '../../../../core/behaviour/pastWindows.ts';
import { restoreLevels, storeLevels } from '../../../../core/behaviour/levels.ts';
import { standardise } from '../../../../core/behaviour/scales.ts';
import { reasonsOf, SHIPPED_LIMIT, strengthOf } from '../../../../core/behaviour/score.ts';
import { seededRandom } from '../../../../core/behaviour/seededRandom.ts';
import { callIn as call } from '../../../support/calls.ts';
import { limitOf, MAX_THETA, nextTheta } from '../../../../core/behaviour/threshold.ts';

const DAY = 1440;
/** A Thursday, seven days after the first minute of the history. */
const NOW = 20_489 * DAY;

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

function scoreAt(history: ReadonlyMap<number, MinuteSums>, minute: number) {
	const raw = rawFeatures(takeSnapshot(history, minute), baseline.levels);
	const vector = embed(standardise(raw, baseline.scales), minute);
	const distance = Math.min(
		...baseline.centroids.map((centroid) => cosineDistance(vector, centroid.vector)),
	);
	const reasons = reasonsOf(vector, raw, baseline.scales);
	return { strength: strengthOf(distance, SHIPPED_LIMIT), vector, reasons };
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
			expect(scoreAt(next, minute).strength).toBeLessThan(1);
		}
	});

	it('sees a uniform 40-fold spike, which raw cosine does not', () => {
		const random = seededRandom(4);
		const spiked = new Map(week);
		for (let minute = NOW; minute < NOW + 5; minute++) add(spiked, minute, 80, random);
		const { strength, reasons } = scoreAt(spiked, NOW + 4);

		expect(strength).toBeGreaterThan(2.5);
		expect(reasons.map((reason) => reason.feature)).toEqual(
			expect.arrayContaining(['volume', 'spend']),
		);
	});

	it('names a model never called before', () => {
		const random = seededRandom(5);
		const switched = new Map(week);
		for (let minute = NOW; minute < NOW + 15; minute++) {
			add(switched, minute, 2, random, { model: 'gpt-5-pro', costMicroCents: 9_000_000 });
		}
		const { strength, reasons } = scoreAt(switched, NOW + 14);

		expect(strength).toBeGreaterThan(1.5);
		expect(reasons.map((reason) => reason.feature)).toContain('newModel');
	});

	it('expects of a minute in progress only its share', () => {
		const random = seededRandom(8);
		const begun = new Map(week);
		for (let minute = NOW; minute < NOW + 4; minute++) add(begun, minute, 2, random);
		const raw = (share: number) =>
			rawFeatures(takeSnapshot(begun, NOW + 4, share), baseline.levels)[0] ?? NaN;

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
		const { vector } = scoreAt(odd, NOW);

		expect(vector.every(Number.isFinite)).toBe(true);
	});

	it('sees the tenant’s key used by nobody it knows, few as the calls are', () => {
		const random = seededRandom(9);
		const stolen = new Map(week);
		for (let minute = NOW; minute < NOW + 15; minute++) {
			add(stolen, minute, 2, random);
			add(stolen, minute, 1, random, { caller: '', execution: '' });
		}
		const { strength, reasons } = scoreAt(stolen, NOW + 14);

		expect(strength).toBeGreaterThan(1);
		expect(reasons[0]?.feature).toBe('noWorkflow');
	});

	it('sees one execution that calls on and on, at no more requests than usual', () => {
		const random = seededRandom(10);
		const looping = new Map(week);
		for (let minute = NOW; minute < NOW + 60; minute++) {
			add(looping, minute, 2, random, { execution: 'loop' });
		}
		const { reasons } = scoreAt(looping, NOW + 59);

		expect(reasons[0]?.feature).toBe('execution');
	});

	it('sees calls asked again within their execution', () => {
		const random = seededRandom(11);
		const retried = new Map(week);
		for (let minute = NOW; minute < NOW + 15; minute++) {
			add(retried, minute, 1, random);
			const sums = retried.get(minute) ?? emptySums();
			addCall(sums, call(minute, { execution: `again-${minute}` }));
			addCall(sums, call(minute, { execution: `again-${minute}` }));
			expect(sums.retries).toBe(1);
		}
		const { reasons } = scoreAt(retried, NOW + 14);

		expect(reasons.map((reason) => reason.feature)).toContain('retries');
	});

	it('learns nothing from the hour after an excluded minute, whose windows still hold it', () => {
		expect(mayTeach(NOW, new Set([NOW - 59]))).toBe(false);
		expect(mayTeach(NOW, new Set([NOW - 60, NOW + 1]))).toBe(true);
	});

	it('is not alarmed by silence', () => {
		expect(scoreAt(week, NOW + 120).strength).toBeLessThan(1);
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
					expect(window.contexts).toEqual(whole.contexts);
					expect(window.callers).toEqual(whole.callers);
				},
			),
		);
	});
});

describe('adaptive limit', () => {
	it('bounds the alerts of any run of days', () => {
		fc.assert(
			fc.property(
				fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 60 }),
				fc.constantFrom(0.5 / 7, 1 / 7, 3 / 7),
				(days, budget) => {
					let theta = 0;
					let alerts = 0;
					for (const ofDay of days) {
						theta = nextTheta(theta, ofDay, budget);
						alerts += ofDay;
						if (theta >= MAX_THETA) break;
						expect(alerts).toBeLessThanOrEqual(budget * days.length + MAX_THETA / 0.1 + 1e-9);
						expect(limitOf(theta)).toBeGreaterThanOrEqual(SHIPPED_LIMIT);
					}
				},
			),
		);
	});
});

describe('embedding', () => {
	it('has the dimension of the database column and ends with the constant', () => {
		const vector = embed(new Array<number>(COORDINATES.length).fill(0), 0);

		expect(vector).toHaveLength(64);
		expect(DIMENSIONS).toBe(64);
		expect(vector.at(-1)).toBe(CONSTANT);
	});

	it('grows away from the origin with the size of the deviation', () => {
		const distanceOf = (z: number) =>
			cosineDistance(embed(new Array<number>(COORDINATES.length).fill(z), 0), origin());

		expect(distanceOf(2)).toBeLessThan(distanceOf(4));
		expect(distanceOf(4)).toBeLessThan(distanceOf(12));
	});

	it('falls back to the origin when there are too few snapshots for clusters', () => {
		expect(fitCentroids([], seededRandom(1))).toEqual([{ vector: origin(), weight: 1, days: 0 }]);
	});
});
