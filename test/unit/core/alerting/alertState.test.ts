import fc from 'fast-check';
import {
	acknowledge,
	COOLDOWN_MS,
	observe,
	withoutFindings,
	type AlertEnd,
	type AlertState,
} from '../../../../core/alerting/alertState.ts';

const MINUTE = 60_000;

type Seen = { at: number; strength?: number; muted?: boolean };

/** Findings one after another: what becomes of the alert, and when people are told. */
function run(findings: Seen[], ends: AlertEnd = 'quiet') {
	let alert: AlertState | undefined;
	const told: number[] = [];
	const ids = new Set<string>();
	findings.forEach(({ at, strength = 1, muted = false }, index) => {
		const fresh = { id: `alr_${index}`, ends };
		const observed = observe(alert, { at: at * MINUTE, strength, muted, fresh });
		({ alert } = observed);
		ids.add(alert.id);
		if (observed.tell) told.push(at);
	});
	return { alert, told, alerts: ids.size };
}

describe('an alert', () => {
	it('is told once while a finding goes on at the same strength', () => {
		const findings = Array.from({ length: 300 }, (_, at) => ({ at, strength: 1.4 }));

		expect(run(findings)).toMatchObject({ told: [0], alerts: 1 });
	});

	it('is told again when it got half as bad again, measured from when it was last told', () => {
		const strengths = [1, 1.4, 1.5, 2.2, 2.25];
		const findings = strengths.map((strength, index) => ({ strength, at: index * 15 }));

		expect(run(findings).told).toEqual([0, 30, 60]);
	});

	it('is told at most every 15 minutes, however fast it gets worse', () => {
		const findings = Array.from({ length: 32 }, (_, at) => ({ at, strength: 2 ** at }));

		expect(run(findings).told).toEqual([0, 15, 30]);
	});

	it('is over 15 minutes after the last finding', () => {
		const { alert } = run([{ at: 0 }, { at: 3 }]);
		if (!alert) throw new Error('there is none');

		expect(withoutFindings(alert, 18 * MINUTE).state).toBe('firing');
		expect(withoutFindings(alert, 18 * MINUTE + 1)).toMatchObject({
			...{ state: 'resolved', resolvedAt: 18 * MINUTE, said: 'resolved' },
		});
	});

	it('opens again within 15 minutes of its end, and is told of 15 minutes after the word of its end', () => {
		const { alerts, told } = run([{ at: 0 }, { at: 16 }, { at: 29 }, { at: 30 }, { at: 31 }]);

		expect({ alerts, told }).toEqual({ alerts: 1, told: [0, 30] });
	});

	it('is a new one later than that', () => {
		expect(run([{ at: 0 }, { at: 31 }])).toMatchObject({ told: [0, 31], alerts: 2 });
	});

	it('that waits for somebody’s word is not over by itself', () => {
		expect(run([{ at: 0 }, { at: 600 }], 'told')).toMatchObject({ told: [0], alerts: 1 });
	});

	it('somebody takes care of is told no more, however bad it gets, until it is over', () => {
		const { alert } = run([{ at: 0 }]);
		if (!alert) throw new Error('there is none');
		const taken = acknowledge(alert);
		const fresh = { id: 'alr_new', ends: 'quiet' } as const;
		const see = (known: AlertState, at: number) =>
			observe(known, { at: at * MINUTE, strength: 100 * at, muted: false, fresh });

		const later = see(see(taken, 10).alert, 20);
		expect(later).toMatchObject({ tell: false, alert: { state: 'acknowledged' } });
		expect(see(later.alert, 60)).toMatchObject({
			tell: true,
			opened: true,
			alert: { id: 'alr_new' },
		});
	});

	it('of a muted rule is told once the mute is over', () => {
		const muted = true;
		const { alert, told } = run([{ at: 0, muted }, { at: 1, muted }, { at: 2 }, { at: 3 }]);

		expect({ told, sequence: alert?.sequence }).toEqual({ told: [2], sequence: 2 });
	});

	const step = fc.record({
		wait: fc.integer({ min: 0, max: 40 }),
		strength: fc.double({ min: 1, max: 1000, noNaN: true }),
		muted: fc.boolean(),
		care: fc.boolean(),
	});

	it('tells nobody twice within 15 minutes of one alert, whatever happens', () => {
		fc.assert(
			fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
				let alert: AlertState | undefined;
				let at = 0;
				const words = new Map<string, number[]>();
				steps.forEach(({ wait, strength, muted, care }, index) => {
					at += wait * MINUTE;
					const before = alert;
					const fresh = { id: `alr_${index}`, ends: 'quiet' } as const;
					const { alert: after, tell, opened } = observe(before, { at, strength, muted, fresh });
					if (tell) words.set(after.id, [...(words.get(after.id) ?? []), at]);
					// Each message has the next number; nothing else changes the number.
					expect(after.sequence - (opened ? 0 : (before?.sequence ?? 0))).toBe(
						tell || opened ? 1 : 0,
					);
					const isTaken = before && withoutFindings(before, at).state === 'acknowledged';
					expect(tell && (muted || isTaken)).toBeFalsy();
					alert = care ? acknowledge(after) : after;
				});
				for (const times of words.values()) {
					times.reduce((last, time) => {
						expect(time - last).toBeGreaterThanOrEqual(COOLDOWN_MS);
						return time;
					}, -Infinity);
				}
			}),
		);
	});

	it('is never lost: what fires unmuted for 15 minutes without anybody’s care was told', () => {
		fc.assert(
			fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
				let alert: AlertState | undefined;
				let at = 0;
				const see = (muted: boolean, strength: number) => {
					const fresh = { id: `alr_${at}`, ends: 'quiet' } as const;
					const observed = observe(alert, { at, strength, muted, fresh });
					({ alert } = observed);
					return observed;
				};
				for (const { wait, strength, muted } of steps) {
					at += wait * MINUTE;
					see(muted, strength);
				}
				for (let minute = 0; minute <= 15; minute++) {
					at += MINUTE;
					see(false, 1);
				}
				expect(alert).toMatchObject({ state: 'firing', said: 'firing' });
			}),
		);
	});
});
