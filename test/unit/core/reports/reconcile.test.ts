import fc from 'fast-check';
import { compare, driftingDays, totalsOf, type Sides } from '../../../../core/reconcile.ts';
import type { LedgerRow, PricedLine } from '../../../../core/reconcileGroups.ts';
import { NO_USAGE } from '../../../../core/usage.ts';

const USD = 100_000_000;
const DAY = '2026-11-19';
const NOW = Date.UTC(2026, 10, 21, 18);
const THRESHOLDS = { percent: 2, microCents: USD, settleHours: 24 };

type Day = { provider: string; day: string };
const openai: Day = { provider: 'openai', day: DAY };

const billed = (keyId: string | null, usd: number, day = openai): PricedLine => ({
	...day,
	...{ keyId, model: null, costMicroCents: usd * USD },
});
const used = (keyId: string | null, usd: number, day = openai): PricedLine => ({
	...{ ...day, keyId, model: 'm', pricedMicroCents: usd * USD },
	usage: { ...NO_USAGE, inputUncached: 10, cacheRead: 5, output: 3 },
});
const recorded = (keyId: string | null, usd: number, day = openai): LedgerRow => ({
	...{ ...day, keyId, model: 'm', calls: 1, inputTokens: 14, outputTokens: 2 },
	...{ costMicroCents: usd * USD, costBySource: { price: usd * USD } },
});

function compared(sides: Partial<Sides>, now = NOW) {
	const all = { days: [openai], vendor: [], ledger: [], keyMap: {}, ...sides };
	return compare(all, THRESHOLDS, now);
}

const shown = (sides: Partial<Sides>) =>
	compared(sides).map(({ keyId, basis, inTotals, driftMicroCents, driftPercent, finding }) => [
		...[keyId, basis, inTotals, driftMicroCents / USD, driftPercent, finding],
	]);

describe('a bill and the ledger', () => {
	it('are compared by key, under our names of them', () => {
		const lines = shown({
			vendor: [billed('key_a', 10), billed('key_a', 5), billed('key_b', 4), billed(null, 7)],
			ledger: [recorded('sales', 15), recorded('idle', 3), recorded(null, 7)],
			keyMap: { key_a: 'sales' },
		});

		expect(lines).toEqual([
			['key_b', 'billed', true, 4, 100, 'notRecorded'],
			['idle', 'billed', true, -3, -100, 'notBilled'],
			['(none)', 'billed', true, 0, 0, null],
			['sales', 'billed', true, 0, 0, null],
		]);
	});

	it('are compared by day where one of them knows no keys', () => {
		const byDay = ['(all)', 'billed', true, 2, 13.33, 'drift'];

		expect(shown({ vendor: [billed('a', 15)], ledger: [recorded(null, 13)] })).toEqual([byDay]);
		expect(shown({ vendor: [billed(null, 15)], ledger: [recorded('a', 13)] })).toEqual([byDay]);
		expect(shown({ vendor: [billed('a', 9)] })).toEqual([
			['(all)', 'billed', true, 9, 100, 'notRecorded'],
		]);
		expect(shown({ ledger: [recorded('a', 9)] })).toEqual([
			['(all)', 'billed', true, -9, -100, 'notBilled'],
		]);
	});

	it('say by the use of each key where a bill without keys drifts, and count the day once', () => {
		const sides = {
			vendor: [billed(null, 20), used('a', 12), used('b', 8)],
			ledger: [recorded('a', 12)],
		};

		expect(shown(sides)).toEqual([
			['(all)', 'billed', true, 8, 40, 'drift'],
			['b', 'priced', false, 8, 100, 'notRecorded'],
			['a', 'priced', false, 0, 0, null],
		]);
		expect(totalsOf(compared(sides))).toMatchObject({ vendorMicroCents: 20 * USD });
	});

	it('are compared by use alone where the vendor does not tell the cost', () => {
		const [line] = compared({ vendor: [used('a', 12)], ledger: [recorded('a', 10)] });

		expect(line).toMatchObject({
			...{ basis: 'priced', inTotals: true, calls: 1, driftMicroCents: 2 * USD },
			...{ vendorTokens: { input: 15, output: 3 }, ledgerTokens: { input: 14, output: 2 } },
			ledgerBySource: { price: 10 * USD },
		});
	});

	it('keep to days and providers', () => {
		const anthropic = { provider: 'anthropic', day: DAY };
		const before = { provider: 'openai', day: '2026-11-18' };
		const lines = compared({
			days: [openai, before, anthropic],
			vendor: [billed(null, 1), billed(null, 2, before)],
			ledger: [recorded(null, 4, anthropic), recorded(null, 9, { ...before, day: '2026-11-17' })],
		});

		expect(
			lines.map(({ provider, day, driftMicroCents }) => [provider, day, driftMicroCents / USD]),
		).toEqual([
			['openai', '2026-11-18', 2],
			['anthropic', DAY, -4],
			['openai', DAY, 1],
		]);
	});

	it.each([
		['a dollar', 11, 10, null],
		['more than a dollar', 11.00000001, 10, 'drift'],
		['two percent', 100, 98, null],
		['more than two percent', 100, 97.9, 'drift'],
		['the same the other way round', 97.9, 100, 'drift'],
	])('that are apart by %s', (_what, vendor, ledger, finding) => {
		const [line] = compared({ vendor: [billed(null, vendor)], ledger: [recorded(null, ledger)] });

		expect(line?.finding).toBe(finding);
	});

	it('of a day that ended less than 24 h ago are compared and not told', () => {
		const sides = { vendor: [billed(null, 9)] };
		const settled = Date.UTC(2026, 10, 21);

		const [early] = compared(sides, settled - 1);
		expect(early).toMatchObject({ provisional: true, finding: 'notRecorded' });
		expect(driftingDays(compared(sides, settled - 1))).toEqual([]);
		expect(driftingDays(compared(sides, settled))).toHaveLength(1);
	});
});

describe('for any bills and ledgers', () => {
	const money = fc.integer({ min: 0, max: 1e13 });
	const key = fc.constantFrom(null, 'a', 'b', 'c');
	const day = fc.constantFrom(
		openai,
		{ ...openai, day: '2026-11-18' },
		{ ...openai, provider: 'x' },
	);
	const entries = fc.array(fc.record({ keyId: key, day, money }), { maxLength: 12 });
	const days = [openai, { ...openai, day: '2026-11-18' }, { ...openai, provider: 'x' }];
	const vendorOf = (list: { keyId: string | null; day: Day; money: number }[]) =>
		list.map((one) => ({ ...billed(one.keyId, 0, one.day), costMicroCents: one.money }));
	const ledgerOf = (list: { keyId: string | null; day: Day; money: number }[]) =>
		list.map((one) => ({ ...recorded(one.keyId, 0, one.day), costMicroCents: one.money }));
	const sum = (list: { money: number }[]) => list.reduce((all, one) => all + one.money, 0);

	it('the lines add up to both sides', () => {
		fc.assert(
			fc.property(entries, entries, (vendor, ledger) => {
				const lines = compared({ days, vendor: vendorOf(vendor), ledger: ledgerOf(ledger) });

				expect(totalsOf(lines)).toMatchObject({
					...{ vendorMicroCents: sum(vendor), ledgerMicroCents: sum(ledger) },
					driftMicroCents: sum(vendor) - sum(ledger),
				});
				expect(lines.reduce((all, line) => all + line.driftMicroCents, 0)).toBe(
					sum(vendor) - sum(ledger),
				);
			}),
		);
	});

	it('exchanging the two sides changes the sign of every drift and nothing else', () => {
		fc.assert(
			fc.property(entries, entries, (one, other) => {
				const drifts = (vendor: typeof one, ledger: typeof one, sign: number) =>
					compared({ days, vendor: vendorOf(vendor), ledger: ledgerOf(ledger) }).map((line) => [
						...[line.provider, line.day, line.keyId],
						...[sign * line.driftMicroCents + 0, sign * line.driftPercent + 0],
					]);

				expect(drifts(one, other, 1)).toEqual(drifts(other, one, -1));
			}),
		);
	});

	it('a drift is between −100 and 100 percent', () => {
		fc.assert(
			fc.property(entries, entries, (vendor, ledger) => {
				for (const { driftPercent, driftMicroCents } of compared({
					...{ days, vendor: vendorOf(vendor), ledger: ledgerOf(ledger) },
				})) {
					expect(Math.abs(driftPercent)).toBeLessThanOrEqual(100);
					expect(driftPercent * driftMicroCents).toBeGreaterThanOrEqual(0);
				}
			}),
		);
	});
});
