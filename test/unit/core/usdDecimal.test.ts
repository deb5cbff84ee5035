import fc from 'fast-check';
import { usdDecimal } from '../../../core/usdDecimal.ts';

describe('an amount in dollars with all its decimals', () => {
	it.each([
		[0, '0.00000000'],
		[1, '0.00000001'],
		[-36_900, '-0.00036900'],
		[Number.MAX_SAFE_INTEGER, '90071992.54740991'],
	])('%d µ¢ is %s', (amount, text) => {
		expect(usdDecimal(amount)).toBe(text);
	});

	it('has the digits of the amount, so that sums of texts are sums of amounts', () => {
		fc.assert(
			fc.property(fc.maxSafeInteger(), (amount) => {
				expect(usdDecimal(amount)).toMatch(/^-?\d+\.\d{8}$/);
				expect(Number(usdDecimal(amount).replace('.', ''))).toBe(amount);
			}),
		);
	});
});
