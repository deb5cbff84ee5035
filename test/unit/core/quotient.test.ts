import { percentOf, quotient } from '../../../core/quotient.ts';

describe('a quotient', () => {
	it('is exact where the product is beyond 2^53, and rounded once', () => {
		expect(quotient(953_529, 9_446_172_330, 953_529)).toBe(9_446_172_330);
		expect([quotient(5, 1, 2), quotient(-5, 1, 2), quotient(4, 1, 3)]).toEqual([3, -3, 1]);
	});

	it('in per cent has one decimal, and is null of nothing', () => {
		expect([percentOf(1, 3), percentOf(-2, 3), percentOf(5, 0)]).toEqual([33.3, -66.7, null]);
	});
});
