import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OtherUnits } from '../../../core/otherUnits.ts';
import { createPriceBook, rateId, type ModelPrices } from '../../../core/priceBook.ts';
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

type When = { at?: string; serviceTier?: string };

function priced(name: string, used: Partial<Usage>, when: When & { otherUnits?: OtherUnits }) {
	const [provider = '', ...model] = name.split(' ');
	const { at, ...call } = when;
	const found = BOOK.find(provider, model.join(' '));

	return (
		found &&
		priceUsage(
			{ ...call, usage: { ...NO_USAGE, ...used }, at: at === undefined ? AS_OF : Date.parse(at) },
			found.rates,
		)
	);
}

/** In µ¢. */
function cost(name: string, used: Partial<Usage>, when: When = {}): number | undefined {
	return priced(name, used, when)?.costMicroCents;
}

/** USD per million tokens in and out, measured on calls too small for a long-context price. */
function prices(name: string, when: When = {}): (number | undefined)[] {
	return (['inputUncached', 'output'] as const).map((bucket) => {
		const microCents = cost(name, { [bucket]: MILLION / 100 }, when);
		return microCents === undefined ? undefined : (microCents * 100) / USD;
	});
}

describe('the committed price list', () => {
	it('has every provider that LLM Fuse names', () => {
		expect([...new Set(file.models.map(({ provider }) => provider))]).toEqual([
			'anthropic',
			'aws.bedrock',
			'azure.ai.openai',
			'cerebras',
			'cohere',
			'deepseek',
			'fireworks_ai',
			'gcp.gemini',
			'groq',
			'mistral_ai',
			'moonshot_ai',
			'ollama',
			'openai',
			'openrouter',
			'perplexity',
			'together_ai',
			'twilio',
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
		const ids = file.models.flatMap((model) => model.rates.map((rate) => rateId(model, rate)));

		expect(new Set(ids).size).toBe(ids.length);
	});

	it('has one rate for every moment: dates and hours of rates for the same thing do not overlap', () => {
		const overlapping = file.models.flatMap((model) =>
			model.rates
				.filter((rate, index) =>
					model.rates.slice(index + 1).some((other) => isSameThing(rate, other)),
				)
				.map((rate) => rateId(model, rate)),
		);

		expect(overlapping).toEqual([]);
	});

	it('is sorted, so that a new version is a small diff', () => {
		const names = file.models.map(({ provider, model }) => `${provider}\n${model}`);

		expect(names).toEqual([...names].sort());
	});

	it.each([
		['openai gpt-4o', 2.5, 10],
		['openai gpt-4o-mini', 0.15, 0.6],
		['anthropic claude-sonnet-4-5-20250929', 3, 15],
		['anthropic claude-opus-4-1', 15, 75],
		['gcp.gemini gemini-2.5-flash', 0.3, 2.5],
		['ollama llama3.2:3b', 0, 0],
	])('charges %s %d USD in and %d USD out per million', (name, input, output) => {
		expect(prices(name)).toEqual([input, output]);
	});

	it.each([
		['openai gpt-5', 'batch', 0.625, 5],
		['openai gpt-5', 'flex', 0.625, 5],
		['openai gpt-5', 'priority', 2.5, 20],
		['openai gpt-5', 'fast', 2.5, 20],
		['openai gpt-5-mini', 'priority', 0.45, 3.6],
		['openai gpt-5.5', 'priority', 12.5, 75],
		['openai gpt-5.6-sol', 'fast', 8, 40],
		['openai gpt-4o', 'priority', 4.25, 17],
		['openai gpt-4o-mini', 'priority', 0.25, 1],
		['openai gpt-4.1', 'priority', 3.5, 14],
		['openai o3', 'priority', 3.5, 14],
		['openai o4-mini', 'priority', 2, 8],
		['azure.ai.openai gpt-4.1', 'batch', 1, 4],
		['anthropic claude-sonnet-4-5', 'batch', 1.5, 7.5],
		['anthropic claude-sonnet-4-5', 'priority', 3, 15],
		['anthropic claude-opus-4-6', 'fast', 30, 150],
		['anthropic claude-opus-5-5', 'fast', 8, 40],
		['anthropic claude-opus-5', 'us', 5.5, 27.5],
		['anthropic claude-sonnet-4-6', 'batch-us', 1.65, 8.25],
		['gcp.gemini gemini-2.5-pro', 'batch', 0.625, 5],
		['gcp.gemini gemini-2.5-pro', 'priority', 2.25, 18],
		['aws.bedrock openai.gpt-oss-120b-1:0', 'flex', 0.075, 0.3],
		['groq llama-3.3-70b-versatile', 'batch', 0.295, 0.395],
		['mistral_ai mistral-large-2512', 'batch', 0.25, 0.75],
	])('charges %s on the tier %s %d USD in and %d USD out', (name, serviceTier, input, output) => {
		expect(prices(name, { serviceTier })).toEqual([input, output]);
	});

	it('discounts tokens read from the cache as the vendor does, and searches on no tier', () => {
		const batch = { serviceTier: 'batch' };
		const cacheRead = MILLION / 10;

		expect(cost('openai gpt-5', { cacheRead }, batch)).toBe(0.00625 * USD);
		expect(cost('anthropic claude-sonnet-4-5', { cacheRead }, batch)).toBe(0.015 * USD);
		expect(cost('gcp.gemini gemini-2.5-pro', { cacheRead }, batch)).toBe(0.0125 * USD);
		for (const call of [{}, batch]) {
			const searches = priced('openai gpt-5', {}, { ...call, otherUnits: { webSearch: 3 } });
			expect(searches?.costMicroCents).toBe(0.03 * USD);
		}
	});

	it.each([
		['openai o3', '2025-06-09T23:59:59Z', 10, 40],
		['openai o3', '2025-06-10T00:00:00Z', 2, 8],
		['gcp.gemini gemini-3.8-flash', '2026-12-31T23:59:59Z', 0.75, 3.75],
		['gcp.gemini gemini-3.8-flash', '2027-01-01T00:00:00Z', 1.5, 7.5],
		['deepseek deepseek-v4-pro', '2026-08-16T02:00:00Z', 0.435, 0.87],
		['deepseek deepseek-v4-pro', '2026-08-17T00:59:59Z', 0.66, 1.98],
		['deepseek deepseek-v4-pro', '2026-08-17T01:00:00Z', 1.32, 3.96],
		['deepseek deepseek-v4-pro', '2026-11-20T09:59:59Z', 1.32, 3.96],
		['deepseek deepseek-v4-pro', '2026-11-20T10:00:00Z', 0.66, 1.98],
		['deepseek deepseek-chat', '2026-11-20T16:30:00Z', 0.135, 0.55],
		['deepseek deepseek-chat', '2026-11-21T00:29:59Z', 0.135, 0.55],
		['deepseek deepseek-chat', '2026-11-21T00:30:00Z', 0.27, 1.1],
		['mistral_ai mistral-small-latest', '2026-11-21T00:00:00Z', 0.15, 0.6],
	])('charges %s at %s %d USD in and %d USD out', (name, at, input, output) => {
		expect(prices(name, { at })).toEqual([input, output]);
	});

	it.each([
		['anthropic claude-sonnet-4-5', { webSearch: 1_000 }, 10],
		['anthropic claude-sonnet-4-5', { webFetch: 1_000 }, 0],
		['openai gpt-4.1', { fileSearch: 1_000 }, 2.5],
		['openai gpt-5', { codeInterpreter: 1 }, 0.03],
		['openai whisper-1', { audioSeconds: 3_600 }, 0.36],
		['gcp.gemini gemini-2.5-flash', { webSearch: 1_000 }, 35],
		['gcp.gemini gemini-3-flash-preview', { webSearch: 1_000 }, 14],
		['mistral_ai mistral-ocr-2512', { pages: 1_000 }, 3],
		['perplexity sonar', { requests: 1_000 }, 12],
		['twilio sms', { messageSegments: 10_000 }, 83],
		['twilio call', { callMinutes: 1_000 }, 14],
	])('charges for %s and %j %d USD', (name, otherUnits, usd) => {
		const { costMicroCents, unpriced } = priced(name, {}, { otherUnits }) ?? {};

		expect({ costMicroCents, unpriced }).toEqual({ costMicroCents: usd * USD, unpriced: [] });
	});

	it('charges reading and writing of the Anthropic cache at their own rates', () => {
		const rates = { cacheRead: 0.3, cacheWrite5m: 3.75, cacheWrite1h: 6 };

		for (const [bucket, usd] of Object.entries(rates)) {
			expect(cost('anthropic claude-sonnet-4-5', { [bucket]: 100_000 })).toBe((usd * USD) / 10);
		}
	});

	it('charges pictures and cached audio at their own rates', () => {
		const pictures = { otherUnits: { outputImage: MILLION } };
		const audio = { otherUnits: { cacheReadAudio: MILLION } };

		expect(
			priced('gcp.gemini gemini-2.5-flash-image', { output: 2 * MILLION }, pictures)
				?.costMicroCents,
		).toBe((30 + 2.5) * USD);
		expect(
			priced('gcp.gemini gemini-2.5-flash', { cacheRead: MILLION }, audio)?.costMicroCents,
		).toBe(0.1 * USD);
	});

	it('charges Gemini 2.5 Pro the long-context price from input token 200,001 on, on each tier', () => {
		const name = 'gcp.gemini gemini-2.5-pro';
		const batch = { serviceTier: 'batch' };

		expect(cost(name, { inputUncached: 200_000 })).toBe(0.25 * USD);
		expect(cost(name, { inputUncached: 200_001 })).toBe(50_000_250);
		expect(cost(name, { inputUncached: 200_000 }, batch)).toBe(0.125 * USD);
		expect(cost(name, { inputUncached: 200_001 }, batch)).toBe(25_000_125);
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
		expect(cost('openrouter openai/gpt-oss-20b:free', { inputUncached: MILLION })).toBe(0);
		expect(BOOK.find('openai', 'whisper-1')?.rates.has('inputUncached')).toBe(false);
	});
});

type Rate = ModelPrices['rates'][number];

function isSameThing(a: Rate, b: Rate): boolean {
	return (
		a.unit === b.unit &&
		(a.minInputTokens ?? 0) === (b.minInputTokens ?? 0) &&
		a.serviceTier === b.serviceTier &&
		(a.timeOfDay === undefined) === (b.timeOfDay === undefined) &&
		(a.validTo === undefined || (b.validFrom ?? '') < a.validTo) &&
		(b.validTo === undefined || (a.validFrom ?? '') < b.validTo) &&
		shareMinutes(a.timeOfDay ?? [0, 1440], b.timeOfDay ?? [0, 1440])
	);
}

/** A span over midnight is two. */
function shareMinutes(a: readonly [number, number], b: readonly [number, number]): boolean {
	return spans(a).some(([start, end]) =>
		spans(b).some((other) => start < other[1] && other[0] < end),
	);
}

function spans([start, end]: readonly [number, number]): [number, number][] {
	return start < end
		? [[start, end]]
		: [
				[start, 1440],
				[0, end],
			];
}
