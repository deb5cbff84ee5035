import fc from 'fast-check';
import { readUsd, withUsd } from '../../nodes/Fuse/shared/usd.ts';
import { exactUsd } from '../../nodes/shared/exactUsd.ts';

const microCents = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });

describe('dollars', () => {
	it('survive the way there and back to the micro-cent, as text', () => {
		fc.assert(
			fc.property(microCents, (amount) => {
				expect(readUsd(exactUsd(amount))).toEqual({ microCents: amount });
			}),
		);
	});

	it.each([
		['500', 50_000_000_000],
		['0.1', 10_000_000],
		[' 45.50 ', 4_550_000_000],
		['007.00000001', 700_000_001],
		['90071992.54740991', Number.MAX_SAFE_INTEGER],
		[0.1, 10_000_000],
		[1e-7, 10],
		[1.5e-7, 15],
		['2.5e2', 25_000_000_000],
		['0.100000000', 10_000_000],
		[0, 0],
	])('%j are %i micro-cents', (written, amount) => {
		expect(readUsd(written)).toEqual({ microCents: amount });
	});

	it.each([
		'',
		'-1',
		'+1',
		'1,000',
		'1.',
		'.5',
		'$1',
		'0x10',
		'1 000',
		'NaN',
		1e21,
		NaN,
		true,
		null,
	])('%j are none', (written) => {
		expect(readUsd(written)).toEqual({ refused: 'expected US dollars such as 500 or 0.25' });
	});

	it('are not rounded: a sum in floating point is refused', () => {
		expect(readUsd(0.1 + 0.2)).toEqual({ refused: expect.stringContaining('at most 8 decimals') });
	});

	it.each([
		[0, '0.00'],
		[1, '0.00000001'],
		[36_900, '0.000369'],
		[100_000_000, '1.00'],
		[4_550_000_000, '45.50'],
		[-123_000_000, '-1.23'],
		[Number.MAX_SAFE_INTEGER, '90071992.54740991'],
	])('of %i micro-cents are %s', (amount, text) => {
		expect(exactUsd(amount)).toBe(text);
	});
});

describe('an answer', () => {
	it('has each amount as dollars right after it, however deep it lies', () => {
		const answer = { microCents: 1, rows: [{ costMicroCents: 100_000_000, calls: 3 }] };

		expect(JSON.stringify(withUsd(answer))).toBe(
			'{"microCents":1,"usd":"0.00000001","rows":[{"costMicroCents":100000000,"costUsd":"1.00","calls":3}]}',
		);
	});

	it('has counts as dollars only where money is counted', () => {
		expect(withUsd({ unit: 'microCents', capacity: 5, window: '1h' })).toHaveProperty(
			'capacityUsd',
		);
		expect(withUsd({ unit: 'requests', capacity: 5 })).toEqual({ unit: 'requests', capacity: 5 });
		expect(withUsd({ capMicroCents: null })).toEqual({ capMicroCents: null });
	});
});
