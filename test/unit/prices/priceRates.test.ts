import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createPriceBook, type ModelPrices } from '../../../core/priceBook.ts';
import { priceUsage } from '../../../core/prices.ts';
import { NO_USAGE, type Usage } from '../../../core/usage.ts';

const FILE = join(import.meta.dirname, '../../../anomaly-service/data/priceRates.json');
const file: { sourceVersion: string; asOf: string; models: ModelPrices[] } = JSON.parse(
	readFileSync(FILE, 'utf8'),
);
const BOOK = createPriceBook(file.models);
const AS_OF = Date.parse(file.asOf);
const USD = 100_000_000;
const MILLION = 1_000_000;

function cost(provider: string, model: string, usage: Partial<Usage>): number | undefined {
	const found = BOOK.find(provider, model);
	return (
		found && priceUsage({ usage: { ...NO_USAGE, ...usage }, at: AS_OF }, found.rates).costMicroCents
	);
}

describe('the committed price list', () => {
	it('has every provider that LLM Fuse names', () => {
		expect([...new Set(file.models.map(({ provider }) => provider))]).toEqual([
			'anthropic',
			'aws.bedrock',
			'azure.ai.openai',
			'cohere',
			'deepseek',
			'gcp.gemini',
			'groq',
			'mistral_ai',
			'moonshot_ai',
			'openai',
			'openrouter',
			'x_ai',
		]);
		expect(file.models.length).toBeGreaterThan(1000);
	});

	it('has only safe integers of 0 or more, and no tier below another', () => {
		const numbers = file.models.flatMap(({ rates }) =>
			rates.flatMap(({ rate, minInputTokens = 0 }) => [rate, minInputTokens]),
		);

		expect(numbers.every((number) => Number.isSafeInteger(number) && number >= 0)).toBe(true);
	});

	it('gives every rate an id of its own', () => {
		const tiers = file.models.flatMap(({ provider, model, rates }) =>
			rates.map(({ unit, minInputTokens = 0 }) => `${provider}/${model}/${unit}/${minInputTokens}`),
		);

		expect(new Set(tiers).size).toBe(tiers.length);
	});

	it('is sorted, so that a new version is a small diff', () => {
		const names = file.models.map(({ provider, model }) => `${provider}\n${model}`);

		expect(names).toEqual([...names].sort());
	});

	it.each([
		['openai', 'gpt-4o', 2.5, 10],
		['openai', 'gpt-4o-mini', 0.15, 0.6],
		['anthropic', 'claude-sonnet-4-5-20250929', 3, 15],
		['anthropic', 'claude-opus-4-1', 15, 75],
		['gcp.gemini', 'gemini-2.5-flash', 0.3, 2.5],
	])('charges %s %s %d USD in and %d USD out per million', (provider, model, input, output) => {
		// Ten calls of a tenth each: a whole million would be in the long-context tier.
		expect(cost(provider, model, { inputUncached: MILLION / 10 })).toBe((input * USD) / 10);
		expect(cost(provider, model, { output: MILLION })).toBe(output * USD);
	});

	it('charges reading and writing of the Anthropic cache at their own rates', () => {
		const rates = { cacheRead: 0.3, cacheWrite5m: 3.75, cacheWrite1h: 6 };

		for (const [bucket, usd] of Object.entries(rates)) {
			expect(cost('anthropic', 'claude-sonnet-4-5', { [bucket]: 100_000 })).toBe((usd * USD) / 10);
		}
	});

	it('charges Gemini 2.5 Pro the long-context price from input token 200,001 on', () => {
		expect(cost('gcp.gemini', 'gemini-2.5-pro', { inputUncached: 200_000 })).toBe(0.25 * USD);
		expect(cost('gcp.gemini', 'gemini-2.5-pro', { inputUncached: 200_001 })).toBe(50_000_250);
	});

	it.each([
		['openai', 'gpt-4o'],
		['openai', 'gpt-4o-2024-05-13'],
		['openai', 'gpt-4o-mini'],
		['openai', 'gpt-5'],
		['openai', 'gpt-5-mini'],
		['openai', 'gpt-5.5-2026-04-23'],
		['openai', 'o3'],
		['anthropic', 'claude-sonnet-4-5-20250929'],
		['anthropic', 'claude-opus-5-5'],
		['anthropic', 'claude-haiku-4-5'],
		['gcp.gemini', 'gemini-2.5-pro'],
		['gcp.gemini', 'gemini-2.5-flash-lite'],
		['mistral_ai', 'mistral-large-2512'],
		['x_ai', 'grok-4.5'],
		['groq', 'llama-3.3-70b-versatile'],
		['deepseek', 'deepseek-chat'],
		['cohere', 'command-r-plus'],
		['openrouter', 'openai/gpt-4o'],
		['aws.bedrock', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'],
		['aws.bedrock', 'global.anthropic.claude-sonnet-4-5-20250929-v1:0'],
	])('has exactly one price for %s %s', (provider, name) => {
		const matching = file.models.filter(
			(model) => model.provider === provider && new RegExp(model.pattern).test(name),
		);

		expect(matching).toHaveLength(1);
	});

	it('tells "free" from "no price per token"', () => {
		expect(cost('openrouter', 'openai/gpt-oss-20b:free', { inputUncached: MILLION })).toBe(0);
		expect(BOOK.find('openai', 'whisper-1')?.rates.has('inputUncached')).toBe(false);
	});
});
