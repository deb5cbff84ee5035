import { DAY, MINUTES } from '../../../bench/detection/calendar.ts';
import { peerScores, PEERS } from '../../../bench/detection/peers/index.ts';
import { blank, costOf, type Request } from '../../../bench/detection/request.ts';

const SPIKE_AT = 9 * DAY + 600;

/** Six like requests a minute, at uneven seconds. */
function flatTenant(): Request[] {
	return Array.from({ length: 6 * MINUTES }, (_, index) => request(index * 10 + (index % 7)));
}

function request(time: number): Request {
	const sent = {
		...blank({ endpoint: 0, tier: 1 }),
		time,
		input: 500,
		output: 200,
		latencyMs: 3000,
	};

	return { ...sent, costMicroCents: costOf(sent) };
}

/** Two hours with 40 times as many. */
function withSpike(): Request[] {
	const more = Array.from({ length: 240 * 120 }, (_, index) => request(SPIKE_AT * 60 + index / 4));

	return [...flatTenant(), ...more].sort((a, b) => a.time - b.time);
}

const FLAT = peerScores(flatTenant());
const SPIKE = peerScores(withSpike());

function highest(scores: Float32Array | undefined, from: number, to: number): number {
	return Math.max(...(scores?.slice(from, to) ?? []).filter((score) => !Number.isNaN(score)));
}

describe('the detectors that users have today', () => {
	// The other two are divided by the tenant's own limit, which of a tenant that never changes is nothing.
	const relative = ['naive_cosine', 'isolation_forest'];

	it.each(PEERS.map(({ name }) => name).filter((name) => !relative.includes(name)))(
		'%s scores a spike higher than anything a flat tenant does',
		(name) => {
			const flat = highest(FLAT.get(name), 8 * DAY, MINUTES);

			expect(highest(SPIKE.get(name), SPIKE_AT, SPIKE_AT + 120)).toBeGreaterThan(flat);
		},
	);

	it('score a flat tenant low, each in its own unit', () => {
		const highestOf = (name: string) => highest(FLAT.get(name), 8 * DAY, MINUTES);

		expect(highestOf('hard_cap')).toBeLessThan(0.1);
		expect(highestOf('spend_400_pct')).toBeLessThan(1.5);
		expect(highestOf('ewma_z')).toBeLessThan(1);
		expect(highestOf('seasonal_z')).toBeLessThan(1);
		expect(highestOf('five_signal_z')).toBeLessThan(1);
	});

	it('score every minute of the scored week', () => {
		for (const { name } of PEERS) {
			const scored = FLAT.get(name)?.slice(7 * DAY) ?? new Float32Array();

			expect({ name, missing: scored.filter(Number.isNaN).length }).toEqual({ name, missing: 0 });
		}
	});
});
