import type { BaselineState } from '../../../anomaly-service/src/ports/baselineFunctions.ts';
import type { Database } from '../../../anomaly-service/src/ports/database.ts';
import type { BaselineLimits } from '../../../anomaly-service/src/stages/baselineLimits.ts';
import type { BaselineRefresh } from '../../../anomaly-service/src/stages/baselineRefresh.ts';
import { BaselineRound } from '../../../anomaly-service/src/stages/baselineRound.ts';
import type { BaselineShifts } from '../../../anomaly-service/src/stages/baselineShifts.ts';

const DAY = 86_400_000;
const NOW = 100 * DAY;
const HOUR = 3_600_000;

type Bench = {
	round: BaselineRound;
	fitted: { tenantId: string; cause: string }[];
	logged: unknown[];
};

/** Tenants `a`, `b`, … Each fit takes `fitMs` of the clock; `broken` cannot be fitted, `shifted` have a new normal. */
function bench({
	tenants = ['a', 'b', 'c'],
	changes = {},
	fitMs = 0,
	broken = [],
	shifted = [],
}: {
	tenants?: string[];
	changes?: Record<string, Partial<BaselineState>>;
	fitMs?: number;
	broken?: string[];
	shifted?: string[];
} = {}): Bench {
	let now = NOW;
	const fitted: Bench['fitted'] = [];
	const logged: unknown[] = [];
	const stale = { firstAt: NOW - 9 * DAY, version: 1, fittedAt: NOW - DAY, heldUntil: null };
	const states = tenants.map((tenantId) => ({ tenantId, ...stale, ...changes[tenantId] }));
	const call = async (name: string, args: { after?: string | null; limit?: number }) => {
		if (name !== 'baseline_states') return null;
		const { after, limit } = args;
		return states.filter(({ tenantId }) => tenantId > (after ?? '')).slice(0, limit);
	};
	const refresh = {
		isStopped: false,
		async run(tenantId: string, { cause }: { cause: string }) {
			now += fitMs;
			fitted.push({ tenantId, cause });
			if (broken.includes(tenantId)) throw new Error('not finite');
			return { tenantId, version: 2 };
		},
	};
	const note = (details: object) => void logged.push(details);
	const round = new BaselineRound({
		clock: { now: () => now },
		database: { call } as unknown as Database,
		limits: { adjust: async () => 0 } as unknown as BaselineLimits,
		log: { error: note, warn: note, info: note, debug: note },
		refresh: refresh as unknown as BaselineRefresh,
		shifts: {
			look: async (tenantId: string) => shifted.includes(tenantId),
		} as unknown as BaselineShifts,
	});
	return { round, fitted, logged };
}

const order = { after: null, limit: 100, spendMs: 15_000, freshMs: 20 * HOUR, actor: 'key_1' };

describe('a round of refreshes', () => {
	it('is not ended by a tenant that cannot be fitted', async () => {
		const { round, logged } = bench({ broken: ['b'] });
		const { tenants, after } = await round.runPage(order, NOW);

		expect(tenants.map(({ outcome }) => outcome)).toEqual(['refreshed', 'failed', 'refreshed']);
		expect(tenants[1]).toMatchObject({ reason: 'it could not be fitted; see the log' });
		expect([after, logged]).toEqual([null, [{ err: expect.any(Error), tenantId: 'b' }]]);
	});

	it('begins nobody after its time is up, and says where to go on', async () => {
		const { round } = bench({ fitMs: 10_000 });
		const first = await round.runPage(order, NOW);
		expect(first).toMatchObject({ tenants: [{ tenantId: 'a' }, { tenantId: 'b' }], after: 'b' });

		const rest = await round.runPage({ ...order, after: first.after }, NOW + 20_000);
		expect(rest).toMatchObject({ tenants: [{ tenantId: 'c' }], after: null });
	});

	it('gets on by one tenant at least, however long that one takes', async () => {
		const { round } = bench({ fitMs: 60_000 });

		expect(await round.runPage(order, NOW)).toMatchObject({ after: 'a' });
	});

	it('leaves alone who is fresh, held or too young, and says so', async () => {
		const { round, fitted } = bench({
			changes: {
				a: { fittedAt: NOW - 19 * HOUR },
				b: { heldUntil: NOW + HOUR },
				c: { version: null, fittedAt: null, firstAt: NOW - 23 * HOUR },
			},
		});
		const { tenants } = await round.runPage(order, NOW);

		expect(tenants).toMatchObject([
			{ outcome: 'fresh' },
			{ outcome: 'skipped', reason: expect.stringMatching(/^rolled back, held until /) },
			{ outcome: 'skipped', reason: 'less than 24 hours of usage' },
		]);
		expect(fitted).toEqual([]);
	});

	it('says in the version that a new normal was taken over', async () => {
		const { round, fitted } = bench({ shifted: ['b'] });
		await round.runPage(order, NOW);

		expect(fitted.map(({ cause }) => cause)).toEqual(['nightly', 'automatic', 'nightly']);
	});

	it('of the service itself goes through all that are due, page after page', async () => {
		const tenants = Array.from({ length: 250 }, (_, index) => `t${String(index).padStart(3, '0')}`);
		const { round, fitted } = bench({ tenants, broken: ['t007'] });
		await round.runDue(NOW);

		expect(fitted.map(({ tenantId }) => tenantId)).toEqual(tenants);
		expect(new Set(fitted.map(({ cause }) => cause))).toEqual(new Set(['daily']));
	});
});
