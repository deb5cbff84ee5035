import fc from 'fast-check';
import { nextDelayMs, type RetryPolicy } from '../../../../nodes/FuseModel/retryPolicy.ts';

const POLICY: RetryPolicy = {
	...{ maxAttempts: 5, maxElapsedMs: 60_000, initialDelayMs: 1000, maxDelayMs: 8000 },
};
const THROTTLED = { isTransient: true };
const LATEST = () => 1 - Number.EPSILON;
const EARLIEST = () => 0;

const delay = (given: Partial<Parameters<typeof nextDelayMs>[0]>) =>
	nextDelayMs({
		...{ policy: POLICY, attempt: 1, elapsedMs: 0, error: THROTTLED, random: LATEST },
		...given,
	});

const ms = fc.nat({ max: 3_600_000 });
const anyPolicy = fc.record({
	...{ maxAttempts: fc.integer({ min: 1, max: 100 }), maxElapsedMs: ms },
	...{ initialDelayMs: ms, maxDelayMs: ms },
});
const anyFailure = fc.record({
	...{ policy: anyPolicy, attempt: fc.integer({ min: 1, max: 2000 }), elapsedMs: ms },
	error: fc.record({ isTransient: fc.boolean(), retryAfterMs: fc.option(ms, { nil: undefined }) }),
	random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }).map((value) => () => value),
});

describe('the backoff', () => {
	it('doubles with each attempt, up to its longest', () => {
		const delays = [1, 2, 3, 4].map((attempt) => delay({ attempt }));

		expect(delays).toEqual([1000, 2000, 4000, 8000]);
		expect(delay({ attempt: 60, policy: { ...POLICY, maxAttempts: 99 } })).toBe(8000);
	});

	it('is any time between nothing and its longest', () => {
		expect(delay({ attempt: 3, random: EARLIEST })).toBe(0);
		expect(delay({ attempt: 3, random: () => 0.5 })).toBe(2000);
	});
});

describe('there is no further attempt', () => {
	it('after the last one', () => {
		expect(delay({ attempt: 5 })).toBeUndefined();
		expect(delay({ policy: { ...POLICY, maxAttempts: 1 } })).toBeUndefined();
	});

	it('when the time is over', () => {
		expect(delay({ elapsedMs: 60_000 })).toBeUndefined();
	});

	it('after a permanent error, whatever the vendor says of coming back', () => {
		expect(delay({ error: { isTransient: false, retryAfterMs: 1 } })).toBeUndefined();
	});

	it('when the vendor asks for more time than is left', () => {
		const error = { isTransient: true, retryAfterMs: 10_001 };

		expect(delay({ error, elapsedMs: 50_000 })).toBeUndefined();
		expect(delay({ error, elapsedMs: 49_999 })).toBe(10_001);
	});
});

describe('whatever failed', () => {
	it('the next attempt starts within the time, in whole ms, and not before the vendor wants it', () => {
		fc.assert(
			fc.property(anyFailure, (failed) => {
				const { policy, attempt, elapsedMs, error } = failed;
				const delayMs = nextDelayMs(failed);
				if (delayMs === undefined) return;

				expect(Number.isSafeInteger(delayMs)).toBe(true);
				expect(delayMs).toBeGreaterThanOrEqual(error.retryAfterMs ?? 0);
				expect(delayMs).toBeLessThanOrEqual((error.retryAfterMs ?? 0) + policy.maxDelayMs);
				expect(elapsedMs + delayMs).toBeLessThanOrEqual(policy.maxElapsedMs);
				expect(error.isTransient && attempt < policy.maxAttempts).toBe(true);
			}),
		);
	});

	it('there are never more attempts than allowed, and they end', () => {
		fc.assert(
			fc.property(
				anyPolicy,
				fc.infiniteStream(fc.double({ min: 0, max: 0.99, noNaN: true })),
				(policy, dice) => {
					let attempts = 1;
					let elapsedMs = 0;
					for (;;) {
						const random = () => Number(dice.next().value);
						const failed = { policy, attempt: attempts, elapsedMs, error: THROTTLED, random };
						const delayMs = nextDelayMs(failed);
						if (delayMs === undefined) break;
						elapsedMs += delayMs;
						attempts += 1;
					}
					expect(attempts).toBeLessThanOrEqual(policy.maxAttempts);
					expect(elapsedMs).toBeLessThanOrEqual(policy.maxElapsedMs);
				},
			),
		);
	});
});
