import { createPricer } from '../../../anomaly-service/src/stages/price.ts';
import { createPriceBook } from '../../../core/priceBook.ts';
import { NO_USAGE } from '../../../core/usage.ts';
import type { UsageData } from '../../../core/usageEvent.ts';

const book = createPriceBook([
	{
		provider: 'openai',
		model: 'half-priced',
		pattern: '^half-priced$',
		rates: [
			{ unit: 'inputUncached', rate: 100_000_000 },
			{ unit: 'output', rate: 400_000_000 },
		],
	},
]);
const pricer = createPricer(book, () => ({ input: 10_000_000, output: 7_000_000_000 }));
const eventOf = (usage: Partial<typeof NO_USAGE>, more: Partial<UsageData> = {}): UsageData => ({
	...{ provider: 'openai', model: 'half-priced', usage: { ...NO_USAGE, ...usage } },
	...more,
});
const price = (usage: Partial<typeof NO_USAGE>, model = 'half-priced') => {
	const priced = pricer.priceEvent(eventOf(usage, { model }), 0);
	if (!priced) throw new Error('costs more than a number holds');
	return priced;
};

describe('the price of an event', () => {
	it('is that of the list when the list has all of it', () => {
		expect(price({ inputUncached: 1000, output: 10 })).toMatchObject({
			costMicroCents: 100_000 + 4000,
			costSource: 'price',
		});
	});

	it('takes the ceiling for the buckets without a price, and only for them', () => {
		const { costMicroCents, costSource, lineItems } = price({
			inputUncached: 1000,
			output: 10,
			inputAudio: 50,
			outputAudio: 3,
		});

		expect(costSource).toBe('ceiling');
		expect(costMicroCents).toBe(100_000 + 4000 + 500 + 21_000);
		expect(lineItems).toMatchObject([
			{ unit: 'inputUncached', costMicroCents: 100_000 },
			{ unit: 'output', costMicroCents: 4000 },
			{ unit: 'inputAudio', rateId: 'ceiling/inputAudio@10000000', costMicroCents: 500 },
			{ unit: 'outputAudio', rateId: 'ceiling/outputAudio@7000000000', costMicroCents: 21_000 },
		]);
	});

	it('is never less than its known part, also under a ceiling below the price', () => {
		const known = price({ inputUncached: 1_000_000 });
		const more = price({ inputUncached: 1_000_000, inputAudio: 1 });

		expect(more.costMicroCents).toBeGreaterThanOrEqual(known.costMicroCents);
	});

	it('is what the vendor says, in one line, whatever the list says', () => {
		const costMicroCents = 7;

		expect(pricer.priceEvent(eventOf({ output: 10 }, { costMicroCents }), 0)).toMatchObject({
			...{ costMicroCents, costSource: 'vendor' },
			lineItems: [{ unit: 'vendorCost', quantity: 1, rateId: 'vendor', costMicroCents }],
		});
	});

	it('is none when no number holds it, be it one line or their sum', () => {
		const otherUnits = { callMinutes: 1_000_000_000 };
		const most = Math.floor(Number.MAX_SAFE_INTEGER / 100);

		expect(pricer.priceEvent(eventOf({}, { otherUnits }), 0)).toBeUndefined();
		expect(price({ inputUncached: most }).costMicroCents).toBe(most * 100);
		expect(pricer.priceEvent(eventOf({ inputUncached: most, output: 1 }), 0)).toBeUndefined();
	});

	it('is the ceiling for all of an unknown model, also when nothing was used', () => {
		expect(price({ cacheRead: 100, output: 10 }, 'unheard-of')).toMatchObject({
			costMicroCents: 1000 + 70_000,
			costSource: 'ceiling',
			lineItems: [{ unit: 'cacheRead' }, { unit: 'output' }],
		});
		expect(price({}, 'unheard-of')).toMatchObject({ costMicroCents: 0, costSource: 'ceiling' });
	});
});
