import fc from 'fast-check';
import {
	holdsForEveryModel,
	StickyRejections,
} from '../../../../nodes/FuseModel/stickyRejections.ts';

const NOW = Date.UTC(2026, 9, 14, 12);
const ACME = { executionId: '7', tenantId: 'acme', now: NOW };

const forGood = { retryAfterMs: null, reasons: ['blocked'] };
const forAMinute = { retryAfterMs: 60_000, reasons: ['limit'] };

function noting(...rejections: { retryAfterMs: number | null; reasons: string[] }[]) {
	const sticky = new StickyRejections<(typeof rejections)[number]>();
	for (const rejection of rejections) sticky.note({ ...ACME, rejection });

	return sticky;
}

describe('a rejection', () => {
	it('stands for its execution and tenant only', () => {
		const sticky = noting(forGood);

		expect(sticky.standing('7', 'acme', NOW)).toEqual(forGood);
		expect(sticky.standing('8', 'acme', NOW)).toBeUndefined();
		expect(sticky.standing('7', 'beta', NOW)).toBeUndefined();
	});

	it('of time stands until that is over, and tells what is left of it', () => {
		const sticky = noting(forAMinute);

		expect(sticky.standing('7', 'acme', NOW + 59_000)).toEqual({
			...{ retryAfterMs: 1000, reasons: ['limit'] },
		});
		expect(sticky.standing('7', 'acme', NOW + 60_000)).toBeUndefined();
		expect(sticky.count).toBe(0);
	});

	it('that time does not help stands until the execution ends', () => {
		const sticky = noting(forGood);

		expect(sticky.standing('7', 'acme', NOW + 365 * 86_400_000)).toEqual(forGood);
		sticky.end('7');
		expect(sticky.standing('7', 'acme', NOW)).toBeUndefined();
		expect(sticky.count).toBe(0);
	});

	it.each([
		['shorter', forAMinute, forGood],
		['sooner over', { ...forAMinute, retryAfterMs: 5 }, forAMinute],
	])('is not made %s by a later one', (_what, later, earlier) => {
		expect(noting(earlier, later).standing('7', 'acme', NOW)).toEqual(earlier);
	});

	it('is made longer by a later one', () => {
		expect(noting(forAMinute, forGood).standing('7', 'acme', NOW)).toEqual(forGood);
	});
});

describe('the memory', () => {
	it('forgets the execution that was asked about least recently', () => {
		const sticky = new StickyRejections<typeof forGood>({ maxRejections: 2 });
		for (const executionId of ['1', '2']) sticky.note({ ...ACME, executionId, rejection: forGood });
		sticky.standing('1', 'acme', NOW);
		sticky.note({ ...ACME, executionId: '3', rejection: forGood });

		expect(['1', '2', '3'].map((id) => sticky.standing(id, 'acme', NOW) !== undefined)).toEqual([
			...[true, false, true],
		]);
	});

	it('never holds more than it may, and never lets a standing "no" of few executions go', () => {
		const executionId = fc.constantFrom('1', '2', '3');
		const tenantId = fc.constantFrom('a', 'b');
		const step = fc.oneof(
			fc.record({ executionId, tenantId, waitMs: fc.option(fc.nat(1000)), passMs: fc.nat(400) }),
			fc.record({ executionId, end: fc.constant(true) }),
		);
		fc.assert(
			fc.property(
				fc.array(step, { maxLength: 60 }),
				fc.integer({ min: 6, max: 9 }),
				(steps, max) => {
					const sticky = new StickyRejections<{ retryAfterMs: number | null }>({
						maxRejections: max,
					});
					const until = new Map<string, number>();
					let now = NOW;
					for (const taken of steps) {
						if ('end' in taken) {
							sticky.end(taken.executionId);
							for (const tenant of ['a', 'b']) until.delete(taken.executionId + tenant);
							continue;
						}
						const { executionId: id, tenantId: tenant, waitMs } = taken;
						sticky.note({
							...{ executionId: id, tenantId: tenant, now },
							rejection: { retryAfterMs: waitMs },
						});
						const ends = waitMs === null ? Infinity : now + waitMs;
						until.set(id + tenant, Math.max(until.get(id + tenant) ?? 0, ends));
						now += taken.passMs;

						const standing = sticky.standing(id, tenant, now);
						expect(standing !== undefined).toBe((until.get(id + tenant) ?? 0) > now);
						expect(sticky.count).toBeLessThanOrEqual(max);
					}
				},
			),
		);
	});

	it('is bounded by its rejections, however many tenants one execution has', () => {
		const sticky = new StickyRejections<typeof forGood>({ maxRejections: 5 });
		for (let i = 0; i < 100; i++) sticky.note({ ...ACME, tenantId: `t${i}`, rejection: forGood });

		expect(sticky.count).toBe(5);
		expect(sticky.standing('7', 't99', NOW)).toEqual(forGood);
	});
});

describe('a "no"', () => {
	it.each([
		['an open breaker', [{ code: 'breakerOpen' }], true],
		['a limit of the tenant', [{ code: 'limitExceeded', scope: 'tenant' }], true],
		['a limit of a model', [{ code: 'limitExceeded', scope: 'model' }], false],
		['a provider that throttles', [{ code: 'providerThrottled' }], false],
		['a model without a price', [{ code: 'unknownPrice' }], false],
		['counters that do not answer now', [{ code: 'storeUnavailable' }], false],
		['no reason', [], true],
		[
			'a model and the tenant',
			[
				{ code: 'limitExceeded', scope: 'model' },
				{ code: 'limitExceeded', scope: 'tenant' },
			],
			true,
		],
	])('because of %s holds for every model: %j %s', (_what, reasons, holds) => {
		expect(holdsForEveryModel(reasons)).toBe(holds);
	});
});
