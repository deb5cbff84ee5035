import fc from 'fast-check';
import { fitLatencyLines } from '../../../../core/behaviour/latencyLines.ts';
import { riseOfMean, shareLately, surplus } from '../../../../core/behaviour/measures.ts';
import { addCall, emptySums, type Call } from '../../../../core/behaviour/minuteSums.ts';

const count = fc.double({ min: 0, max: 1e6, noNaN: true });

describe('surplus', () => {
	it('is nothing where as much came as was expected, and grows with what came', () => {
		fc.assert(
			fc.property(count, count, count, (expected, a, b) => {
				expect(surplus(expected, expected)).toBe(0);
				if (a < b) expect(surplus(a, expected)).toBeLessThanOrEqual(surplus(b, expected));
				if (a < b) expect(surplus(expected, a)).toBeGreaterThanOrEqual(surplus(expected, b));
			}),
		);
	});

	it('takes a few calls where hardly any come for as much as a multiple where many do', () => {
		expect(surplus(5, 0.5)).toBeGreaterThan(1.5);
		expect(surplus(1, 0.5)).toBeLessThan(1);
		expect(surplus(100, 50)).toBeGreaterThan(1);
		expect(surplus(100, 50)).toBeLessThan(1.5);
	});
});

describe('rise of a mean', () => {
	const level = { levels: new Map(), overall: 0, mean: 0, variance: 1, between: {} };
	const moments = (count: number, mean: number) => ({ count, sum: count * mean, squares: 0 });

	it('counts from the level, or from what it was lately where that is more', () => {
		const usual = riseOfMean(moments(50, 1), moments(100, 0), level);

		expect(usual).toBeGreaterThan(3);
		expect(riseOfMean(moments(50, 1), moments(100, 1), level)).toBeLessThan(1);
		expect(riseOfMean(moments(50, 1), moments(100, -1), level)).toBe(usual);
		expect(riseOfMean(moments(0, 0), moments(100, 1), level)).toBe(0);
	});
});

describe('share lately', () => {
	it('is never below what is usual', () => {
		expect(shareLately(0.1, 0, 500)).toBe(0.1);
		expect(shareLately(0.1, 50, 100)).toBeCloseTo(51 / 110, 9);
	});
});

describe('latency lines', () => {
	const call = (input: number, output: number, model: string): Call => ({
		...{ at: 0, endpoint: '/v1/chat', model, input, cached: 0, output, contextTokens: 128_000 },
		latencyMs: 300 + 0.1 * input + 20 * output,
		failed: false,
		costMicroCents: 1,
		...{ caller: '', keyId: '', execution: '' },
	});

	it('say how long a model takes for so many tokens', () => {
		const sums = emptySums();
		for (let input = 100; input < 6000; input *= 1.5) {
			for (let output = 10; output < 900; output *= 1.5)
				addCall(sums, call(Math.round(input), Math.round(output), 'large'));
		}
		const line = fitLatencyLines(sums.cells).get('/v1/chat|large');

		expect(line?.perOutput).toBeGreaterThan(18);
		expect(line?.perOutput).toBeLessThan(22);
		expect(line?.start).toBeGreaterThan(200);
		expect(line?.start).toBeLessThan(400);
	});

	it('stay finite for a model that always answers alike, and are silent on one hardly known', () => {
		const sums = emptySums();
		for (let calls = 0; calls < 30; calls++) addCall(sums, call(400, 60, 'steady'));
		addCall(sums, call(400, 60, 'new'));
		const lines = fitLatencyLines(sums.cells);
		const { start, perInput, perOutput } = lines.get('/v1/chat|steady') ?? {
			...{ start: NaN, perInput: NaN, perOutput: NaN },
		};

		expect(start + perInput * 400 + perOutput * 60).toBeCloseTo(1540, -2);
		expect(lines.has('/v1/chat|new')).toBe(false);
	});
});
