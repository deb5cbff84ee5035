import fc from 'fast-check';
import { formatUsd, lineItemMicroCents, usdToMicroCents } from '../../../core/money.ts';

describe('money', () => {
	it('writes dollars with two decimals, half a cent rounded away from zero', () => {
		expect(formatUsd(4_550_000_000)).toBe('45.50');
		expect(formatUsd(0)).toBe('0.00');
		expect(formatUsd(499_999)).toBe('0.00');
		expect(formatUsd(500_000)).toBe('0.01');
		expect(formatUsd(-500_000)).toBe('-0.01');
		expect(formatUsd(-499_999)).toBe('0.00');
		expect(formatUsd(Number.MAX_SAFE_INTEGER)).toBe('90071992.55');
	});

	it('keeps every cent of a dollar amount', () => {
		fc.assert(
			fc.property(fc.integer({ min: 0, max: 1_000_000_000 }), (cents) => {
				expect(usdToMicroCents(cents / 100)).toBe(cents * 1_000_000);
			}),
		);
	});

	it('prices exactly what big integers would, rounded once', () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 0, max: 1_000_000_000 }),
				fc.integer({ min: 0, max: 10_000_000_000 }),
				(quantity, rate) => {
					const exact = (BigInt(quantity) * BigInt(rate) + 500_000n) / 1_000_000n;
					if (exact > BigInt(Number.MAX_SAFE_INTEGER)) return;
					expect(lineItemMicroCents(quantity, rate)).toBe(Number(exact));
				},
			),
		);
	});

	it('refuses an amount beyond the safe integers rather than rounding it silently', () => {
		expect(() => lineItemMicroCents(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)).toThrow(
			RangeError,
		);
	});
});
