import { budgetFactor, limitFactor, THETA_DAYS, thetaOf } from '../../../core/adaptiveLimit.ts';
import { MAX_THETA } from '../../../core/behaviour/threshold.ts';
import { seededRandom } from '../../../core/behaviour/seededRandom.ts';

const DAY = 86_400_000;
const LEARNING_RATE = 0.1;
const TODAY = 20_000;
const NOW = TODAY * DAY + DAY / 2;

const quiet = { alerts: [], dismissedAt: [] };
const at = (budgetPerWeek: number, now = NOW) => ({ budgetPerWeek, now });

describe('the adaptive limit', () => {
	it.each([0.5, 1, 3])(
		'keeps alerts within budget × T/7 + theta_max/eta below its top, budget %d',
		(budgetPerWeek) => {
			const random = seededRandom(42);
			const excess: number[] = [];
			for (let sequence = 0; sequence < 50; sequence++) {
				const busyShare = random();
				const alerts: [day: number, count: number][] = [];
				let total = 0;
				for (let day = 0; day < THETA_DAYS; day++) {
					const count = random() < busyShare ? Math.floor(random() * 6) : 0;
					const theta = thetaOf([...alerts, [day, count]], at(budgetPerWeek, (day + 1) * DAY));
					// At its top the limit has no more to give, and the bound says nothing.
					if (theta >= MAX_THETA) continue;
					alerts.push([day, count]);
					total += count;
					const bound = (budgetPerWeek * (day + 1)) / 7 + MAX_THETA / LEARNING_RATE;
					excess.push(total - bound);
				}
			}
			expect(Math.max(...excess)).toBeLessThanOrEqual(1e-9);
		},
	);

	it('is the shipped one for a tenant without alerts and dismissals', () => {
		expect(limitFactor(quiet, at(1))).toEqual({ theta: 0, factor: 1 });
	});

	it('rises with alerts over the budget and falls back to the shipped one without', () => {
		const alerts: [number, number][] = [[TODAY - 2, 3]];
		const { theta, factor } = limitFactor({ alerts, dismissedAt: [] }, at(1));

		expect(theta).toBeCloseTo(0.1 * (3 - 1 / 7) - 0.1 / 7, 6);
		expect(factor).toBeCloseTo(Math.exp(theta), 6);
		expect(thetaOf(alerts, at(1, NOW + 60 * DAY))).toBe(0);
	});

	it('does not count the day that is not over', () => {
		expect(thetaOf([[TODAY, 9]], at(1))).toBe(0);
	});

	it('forgets nothing within the days it looks at: from its top it is 0 after them', () => {
		const first = TODAY - THETA_DAYS;

		expect(thetaOf([[first, 100]], at(1))).toBe(0);
		expect(thetaOf([[first + 30, 100]], at(1))).toBeGreaterThan(0);
	});

	it('is a fifth higher for each dismissal, half of it forgotten after a week', () => {
		const factor = (days: number, times = 1) =>
			limitFactor(
				{ alerts: [], dismissedAt: new Array<number>(times).fill(NOW - days * DAY) },
				at(1),
			).factor;

		expect(factor(0)).toBeCloseTo(1.2, 6);
		expect(factor(0, 2)).toBeCloseTo(1.44, 6);
		expect(factor(7)).toBeCloseTo(Math.sqrt(1.2), 6);
		expect(factor(70)).toBeCloseTo(1, 3);
	});

	it('follows the budget as measured, and between the measurements without a step', () => {
		expect([0.5, 1, 3].map(budgetFactor)).toEqual([1.13, 1, 0.75]);
		const between = [0.6, 0.8, 0.99, 1.01, 2, 2.99].map(budgetFactor);
		expect(between).toEqual([...between].sort((a, b) => b - a));
		expect(budgetFactor(0.9999)).toBeCloseTo(1, 3);
		expect(budgetFactor(1.0001)).toBeCloseTo(1, 3);
	});
});
