import fc from 'fast-check';
import { PARTS, partQuantity } from '../../../../core/otherUnits.ts';
import { isCount } from '../../../../core/readers/counts.ts';
import { readUsage } from '../../../../core/readers/index.ts';
import { usdMicroCents } from '../../../../core/readers/usdAmount.ts';
import { USAGE_BUCKETS } from '../../../../core/usage.ts';
import { chatUsage, count, text, texts, totals, VENDORS } from '../../../support/vendorUsages.ts';

describe.each(VENDORS)('$vendor', ({ vendor, whole, events }) => {
	it('has buckets that sum to the total of the vendor', () => {
		fc.assert(
			fc.property(chatUsage, texts, (usage, said) => {
				const expected = { input: usage.prompt, output: usage.completion };
				expect(totals(readUsage(whole(usage, said)))).toEqual(expected);
			}),
		);
	});

	it('is read the same whether it is streamed or whole', () => {
		fc.assert(
			fc.property(chatUsage, texts, (usage, said) => {
				expect(readUsage(events(usage, said))).toEqual(readUsage(whole(usage, said)));
			}),
		);
	});

	it('is missing when the stream breaks off before the counts, with all that was said', () => {
		// Anthropic stops after the counts.
		const counts = vendor === 'Anthropic' ? 2 : 1;
		const some = fc.array(text, { minLength: 1, maxLength: 6 });
		fc.assert(
			fc.property(chatUsage, some, (usage, said) => {
				const cut = events(usage, said).slice(0, -counts);
				expect(readUsage(cut)).toMatchObject({ outcome: 'missing', answerText: said.join('') });
			}),
		);
	});
});

/** Bodies made of the vendors' own names with anything for values: they get past the recognition. */
const NAMES = [
	...['usage', 'usageMetadata', 'object', 'type', 'role', 'model', 'id', 'choices', 'output'],
	...['prompt_tokens', 'completion_tokens', 'total_tokens', 'prompt_tokens_details', 'cost'],
	...['input_tokens', 'output_tokens', 'iterations', 'cache_creation', 'service_tier', 'data'],
	...['promptTokenCount', 'promptTokensDetails', 'candidates', 'inputTokens', 'outputTokens'],
	...['cacheDetails', 'billed_units', 'tokens', 'meta', 'done', 'created_at', 'response', 'body'],
	...['json', 'statusCode', 'custom_id', 'result', 'x_groq', 'price', 'sid', 'message', 'events'],
	...['line_item_unblended_cost', 'line_item_product_code', 'record', 'metrics', 'LogResult'],
	...['cost_in_usd_ticks', 'results', 'predictions', 'interaction', 'event_type', 'delta'],
	...['image_tokens', 'input_tokens_details', 'output_tokens_details', 'audio_tokens'],
	...['completion_tokens_details', 'cached_tokens', 'server_tool_use', 'modality'],
];
const VALUES = [
	...['chat.completion', 'chat.completion.chunk', 'response', 'message', 'message_start'],
	...['list', 'platform.report', 'interaction', 'realtime.response', 'tokens', 'assistant'],
];
const { body } = fc.letrec((tie) => ({
	value: fc.oneof(
		{ maxDepth: 5 },
		fc.oneof(
			count,
			fc.constantFrom(0, -1, 0.5, null, '', '12', Number.MAX_SAFE_INTEGER, true),
			fc.constantFrom(...VALUES),
			fc.string(),
		),
		tie('body'),
		fc.array(tie('value'), { maxLength: 3 }),
	),
	body: fc.dictionary(fc.constantFrom(...NAMES), tie('value'), { maxKeys: 7 }),
}));

describe('whatever comes', () => {
	it('does not throw, and what is read is counts and whole micro-cents', () => {
		fc.assert(
			fc.property(fc.oneof(body, fc.array(body, { maxLength: 4 }), fc.anything()), (value) => {
				const reading = readUsage(value);
				if (reading.outcome !== 'read') return;

				for (const { usage } of reading.calls) {
					expect(USAGE_BUCKETS.filter((bucket) => !isCount(usage[bucket]))).toEqual([]);
				}
				const [{ usage }] = reading.calls;
				for (const part of PARTS) {
					const quantity = partQuantity(part, usage, reading.otherUnits ?? {});
					expect(quantity).toBeLessThanOrEqual(usage[part.within]);
				}
				expect(Object.entries(reading.otherUnits ?? {}).filter(([, n]) => !(n > 0))).toEqual([]);
				expect(Number.isSafeInteger(reading.costMicroCents ?? 0)).toBe(true);
			}),
			{ numRuns: 5000 },
		);
	});

	it('does not throw on text', () => {
		const json = fc.oneof(
			body.map((value) => JSON.stringify(value)),
			fc.string(),
		);
		const texts = fc.array(json).map((lines) => lines.map((line) => `data: ${line}`).join('\n'));

		fc.assert(
			fc.property(fc.oneof(json, texts), (value) => {
				expect(readUsage(value)).toHaveProperty('outcome');
			}),
			{ numRuns: 2000 },
		);
	});
});

describe('an amount in USD', () => {
	const microCents = fc.integer({ min: -9_000_000_000_000_000, max: 9_000_000_000_000_000 });

	it('is exact to the micro-cent as text, however it is padded', () => {
		fc.assert(
			fc.property(microCents, fc.nat({ max: 12 }), (amount, zeros) => {
				const digits = String(Math.abs(amount)).padStart(9, '0');
				const sign = amount < 0 ? '-' : '';
				const usd = `${sign}${digits.slice(0, -8)}.${digits.slice(-8)}${'0'.repeat(zeros)}`;
				expect(usdMicroCents(usd)).toBe(amount);
			}),
		);
	});

	it.each([
		['0.000000005', 1],
		['0.0000000049999', 0],
		['-0.000000005', -1],
		['-0.00', 0],
		[4.14e-5, 4140],
		[1e-7, 10],
		['1e2', 10_000_000_000],
		['.5', undefined],
		['1,5', undefined],
		['', undefined],
		[NaN, undefined],
		[Infinity, undefined],
		['90071992.54740993', undefined],
		[null, undefined],
	])('is rounded once, half away from zero, or is no amount: %j', (usd, expected) => {
		expect(usdMicroCents(usd)).toBe(expected);
	});

	it('is summed before it is rounded', () => {
		expect(usdMicroCents('0.000000004', '0.000000004')).toBe(1);
	});
});
