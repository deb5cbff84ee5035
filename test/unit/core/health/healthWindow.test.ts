import fc from 'fast-check';
import { MINUTE_MS } from '../../../../core/durations.ts';
import { HealthWindow, totalHealth } from '../../../../core/health/healthWindow.ts';
import { addLatency, latencyQuantile, type Latencies } from '../../../../core/health/latencies.ts';
import { failedCall, madeCall, NOON } from '../../../support/healthView.ts';

const calls = fc.array(
	fc.record({
		minutesAgo: fc.integer({ min: 0, max: 60 }),
		latencyMs: fc.option(fc.integer({ min: 1, max: 100_000 }), { nil: undefined }),
		status: fc.constantFrom(200, 400, 408, 429, 500, 529),
		model: fc.constantFrom('small', 'large'),
		input: fc.integer({ min: 0, max: 5000 }),
	}),
	{ maxLength: 60 },
);

describe('how calls were answered', () => {
	it('adds up to the calls of the window, in whatever order they came', () => {
		fc.assert(
			fc.property(calls, fc.constantFrom(1, 15, 60), (given, length) => {
				const health = new HealthWindow();
				const made = given.map(({ minutesAgo, status, ...call }) =>
					madeCall({
						...call,
						...{ at: NOON - minutesAgo * MINUTE_MS, statusCode: status, failed: status >= 400 },
					}),
				);
				for (const call of made) health.add(call, NOON);
				const inside = made.filter(({ at }) => at > NOON - length * MINUTE_MS);
				const timed = inside.filter(({ failed, latencyMs }) => !failed && latencyMs !== undefined);
				const total = totalHealth(health.at(NOON, length).values());

				expect(total).toMatchObject({
					calls: inside.length,
					failed: inside.filter(({ failed }) => failed).length,
					unavailable: inside.filter(
						({ statusCode = 0 }) => statusCode >= 500 || statusCode === 408,
					).length,
					input: inside.reduce((sum, { input, failed }) => sum + (failed ? 0 : input), 0),
					timed: timed.length,
				});
				const counted = [...health.latencies(NOON, length).values()];
				expect(counted.reduce((sum, count) => sum + count, 0)).toBe(timed.length);
			}),
		);
	});

	it('knows of a call that comes late, and forgets what no window reaches', () => {
		const health = new HealthWindow();
		health.add(madeCall(), NOON);
		expect(health.at(NOON, 15).size).toBe(1);
		health.add(failedCall(500, { at: NOON - 10 * MINUTE_MS }), NOON);
		expect(totalHealth(health.at(NOON, 15).values())).toMatchObject({ calls: 2, failed: 1 });
		health.add(madeCall({ at: NOON - 70 * MINUTE_MS }), NOON);
		health.forget(NOON + 90 * MINUTE_MS);

		expect(health.at(NOON, 60).size).toBe(0);
	});

	it('tells a hundred endpoints of a minute apart, and counts the others together', () => {
		const health = new HealthWindow();
		for (let n = 0; n < 1000; n++) health.add(madeCall({ endpoint: `host-${n}` }), NOON);
		const parts = health.at(NOON, 1);

		expect(parts.size).toBe(101);
		expect(parts.get('others')).toMatchObject({ calls: 900, provider: undefined });
	});
});

describe('a quantile of latencies', () => {
	const quantileOf = (latencies: readonly number[], q: number) => {
		const bins: Latencies = new Map();
		for (const latencyMs of latencies) addLatency(bins, latencyMs);
		return latencyQuantile(bins, q);
	};

	it('is within 3 % of the nearest rank, and never above it', () => {
		const some = fc.array(fc.integer({ min: 1, max: 3_600_000 }), { minLength: 1, maxLength: 200 });
		fc.assert(
			fc.property(some, fc.constantFrom(0.5, 0.95, 0.99), (latencies, q) => {
				const sorted = [...latencies].sort((a, b) => a - b);
				const exact = sorted[Math.ceil(q * sorted.length - 1e-9) - 1] ?? 0;
				const found = quantileOf(latencies, q);

				expect(found).toBeLessThanOrEqual(exact * (1 + 1e-9));
				expect(found).toBeGreaterThanOrEqual(exact * 0.97);
			}),
		);
	});

	it('of 10 s is not above 10 s, and of a hair more is not below', () => {
		expect(quantileOf([10_000], 0.95)).toBeLessThan(10_000);
		expect(quantileOf([10_001], 0.95)).toBeGreaterThanOrEqual(10_000);
		expect(quantileOf([], 0.95)).toBe(0);
	});
});
