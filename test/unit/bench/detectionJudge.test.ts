import { MINUTES, SCORED_FROM } from '../../../bench/detection/calendar.ts';
import { judge } from '../../../bench/detection/judge.ts';
import type { LabelledIncident, Labels } from '../../../bench/detection/labels.ts';
import { judgeAll, limitFor, summarise } from '../../../bench/detection/summary.ts';

const START = SCORED_FROM + 1000;
const END = START + 30;

/** One dollar a minute for half an hour. */
function incident(): LabelledIncident {
	return {
		...{ kind: 'spike', strength: '4x', start: START, end: END, requests: 30 },
		extraMicroCents: 30e8,
		spentBy: Float64Array.from({ length: 30 }, (_, minute) => (minute + 1) * 1e8),
	};
}

function labels(changes: Partial<Labels> = {}): Labels {
	return {
		...{ seed: 'test1', id: 't00', growth: 0, incidents: [incident()], benign: [] },
		...changes,
	};
}

/** Scores of 0 but for these minutes. */
function scores(flagged: Record<number, number>): Float32Array {
	const all = new Float32Array(MINUTES);
	for (const [minute, score] of Object.entries(flagged)) all[Number(minute)] = score;
	return all;
}

function from(minute: number, minutes: number, score = 2): Record<number, number> {
	return Object.fromEntries(Array.from({ length: minutes }, (_, at) => [minute + at, score]));
}

describe('judging alerts', () => {
	it('an incident is found when an alert opens in it, with delay and leak up to then', () => {
		const { incidents, falseAlerts } = judge(scores({ [START + 2]: 2 }), 1, labels());

		expect(incidents).toEqual([expect.objectContaining({ kind: 'spike', delay: 3, leaked: 0.1 })]);
		expect(falseAlerts).toBe(0);
	});

	it('an alert that was open all along finds nothing', () => {
		const open = scores(from(START - 500, 600));

		expect(judge(open, 1, labels()).incidents[0]).toMatchObject({ delay: undefined, leaked: 1 });
		expect(judge(open, 1, labels()).falseAlerts).toBe(1);
	});

	it('an open alert that gets half as strong again finds it', () => {
		const escalates = scores({ ...from(START - 500, 600), [START + 4]: 3.1 });

		expect(judge(escalates, 1, labels()).incidents[0]).toMatchObject({ delay: 5 });
	});

	it('an alert within an hour after an incident is neither false nor a find', () => {
		const late = judge(scores({ [END + 59]: 2 }), 1, labels());

		expect(late.falseAlerts).toBe(0);
		expect(late.incidents[0]).toMatchObject({ delay: undefined });
		expect(judge(scores({ [END + 60]: 2 }), 1, labels()).falseAlerts).toBe(1);
	});

	it('flags less than an hour apart are one alert, later ones another', () => {
		const at = SCORED_FROM + 100;

		expect(judge(scores({ [at]: 2, [at + 59]: 2 }), 1, labels()).falseAlerts).toBe(1);
		expect(judge(scores({ [at]: 2, [at + 60]: 2 }), 1, labels()).falseAlerts).toBe(2);
	});

	it('nothing of the first week is counted, and no missing score is a flag', () => {
		const firstWeek = scores(from(SCORED_FROM - 200, 100));
		const missing = new Float32Array(MINUTES).fill(NaN);

		expect(judge(firstWeek, 1, labels()).falseAlerts).toBe(0);
		expect(judge(missing, 1, labels()).falseAlerts).toBe(0);
	});

	it('a benign change is alerted by an alert that opens in it, a lasting one within a day', () => {
		const at = SCORED_FROM + 3000;
		const lasting = { kind: 'migration', start: at, end: MINUTES } as const;
		const passing = { kind: 'campaign', start: at, end: at + 90 } as const;
		const benign = labels({ benign: [lasting, passing] });

		expect(judge(scores({ [at + 80]: 2 }), 1, benign).benign.map(({ alerted }) => alerted)).toEqual(
			[true, true],
		);
		expect(
			judge(scores({ [at + 1000]: 2 }), 1, benign).benign.map(({ alerted }) => alerted),
		).toEqual([true, false]);
		expect(
			judge(scores({ [at + 2000]: 2 }), 1, benign).benign.map(({ alerted }) => alerted),
		).toEqual([false, false]);
	});
});

describe('summing up', () => {
	/** A false alert of each strength from 1 to 10, three hours apart. */
	const noisy = Array.from({ length: 4 }, () => ({
		labels: labels({ incidents: [] }),
		scores: scores(
			Object.fromEntries(
				Array.from({ length: 10 }, (_, index) => [SCORED_FROM + 180 * (index + 1), index + 1]),
			),
		),
	}));

	it.each([0.5, 1, 3, 7])(
		'the limit for a budget of %d keeps it, and no lower one does',
		(budget) => {
			const limit = limitFor(noisy, budget);
			const alerts = (at: number) => summarise(judgeAll(noisy, at)).falseAlertsPerTenantWeek;

			expect(alerts(limit)).toBeLessThanOrEqual(budget);
			expect(alerts(limit - 1)).toBeGreaterThan(budget);
		},
	);

	it('macro recall is the mean over types, and a spike of 3x does not count', () => {
		const grey = { ...incident(), strength: '3x', start: START + 2000, end: START + 2030 };
		const missed = { ...incident(), kind: 'drip' as const, start: START + 4000, end: START + 4030 };
		const cases = [
			{ labels: labels({ incidents: [incident(), grey, missed] }), scores: scores({ [START]: 2 }) },
			{ labels: labels(), scores: scores({ [START + 9]: 2 }) },
		];
		const summary = summarise(judgeAll(cases, 1));

		expect(summary.macroRecall).toBe(0.5);
		expect(summary.recall.get('spike_3x')).toBe(0);
		expect(summary.foundIn5Minutes).toBeCloseTo(1 / 3);
		expect(summary.leakDollars).toBeCloseTo((1 + 10 + 30) / 90);
	});
});
