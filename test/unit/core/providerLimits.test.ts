import { familyName, tierNames } from '../../../core/providerTiers/index.ts';
import {
	allProviderLimits,
	providerLimits,
	type ProviderKnowledge,
	type ProviderRate,
} from '../../../core/providerTiers/providerLimits.ts';

const MINUTE = { kind: 'rolling', windowMs: 60_000 } as const;
const DAY = { kind: 'calendar', unit: 'day', timeZone: 'UTC' } as const;
const MONTH = { kind: 'calendar', unit: 'month', timeZone: 'UTC' } as const;

const knowing = (changes: Partial<ProviderKnowledge> = {}): ProviderKnowledge => ({
	provider: 'openai',
	tier: '1',
	overrides: [],
	learned: [],
	...changes,
});
const limitsOf = (known: ProviderKnowledge, model: string | undefined) =>
	providerLimits(known, { provider: known.provider, model }).map(
		({ limit: { id, capacity }, source }) => ({ id, capacity, source }),
	);
const requests = (capacity: number, family: string | null = 'gpt-4o'): ProviderRate => ({
	family,
	unit: 'requests',
	window: MINUTE,
	capacity,
});

describe('the limits of a tier', () => {
	it('are those published for the family of the model, and the month’s money', () => {
		expect(limitsOf(knowing({ tier: '3' }), 'gpt-4o')).toEqual([
			{ id: 'provider-openai-microCents-month', capacity: 100_000_000_000, source: 'preset' },
			{ id: 'provider-openai/gpt-4o-requests-1m', capacity: 5000, source: 'preset' },
			{ id: 'provider-openai/gpt-4o-tokens-1m', capacity: 800_000, source: 'preset' },
		]);
		expect(limitsOf(knowing({ provider: 'anthropic', tier: 'build' }), 'claude-opus-5')).toEqual([
			{ id: 'provider-anthropic-microCents-month', capacity: 100_000_000_000, source: 'preset' },
			{ id: 'provider-anthropic/claude-opus-5-requests-1m', capacity: 5000, source: 'preset' },
			{
				id: 'provider-anthropic/claude-opus-5-uncachedInputTokens-1m',
				capacity: 5_000_000,
				source: 'preset',
			},
			{
				id: 'provider-anthropic/claude-opus-5-outputTokens-1m',
				capacity: 1_000_000,
				source: 'preset',
			},
		]);
	});

	it('count all tenants together, in UTC; without a store rates pass and money waits', () => {
		const [money, perMinute, perDay] = providerLimits(knowing(), {
			provider: 'openai',
			model: 'gpt-4o-mini',
		});

		expect(money).toMatchObject({
			limit: { scope: 'provider', window: MONTH, shared: true, whenStoreDown: 'closed' },
			counter: { id: 'provider=openai|microCents|month', shared: true, subject: 'openai' },
		});
		expect(perMinute).toMatchObject({
			limit: {
				scope: 'model',
				subject: 'openai/gpt-4o-mini',
				window: MINUTE,
				audience: { kind: 'all' },
				mode: 'enforce',
				whenOver: 'queue',
				whenStoreDown: 'open',
			},
			counter: { id: 'model=openai/gpt-4o-mini*|requests|1m', shared: true },
		});
		expect(perDay).toMatchObject({ limit: { window: DAY, capacity: 10_000 } });
	});

	it('hold for a model without published numbers only as far as the whole provider goes', () => {
		expect(limitsOf(knowing(), 'gpt-99')).toEqual([
			{ id: 'provider-openai-microCents-month', capacity: 10_000_000_000, source: 'preset' },
		]);
		expect(limitsOf(knowing(), undefined)).toHaveLength(1);
	});

	it('are none while no tier is set, whatever else is known', () => {
		const known = knowing({ tier: null, learned: [requests(500)] });

		expect(limitsOf(known, 'gpt-4o')).toEqual([]);
		expect(allProviderLimits(known)).toMatchObject([
			{ limit: { id: 'provider-openai/gpt-4o-requests-1m', capacity: 500 }, source: 'header' },
		]);
	});

	it('are what the provider tells and nothing else on the tier auto', () => {
		const known = knowing({ tier: 'auto', learned: [requests(500)] });

		expect(limitsOf(known, 'gpt-4o')).toEqual([
			{ id: 'provider-openai/gpt-4o-requests-1m', capacity: 500, source: 'header' },
		]);
	});

	it('are safe integers with a count of their own, for every tier of every provider', () => {
		for (const provider of ['openai', 'anthropic']) {
			for (const tier of tierNames(provider)) {
				const limits = allProviderLimits(knowing({ provider, tier }));
				const ids = limits.map(({ counter }) => counter.id);

				expect(new Set(ids).size).toBe(ids.length);
				expect(limits.every(({ limit }) => Number.isSafeInteger(limit.capacity))).toBe(true);
				expect(limits.length > 0).toBe(tier !== 'auto');
			}
		}
	});
});

describe('who is believed', () => {
	const capacityWith = (changes: Partial<ProviderKnowledge>) =>
		limitsOf(knowing(changes), 'gpt-4o').find(({ id }) => id.endsWith('requests-1m'));

	it('the provider itself before the preset', () => {
		expect(capacityWith({ learned: [requests(700)] })).toMatchObject({
			capacity: 700,
			source: 'header',
		});
	});

	it('the operator before the preset', () => {
		expect(capacityWith({ overrides: [requests(400)] })).toMatchObject({
			capacity: 400,
			source: 'override',
		});
	});

	it('of operator and provider the one who allows less', () => {
		expect(capacityWith({ overrides: [requests(400)], learned: [requests(700)] })).toMatchObject({
			capacity: 400,
			source: 'override',
		});
		expect(capacityWith({ overrides: [requests(900)], learned: [requests(700)] })).toMatchObject({
			capacity: 700,
			source: 'header',
		});
	});

	it('the operator also of the whole provider, for every model', () => {
		const known = knowing({ tier: 'auto', overrides: [requests(50, null)] });

		expect(limitsOf(known, 'gpt-4o')).toEqual(limitsOf(known, 'anything'));
		expect(limitsOf(known, 'gpt-4o')).toMatchObject([{ id: 'provider-openai-requests-1m' }]);
	});
});

describe('models that a vendor counts together', () => {
	it.each([
		['openai', 'gpt-4o-2024-08-06', 'gpt-4o'],
		['openai', 'GPT-4o', 'gpt-4o'],
		['openai', 'gpt-5.1-chat-latest', 'gpt-5.1-chat'],
		['anthropic', 'claude-opus-4-5-20251101', 'claude-opus-4.x'],
		['anthropic', 'claude-opus-4-8', 'claude-opus-4.x'],
		['anthropic', 'claude-3-5-haiku-latest', 'claude-3-5-haiku'],
		['groq', 'llama-3.3-70b-versatile', 'llama-3.3-70b-versatile'],
	])('%s %s counts as %s', (provider, model, family) => {
		expect(familyName(provider, model)).toBe(family);
	});

	it.each([
		['openai', 'gpt-4o-realtime-preview', 'gpt-4o'],
		['openai', 'gpt-4o-mini', 'gpt-4o'],
		['anthropic', 'claude-opus-5', 'claude-opus-4.x'],
		['anthropic', 'claude-opus-5-5', 'claude-opus-5'],
	])('%s %s does not count as %s', (provider, model, family) => {
		expect(familyName(provider, model)).not.toBe(family);
	});
});
