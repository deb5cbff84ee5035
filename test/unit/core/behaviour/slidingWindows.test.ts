import fc from 'fast-check';
import { WINDOW_MINUTES } from '../../../../core/behaviour/features.ts';
import { emptySums } from '../../../../core/behaviour/minuteSums.ts';
import { takeSnapshot } from '../../../../core/behaviour/pastWindows.ts';
import { SlidingWindows } from '../../../../core/behaviour/slidingWindows.ts';
import { callIn as call } from '../../../support/calls.ts';

const NOW = 20_489 * 1440;

describe('sliding windows', () => {
	const callAt = fc.record({
		minute: fc.integer({ min: NOW - 240, max: NOW }),
		caller: fc.constantFrom('', 'n8n|support|Model', '__proto__'),
		execution: fc.constantFrom('', 'run-1', 'run-2'),
		input: fc.nat(5000),
		output: fc.nat(500),
		model: fc.constantFrom('gpt-4o-mini', 'gpt-5-pro'),
		latencyMs: fc.option(fc.integer({ min: 1, max: 9000 }), { nil: undefined }),
	});

	it('are what adding up every minute gives, whenever a call comes', () => {
		fc.assert(
			fc.property(
				fc.array(fc.record({ call: callAt, heardAfter: fc.nat(90) }), { maxLength: 60 }),
				(heard) => {
					const sliding = new SlidingWindows();
					for (let minute = NOW - 240; minute <= NOW; minute += 1) {
						for (const { call: made, heardAfter } of heard) {
							const hearing = Math.min(NOW, made.minute + heardAfter);
							if (hearing === minute) sliding.add(call(made.minute, made));
						}
						sliding.advance(minute);
						sliding.forget(minute);
					}
					const slid = sliding.advance(NOW);
					const added = takeSnapshot(sliding.minutes, NOW);
					expect(slid.context.requests).toBe(added.context.requests);
					expect(slid.context.cells.size).toBe(added.context.cells.size);
					for (const window of WINDOW_MINUTES) {
						const [a, b] = [slid.windows.get(window), added.windows.get(window)];
						expect(a?.topRepeat).toBe(b?.topRepeat);
						expect(a?.dearestExecution).toBe(b?.dearestExecution);
						expect(a?.sums.retries).toBe(b?.sums.retries);
						expect(a?.sums.callers).toEqual(b?.sums.callers);
						for (const field of ['requests', 'contexts', 'outputs', 'repeats'] as const) {
							expect(a?.sums[field]).toEqual(b?.sums[field]);
						}
						expect(a?.sums.cells.size).toBe(b?.sums.cells.size);
						expect(a?.sums.cacheShare.sum).toBeCloseTo(b?.sums.cacheShare.sum ?? NaN, 9);
					}
				},
			),
			{ numRuns: 50 },
		);
	});
});

describe('names in a minute', () => {
	it('stay bounded however many there are, and leave with their minute', () => {
		const sliding = new SlidingWindows();
		for (let n = 0; n < 3000; n++) {
			sliding.add(call(NOW, { caller: `caller-${n}`, execution: `run-${n}` }));
			if (n === 0) sliding.advance(NOW);
		}
		const { callers, executions } = sliding.minutes.get(NOW) ?? emptySums();
		expect([callers.size, executions.size, callers.get('others')]).toEqual([1001, 1000, 2000]);

		const later = sliding.advance(NOW + 60).windows.get(60)?.sums;
		expect([later?.requests, later?.callers.size, later?.executions.size]).toEqual([0, 0, 0]);
	});
});
