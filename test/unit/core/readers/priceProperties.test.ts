import fc from 'fast-check';
import { PARTS, partQuantity } from '../../../../core/otherUnits.ts';
import { priceUsage } from '../../../../core/prices.ts';
import { readUsage } from '../../../../core/readers/index.ts';
import { committedBook } from '../../../support/recordedPrice.ts';
import {
	chatUsage,
	count,
	totals,
	VENDORS,
	type ChatUsage,
} from '../../../support/vendorUsages.ts';

const book = committedBook();
const MODELS: ReadonlyArray<readonly [vendor: string, provider: string, model: string]> = [
	['OpenAI chat', 'openai', 'gpt-5'],
	['OpenAI Responses', 'openai', 'gpt-5.6-sol'],
	['Anthropic', 'anthropic', 'claude-opus-4-6'],
	['Gemini', 'gcp.gemini', 'gemini-2.5-pro'],
	['Cohere', 'cohere', 'command-r'],
];

describe.each(MODELS)('the price of %s', (vendor, provider, model) => {
	const { whole } = VENDORS.find((entry) => entry.vendor === vendor) ?? VENDORS[0] ?? never();
	const rates = book.find(provider, model)?.rates ?? never();
	const at = Date.UTC(2026, 10, 21);
	const cost = (usage: ChatUsage): number => {
		const reading = readUsage(whole(usage, ['']));
		if (reading.outcome !== 'read') return NaN;
		const [{ usage: buckets }] = reading.calls;
		const { lineItems, costMicroCents } = priceUsage({ usage: buckets, at }, rates);
		expect(lineItems.reduce((sum, item) => sum + item.costMicroCents, 0)).toBe(costMicroCents);
		return costMicroCents;
	};
	const more = fc.tuple(chatUsage, count, count);

	it('never falls when more is used', () => {
		fc.assert(
			fc.property(more, ([usage, input, output]) => {
				const greater = {
					...usage,
					prompt: usage.prompt + input,
					completion: usage.completion + output,
				};
				expect(cost(greater)).toBeGreaterThanOrEqual(cost(usage));
			}),
		);
	});

	it('never rises when more of the input comes from the cache', () => {
		fc.assert(
			fc.property(chatUsage, (usage) => {
				expect(cost(usage)).toBeLessThanOrEqual(cost({ ...usage, cached: 0 }));
			}),
		);
	});
});

function never(): never {
	throw new Error('no such vendor or model');
}

/** Gemini by modality: each list within its total, and what came from the cache within the prompt. */
const modalities = fc
	.record({
		fresh: fc.tuple(count, count, count),
		cached: fc.tuple(count, count, count),
		answer: fc.tuple(count, count, count),
	})
	.map(({ fresh, cached, answer }) => ({ prompt: sums(fresh, cached), cached, answer }));
type ByModality = [text: number, image: number, audio: number];

function sums(some: ByModality, others: ByModality): ByModality {
	return [some[0] + others[0], some[1] + others[1], some[2] + others[2]];
}

function listed([text, image, audio]: ByModality): object[] {
	return [
		{ modality: 'TEXT', tokenCount: text },
		{ modality: 'IMAGE', tokenCount: image },
		{ modality: 'AUDIO', tokenCount: audio },
	];
}

describe('parts with a price of their own', () => {
	const total = ([text, image, audio]: ByModality): number => text + image + audio;

	it('lie within their buckets, and the buckets sum to the total: Gemini by modality', () => {
		fc.assert(
			fc.property(modalities, ({ prompt, cached, answer }) => {
				const reading = readUsage({
					modelVersion: 'gemini-2.5-flash-image',
					usageMetadata: {
						promptTokenCount: total(prompt),
						cachedContentTokenCount: total(cached),
						candidatesTokenCount: total(answer),
						totalTokenCount: total(prompt) + total(answer),
						promptTokensDetails: listed(prompt),
						cacheTokensDetails: listed(cached),
						candidatesTokensDetails: listed(answer),
					},
				});
				if (reading.outcome !== 'read') throw new Error(reading.outcome);
				const [{ usage }] = reading.calls;
				const units = reading.otherUnits ?? {};
				expect(totals(reading)).toEqual({ input: total(prompt), output: total(answer) });
				expect(units).toEqual(
					above0({
						inputImage: prompt[1] - cached[1],
						cacheReadImage: cached[1],
						cacheReadAudio: cached[2],
						outputImage: answer[1],
					}),
				);
				for (const part of PARTS) {
					expect(partQuantity(part, usage, units)).toBeLessThanOrEqual(usage[part.within]);
				}
			}),
		);
	});
});

function above0(counts: Record<string, number>): Record<string, number> {
	return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}
