import fc from 'fast-check';
import {
	aheadMsOf,
	fillPctOf,
	isOverdue,
	LANE_BOUNDS_MS,
	LANES,
	rankOf,
} from '../../../core/lanes.ts';
import type { Lane } from '../../../core/decision.ts';

const MINUTE = 60_000;
type Call = { lane: Lane; parkedAt: number };

const anyCall = fc.record<Call>({
	lane: fc.constantFrom(...LANES),
	parkedAt: fc.integer({ min: 0, max: 60 * MINUTE }),
});
const headStart = (call: Call, over: Call) => aheadMsOf(call.lane) - aheadMsOf(over.lane);

/** Serves one call at a time, whenever there is room, by rank among those parked by then. */
function serve(calls: readonly Call[], roomEveryMs: number): Call[] {
	const waiting = new Set(calls);
	const served: Call[] = [];
	for (let now = 0; waiting.size > 0; now += roomEveryMs) {
		const parked = [...waiting].filter(({ parkedAt }) => parkedAt <= now);
		const [first] = parked.sort(
			(a, b) => rankOf(a.lane, a.parkedAt) - rankOf(b.lane, b.parkedAt) || a.parkedAt - b.parkedAt,
		);
		if (!first) continue;
		waiting.delete(first);
		served.push(first);
	}
	return served;
}

describe('lanes', () => {
	it('let a call go first that is parked within the head start, and none that is parked later', () => {
		fc.assert(
			fc.property(anyCall, anyCall, (a, b) => {
				const isAhead = rankOf(b.lane, b.parkedAt) < rankOf(a.lane, a.parkedAt);
				expect(isAhead).toBe(b.parkedAt - a.parkedAt < headStart(a, b));
			}),
		);
	});

	it('starve nobody: whoever is served before a call that was there was parked within the head start', () => {
		const calls = fc.array(anyCall, { minLength: 2, maxLength: 40 });
		fc.assert(
			fc.property(calls, fc.integer({ min: 1000, max: 5 * MINUTE }), (given, roomEveryMs) => {
				const served = serve(given, roomEveryMs);
				for (const [place, call] of served.entries()) {
					for (const earlier of served.slice(0, place)) {
						const lateBy = earlier.parkedAt - call.parkedAt;
						expect(lateBy).toBeLessThanOrEqual(Math.max(0, headStart(call, earlier)));
					}
				}
			}),
		);
	});

	it('serve a bulk call among endless interactive ones after 15 minutes of them', () => {
		const bulk: Call = { lane: 'bulk', parkedAt: 0 };
		const people = Array.from({ length: 60 }, (_, minute): Call => {
			return { lane: 'interactive', parkedAt: minute * MINUTE };
		});

		expect(serve([bulk, ...people], MINUTE).indexOf(bulk)).toBe(15);
	});

	it('are first come first served within a lane', () => {
		fc.assert(
			fc.property(fc.constantFrom(...LANES), fc.nat(), fc.nat(), (lane, a, b) => {
				expect(Math.sign(rankOf(lane, a) - rankOf(lane, b))).toBe(Math.sign(a - b));
			}),
		);
	});

	it('fill limits up outside business hours, and leave room for people during them', () => {
		const pct = (lane: Lane, businessTime: boolean) =>
			fillPctOf({ lane, parkedAt: 0 }, { now: 0, businessTime });

		expect(LANES.map((lane) => pct(lane, true))).toEqual([100, 95, 80]);
		expect(LANES.map((lane) => pct(lane, false))).toEqual([100, 100, 100]);
	});

	it('hold nothing back from a call that waited longer than its lane’s bound', () => {
		for (const lane of LANES) {
			const call = { lane, parkedAt: 0 };
			const now = LANE_BOUNDS_MS[lane];

			expect(isOverdue(call, now)).toBe(false);
			expect(isOverdue(call, now + 1)).toBe(true);
			expect(fillPctOf(call, { now: now + 1, businessTime: true })).toBe(100);
		}
	});
});
