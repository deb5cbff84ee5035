import fc from 'fast-check';
import { countsFrom, isReplayable, LimitReplay } from '../../../../core/backtest/limitReplay.ts';
import { applicableLimits, NOTHING_USED, type Limit } from '../../../../core/limits.ts';
import { parseWindow } from '../../../../core/windows.ts';

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 9, 14, 12);

function limit(changes: Partial<Limit> & { span?: string } = {}): Limit {
	const { span = 'day', ...rest } = changes;
	return {
		...{ id: 'day', scope: 'tenant', subject: null, unit: 'microCents', capacity: 100 },
		...{ window: parseWindow(span) ?? null, audience: { kind: 'all' }, shared: false },
		...{ mode: 'enforce', whenOver: 'queue', whenStoreDown: 'closed' },
		...rest,
	};
}
const replay = (...limits: Limit[]) =>
	new LimitReplay((call) => applicableLimits(limits, call, null));
const call = (at: number, microCents: number, model = 'gpt-4o') => ({
	at,
	subjects: { tenantId: 'acme', provider: 'openai', model },
	size: { ...NOTHING_USED, microCents },
});

describe('limits over calls that were made', () => {
	it('refuse what does not fit any more, and count what they let through only', () => {
		const limits = replay(limit());

		expect([60, 50, 40, 1].map((cost, at) => limits.admit(call(NOON + at, cost)))).toEqual([
			...[true, false, true, false],
		]);
		expect(limits.refused).toEqual([
			{ limitId: 'day', calls: 2, microCents: 51, firstAt: NOON + 1 },
		]);
	});

	it('have room again in the next window', () => {
		const limits = replay(limit());
		limits.admit(call(NOON, 100));

		expect(limits.admit(call(NOON + 12 * HOUR - 1, 1))).toBe(false);
		expect(limits.admit(call(NOON + 12 * HOUR, 1))).toBe(true);
	});

	it('count what was spent in their window before the replay', () => {
		const limits = replay(limit());
		limits.count(call(NOON - HOUR, 500));

		expect(limits.admit(call(NOON, 1))).toBe(false);
		expect(countsFrom([limit(), limit({ span: 'month' })], NOON)).toBe(Date.UTC(2026, 9, 1));
	});

	it('leave alone what cannot be told from the calls of one tenant', () => {
		const limits = replay(
			limit({ id: 'everybody', shared: true, scope: 'global', capacity: 0 }),
			limit({ id: 'shadow', mode: 'shadow', capacity: 0 }),
			{ ...limit({ id: 'now', capacity: 0 }), unit: 'concurrency', window: null },
		);

		expect(limits.admit(call(NOON, 1))).toBe(true);
		expect(isReplayable(limit())).toBe(true);
	});

	it('never let more through than their capacity in any window', () => {
		fc.assert(
			fc.property(
				fc.array(fc.record({ after: fc.nat(HOUR), cost: fc.nat(60) }), { maxLength: 60 }),
				(calls) => {
					const limits = replay(limit({ id: 'hour', span: '1h' }));
					let at = NOON;
					const passed = calls.flatMap(({ after, cost }) => {
						at += after;
						return limits.admit(call(at, cost)) ? [{ at, cost }] : [];
					});
					for (const { at: end } of passed) {
						const within = passed.filter((one) => one.at > end - HOUR && one.at <= end);
						expect(within.reduce((sum, { cost }) => sum + cost, 0)).toBeLessThanOrEqual(100);
					}
				},
			),
		);
	});
});
