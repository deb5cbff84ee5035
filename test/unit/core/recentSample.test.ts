import fc from 'fast-check';
import { RecentSample } from '../../../core/recentSample.ts';

const sampleOf = (values: readonly number[], pct: number, size = 200): RecentSample => {
	const sample = new RecentSample({ size, pct });
	for (const value of values) sample.add(value);
	return sample;
};
/** Of a sample that is asked once: later percentiles wait until enough is new. */
const nearestRank = (values: readonly number[], pct: number) =>
	[...values].sort((a, b) => a - b)[Math.ceil((pct * values.length) / 100) - 1];

describe('a sample of recent values', () => {
	it('has no percentile before its first value', () => {
		expect(sampleOf([], 95).percentile()).toBeNull();
	});

	it('has the percentile of its last values by nearest rank, however many came before', () => {
		fc.assert(
			fc.property(
				fc.array(fc.nat(100_000), { minLength: 1, maxLength: 90 }),
				fc.constantFrom(25, 50, 95),
				fc.integer({ min: 1, max: 40 }),
				(values, pct, size) => {
					const sample = sampleOf(values, pct, size);

					expect(sample.count).toBe(Math.min(size, values.length));
					expect(sample.percentile()).toBe(nearestRank(values.slice(-size), pct));
				},
			),
		);
	});

	it('tells a percentile in which at most a sixteenth of the values is missing', () => {
		const sample = sampleOf(Array<number>(200).fill(100), 50);
		expect(sample.percentile()).toBe(100);

		for (let i = 0; i < 100; i++) sample.add(0);
		sample.percentile();
		for (let i = 0; i < 12; i++) sample.add(0);
		expect(sample.percentile()).toBe(0);
		for (let i = 0; i < 112; i++) sample.add(500);
		expect(sample.percentile()).toBe(500);
	});

	it('keeps a count of tokens that no model takes as the largest it can keep', () => {
		expect(sampleOf([5_000_000_000], 95).percentile()).toBe(2 ** 31 - 1);
	});
});
