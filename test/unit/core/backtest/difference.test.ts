import { differenceOf } from '../../../../core/backtest/difference.ts';
import type { SideVerdict } from '../../../../core/backtest/verdict.ts';

function verdict(changes: Partial<SideVerdict> = {}): SideVerdict {
	const nothing = { calls: 0, microCents: 0 };
	return {
		...{ firings: [], trips: 0, alerts: 0, falseAlarms: 0, incidents: [], limits: [] },
		...{ saved: nothing, refusedInError: nothing },
		...changes,
	};
}
const found = (delayMinutes: number | null) => ({
	incident: { id: 'inc_1', source: 'breaker' as const, from: 0, to: 1 },
	by: delayMinutes === null ? null : 'spendCap',
	delayMinutes,
});

describe('the difference', () => {
	it('of the same is none', () => {
		expect(differenceOf(verdict({ trips: 2 }), verdict({ trips: 2 }))).toEqual({
			...{ savedMicroCents: 0, trips: 0, alerts: 0, falseAlarms: 0, incidentsFound: 0 },
			summary: 'The change would have made no difference.',
		});
	});

	it('says what would have been saved, found and paid for it', () => {
		const changed = verdict({
			...{ trips: 3, falseAlarms: 1, incidents: [found(-4), found(2)] },
			saved: { calls: 40, microCents: 1_250_000_000 },
			refusedInError: { calls: 2, microCents: 30_000_000 },
		});
		const configured = verdict({ trips: 1, incidents: [found(0.5), found(null)] });

		expect(differenceOf(configured, changed).summary).toBe(
			'The change would have saved 12.50 USD more, found 1 more of 2 incidents, found an incident 4.5 min sooner, opened the breaker 2 more times, raised 1 false alarm instead of 0 and refused calls of 0.30 USD in false alarms.',
		);
		expect(differenceOf(changed, configured)).toMatchObject({
			savedMicroCents: -1_250_000_000,
			incidentsFound: -1,
			summary: expect.stringMatching(/saved 12\.50 USD less, found 1 fewer .* 4\.5 min later/),
		});
	});
});
