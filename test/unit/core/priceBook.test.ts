import { createPriceBook, type ModelPrices } from '../../../core/priceBook.ts';

const priced = (provider: string, model: string, pattern: string): ModelPrices => ({
	provider,
	model,
	pattern,
	rates: [{ unit: 'output', rate: 1_000_000_000 }],
});
const BOOK = createPriceBook([
	priced('openai', 'gpt-4o', '^(?:gpt-4o|gpt-4o-2024-08-06)$'),
	priced('openai', 'gpt-4o-mini', '^gpt-4o-mini'),
	priced('anthropic', 'claude-sonnet-4-5', '^claude-sonnet-4-5'),
	priced('azure.ai.openai', 'gpt-4', '^gpt-4$'),
	priced('gcp.gemini', 'gemini-2.5-pro', '^gemini-2\\.5-pro'),
]);

describe('createPriceBook', () => {
	it('finds the model whose pattern matches the name', () => {
		expect(BOOK.find('openai', 'gpt-4o')?.model).toBe('gpt-4o');
		expect(BOOK.find('openai', 'gpt-4o-mini-2024-07-18')?.model).toBe('gpt-4o-mini');
	});

	it('has no price for an unknown model or provider', () => {
		expect(BOOK.find('openai', 'gpt-4o-max')).toBeUndefined();
		expect(BOOK.find('nobody', 'gpt-4o')).toBeUndefined();
	});

	it('does not confuse the models of two providers', () => {
		expect(BOOK.find('openai', 'claude-sonnet-4-5')).toBeUndefined();
	});

	it.each([
		['google', 'gemini-2.5-pro'],
		['gcp.vertex_ai', 'models/gemini-2.5-pro'],
		[' Gemini ', ' Gemini-2.5-Pro '],
	])('knows the provider %s and the spelling %s', (provider, model) => {
		expect(BOOK.find(provider, model)?.provider).toBe('gcp.gemini');
	});

	it('reads a compact date as the dated snapshot', () => {
		expect(BOOK.find('openai', 'gpt-4o-20240806')?.model).toBe('gpt-4o');
		expect(BOOK.find('openai', 'gpt-4o-20240845')).toBeUndefined();
	});

	it('prices a resold model as its vendor does, after the host had its say', () => {
		expect(BOOK.find('azure', 'gpt-4')?.provider).toBe('azure.ai.openai');
		expect(BOOK.find('azure', 'gpt-4o')?.provider).toBe('openai');
		expect(BOOK.find('gcp.vertex_ai', 'claude-sonnet-4-5@20250929')?.provider).toBe('anthropic');
	});

	it('prefers the earlier of two models that match', () => {
		const own: ModelPrices = {
			...priced('openai', 'contract', '^gpt-4o$'),
			rates: [{ id: 'contract-7', unit: 'output', rate: 5, minInputTokens: 0 }],
		};
		const book = createPriceBook([own, priced('openai', 'gpt-4o', '^gpt-4o')]);

		expect(book.find('openai', 'gpt-4o')?.rates.get('output')).toMatchObject(own.rates);
		expect(book.find('openai', 'gpt-4o-2024-08-06')?.model).toBe('gpt-4o');
	});

	it('names a rate after the price it stands for', () => {
		const [rate] = BOOK.find('openai', 'gpt-4o')?.rates.get('output') ?? [];

		expect(rate?.id).toBe('openai/gpt-4o/output/0@1000000000');
	});

	it('names what else a rate depends on, and reads its dates as UTC', () => {
		const peak: ModelPrices['rates'][number] = {
			...{ unit: 'output', rate: 7, minInputTokens: 1001, serviceTier: 'batch' },
			...{ timeOfDay: [60, 240], validFrom: '2026-08-17' },
		};
		const book = createPriceBook([{ ...priced('deepseek', 'v4', '^v4$'), rates: [peak] }]);

		expect(book.find('deepseek', 'v4')?.rates.get('output')).toMatchObject([
			{
				id: 'deepseek/v4/output/1001+batch+60-240+2026-08-17@7',
				validFrom: Date.UTC(2026, 7, 17),
			},
		]);
	});

	it('answers a name it has seen without testing a pattern again', () => {
		const book = createPriceBook([priced('openai', 'gpt-4o', '^gpt-4o$')]);
		const first = [book.find('openai', 'gpt-4o'), book.find('openai', 'unknown')];
		const test = jest.spyOn(RegExp.prototype, 'test');

		const second = [book.find('openai', 'gpt-4o'), book.find('openai', 'unknown')];

		expect(test).not.toHaveBeenCalled();
		expect(second).toEqual(first);
		test.mockRestore();
	});

	it('stays right when callers make up more names than it remembers', () => {
		const book = createPriceBook([priced('openai', 'gpt-4o', '^gpt-4o$')]);
		for (let i = 0; i < 10_001; i++) book.find('openai', `made-up-${i}`);

		expect(book.find('openai', 'gpt-4o')?.model).toBe('gpt-4o');
		expect(book.find('openai', 'made-up-0')).toBeUndefined();
	});
});
