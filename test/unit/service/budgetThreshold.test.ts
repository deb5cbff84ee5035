import { budgetThreshold } from '../../../anomaly-service/src/detectors/budgetThreshold.ts';
import { readConfig } from '../../../anomaly-service/src/config.ts';
import { counterOf, type Limit, type LimitState } from '../../../core/limits.ts';
import { NOON, viewOf } from '../../support/healthView.ts';

const USD = 100_000_000;
const { health } = readConfig({});

function budget(spentUsd: number, changes: Partial<Limit> = {}): LimitState {
	const limit: Limit = {
		...{ id: 'tenant-microCents-day', scope: 'tenant', subject: null, unit: 'microCents' },
		...{ window: { kind: 'calendar', unit: 'day', timeZone: 'UTC' }, capacity: 100 * USD },
		...{ audience: { kind: 'all' }, shared: false, mode: 'enforce', whenOver: 'reject' },
		...{ whenStoreDown: 'closed', ...changes },
	};
	const counter = counterOf(limit, 'acme');

	return { limit, counter, spent: Math.round(spentUsd * USD), held: 0, resetsAt: null };
}

const inspect = (budgets: readonly LimitState[], asOf = NOON) =>
	budgetThreshold(health).inspect(viewOf([], { budgets, asOf }));

describe('budgetThreshold', () => {
	it('says nothing below half of a budget', () => {
		expect(inspect([budget(49.99)])).toBeUndefined();
		expect(inspect([])).toBeUndefined();
	});

	it.each([
		[50, 50, 'warning', 1],
		[74.99, 50, 'warning', 1],
		[75, 75, 'warning', 1.5],
		[90, 90, 'high', 1.8],
		[100, 100, 'critical', 2],
		[250, 100, 'critical', 2],
	])('at %p %% it has crossed %p %%: %s', (spentUsd, thresholdPercent, severity, strength) => {
		expect(inspect([budget(spentUsd)])).toMatchObject([
			{
				...{ rule: 'budgetThreshold', verdict: 'flag', severity, strength },
				evidence: { thresholdPercent },
			},
		]);
	});

	it('says whose budget it is, what is spent, when it begins anew and where it leads', () => {
		expect(inspect([budget(60)])?.[0]?.evidence).toEqual({
			...{ limitId: 'tenant-microCents-day', scope: 'tenant', subject: 'acme', window: 'day' },
			...{ thresholdPercent: 50, spentPercent: 60, spentUsd: '60.00', capacityUsd: '100.00' },
			...{ resetsAt: '2026-10-15T00:00:00.000Z', projectedUsdAtReset: '120.00' },
		});
	});

	it('projects nothing in the first minutes of a window', () => {
		const midnight = Date.UTC(2026, 9, 14);

		expect(inspect([budget(60)], midnight + 60_000)?.[0]?.evidence).not.toHaveProperty(
			'projectedUsdAtReset',
		);
	});

	it('has one finding for each severity: that of the fullest budget, which names the others', () => {
		const month = { kind: 'calendar', unit: 'month', timeZone: 'UTC' } as const;
		const findings = inspect([
			budget(52, { id: 'month', window: month }),
			budget(80, { id: 'key' }),
			budget(95, { id: 'day' }),
		]);

		expect(findings).toMatchObject([
			{ severity: 'high', evidence: { limitId: 'day' } },
			{ severity: 'warning', evidence: { limitId: 'key', alsoCrossed: ['month: 52 %'] } },
		]);
	});

	it('is not surprised that a limit of nothing is used up', () => {
		expect(inspect([budget(0, { capacity: 0 })])).toBeUndefined();
	});

	it('takes other thresholds', () => {
		const { health: other } = readConfig({ FUSE_BUDGET_THRESHOLDS_PCT: '80, 95' });
		const found = (usd: number) =>
			budgetThreshold(other).inspect(viewOf([], { budgets: [budget(usd)] }));

		expect(found(79)).toBeUndefined();
		expect(found(80)).toMatchObject([{ severity: 'warning' }]);
		expect(found(96)).toMatchObject([{ severity: 'high', evidence: { thresholdPercent: 95 } }]);
		expect(() => readConfig({ FUSE_BUDGET_THRESHOLDS_PCT: '80,x' })).toThrow('FUSE_BUDGET');
	});
});
