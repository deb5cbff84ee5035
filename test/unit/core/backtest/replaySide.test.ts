import { knownIncidents, type KnownIncident } from '../../../../core/backtest/knownIncident.ts';
import { ReplaySide } from '../../../../core/backtest/replaySide.ts';
import { verdictOf } from '../../../../core/backtest/verdict.ts';
import type { Finding } from '../../../../core/finding.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

function finding(changes: Partial<Finding> = {}): Finding {
	return {
		rule: 'spendCap',
		...{ severity: 'critical', verdict: 'trip', strength: 2, evidence: { spent: 1 } },
		...changes,
	};
}
const flag = (strength = 1.2) =>
	finding({ rule: 'vectorDistance', severity: 'warning', verdict: 'flag', strength });
const opening = (from: number, to: number | null): KnownIncident => ({
	...{ id: 'inc_1', source: 'breaker', from, to },
});

describe('a replayed breaker', () => {
	it('refuses every call from its opening to an hour after the last finding that asked for it', () => {
		const side = new ReplaySide([]);
		side.act(finding(), 0);
		side.act(finding(), 20 * MINUTE);

		expect(side.admit({ at: 80 * MINUTE - 1, microCents: 5 })).toBe(false);
		expect(side.closeDue(80 * MINUTE - 1)).toBeUndefined();
		expect(side.closeDue(81 * MINUTE)).toBe(80 * MINUTE);
		expect(side.admit({ at: 81 * MINUTE, microCents: 7 })).toBe(true);
		expect(side.firings).toMatchObject([
			{ at: 0, opening: { closedAt: 80 * MINUTE, refusedCalls: 1, refusedMicroCents: 5 } },
		]);
	});

	it('closes when the incident it belongs to was closed, however long the rule goes on', () => {
		const side = new ReplaySide([opening(10 * MINUTE, 30 * MINUTE)]);
		side.act(finding(), 5 * MINUTE);
		side.act(finding(), 29 * MINUTE);

		expect(side.closeDue(30 * MINUTE)).toBe(30 * MINUTE);
		expect(side.admit({ at: 30 * MINUTE, microCents: 1 })).toBe(true);
	});

	it('stays open to the end in an incident that nobody has closed', () => {
		const side = new ReplaySide([opening(0, null)]);
		side.act(finding(), 0);

		expect(side.closeDue(100 * HOUR)).toBeUndefined();
	});

	it('is one firing while it is open, and nobody is told of anything else', () => {
		const side = new ReplaySide([]);
		side.act(finding(), 0);
		side.act(flag(), MINUTE);
		side.act(finding({ rule: 'other' }), 2 * MINUTE);

		expect(side.firings).toHaveLength(1);
	});
});

describe('what people are told', () => {
	it('is one firing for each episode, with every time they were told', () => {
		const side = new ReplaySide([]);
		for (const [minute, strength] of [
			[0, 1.2],
			[1, 1.3],
			[15, 2],
			[200, 1.1],
		] as const) {
			side.act(flag(strength), minute * MINUTE);
		}

		expect(side.firings).toMatchObject([
			{ at: 0, strength: 1.2, peakStrength: 2, notifiedAt: [0, 15 * MINUTE] },
			{ at: 200 * MINUTE, notifiedAt: [200 * MINUTE] },
		]);
	});

	it('starts afresh when the breaker closes', () => {
		const side = new ReplaySide([opening(MINUTE, 10 * MINUTE)]);
		side.act(flag(), 0);
		side.act(finding(), MINUTE);
		side.closeDue(10 * MINUTE);
		side.act(flag(), 11 * MINUTE);

		expect(side.firings.map(({ at }) => at / MINUTE)).toEqual([0, 1, 11]);
	});
});

describe('the verdict', () => {
	const known = [opening(2 * HOUR, 3 * HOUR)];

	it('counts what was refused in known incidents as saved, and elsewhere as refused in error', () => {
		const side = new ReplaySide(known);
		side.act(finding(), 2 * HOUR - 10 * MINUTE);
		side.admit({ at: 2 * HOUR, microCents: 100 });
		side.closeDue(3 * HOUR);
		side.act(finding(), 10 * HOUR);
		side.admit({ at: 10 * HOUR + 1, microCents: 30 });
		const limits = [{ limitId: 'day', calls: 2, microCents: 9, firstAt: 0 }];

		const verdict = verdictOf({ firings: side.firings, limits }, { known, fine: [] });

		expect(verdict).toMatchObject({
			...{ trips: 2, alerts: 0, falseAlarms: 1 },
			saved: { calls: 3, microCents: 109 },
			refusedInError: { calls: 1, microCents: 30 },
			incidents: [{ by: 'spendCap', delayMinutes: -10 }],
		});
	});

	it('is of the first rule that said something of an incident; one nobody spoke of was missed', () => {
		const later = { ...opening(20 * HOUR, 21 * HOUR), id: 'inc_2' };
		const side = new ReplaySide([...known, later]);
		side.act(flag(), 2 * HOUR + 3 * MINUTE);
		side.act(finding(), 2 * HOUR + 5 * MINUTE);
		side.closeDue(3 * HOUR);

		const { incidents } = verdictOf(
			{ firings: side.firings, limits: [] },
			{ known: [...known, later], fine: [] },
		);

		expect(incidents).toMatchObject([
			{ by: 'vectorDistance', delayMinutes: 3 },
			{ by: null, delayMinutes: null },
		]);
	});

	it('calls false what people said was fine, and does not take its opening for an incident', () => {
		const fine = [{ from: 2 * HOUR, to: 3 * HOUR }];
		const side = new ReplaySide(known);
		side.act(flag(), 2 * HOUR + MINUTE);

		const verdict = verdictOf(
			{ firings: side.firings, limits: [] },
			{ known: knownIncidents({ openings: known, confirmed: [], fine }), fine },
		);

		expect(verdict).toMatchObject({ falseAlarms: 1, incidents: [], firings: [{ judged: 'fine' }] });
	});

	it('takes a breaker that was open already for having found the incident', () => {
		const side = new ReplaySide([]);
		side.act(finding(), 0);
		side.act(finding(), 100 * MINUTE);
		const late = [opening(150 * MINUTE, 200 * MINUTE)];

		const verdict = verdictOf({ firings: side.firings, limits: [] }, { known: late, fine: [] });

		expect(verdict).toMatchObject({ falseAlarms: 0, incidents: [{ delayMinutes: -150 }] });
	});
});

it('feedback on an opening is no incident of its own', () => {
	const openings = [opening(0, HOUR)];
	const said = (id: string, from: number, to: number): KnownIncident => ({
		...{ id, source: 'feedback', from, to },
	});
	const confirmed = [said('same', 10 * MINUTE, 20 * MINUTE), said('new', 5 * HOUR, 6 * HOUR)];

	expect(knownIncidents({ openings, confirmed, fine: [] }).map(({ id }) => id)).toEqual([
		'inc_1',
		'new',
	]);
});
