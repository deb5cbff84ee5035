import fc from 'fast-check';
import { isCount } from '../../../../core/readers/counts.ts';
import { readUsage } from '../../../../core/readers/index.ts';
import type { UsageReading } from '../../../../core/readers/reading.ts';
import { usdMicroCents } from '../../../../core/readers/usdAmount.ts';
import { inputTokens, outputTokens, USAGE_BUCKETS } from '../../../../core/usage.ts';

const count = fc.nat({ max: 10_000_000 });
const part = (of: number): fc.Arbitrary<number> => fc.nat({ max: of });

/** What a chat vendor counts, each part within its whole. */
const chatUsage = fc.tuple(count, count).chain(([prompt, completion]) =>
	fc.record({
		prompt: fc.constant(prompt),
		completion: fc.constant(completion),
		cached: part(prompt),
		reasoning: part(completion),
	}),
);
type ChatUsage = { prompt: number; completion: number; cached: number; reasoning: number };

const openai = ({ prompt, completion, cached, reasoning }: ChatUsage) => ({
	prompt_tokens: prompt,
	completion_tokens: completion,
	total_tokens: prompt + completion,
	prompt_tokens_details: { cached_tokens: cached },
	completion_tokens_details: { reasoning_tokens: reasoning },
});
const responses = ({ prompt, completion, cached, reasoning }: ChatUsage) => ({
	input_tokens: prompt,
	input_tokens_details: { cached_tokens: cached },
	output_tokens: completion,
	output_tokens_details: { reasoning_tokens: reasoning },
	total_tokens: prompt + completion,
});
const anthropic = ({ prompt, completion, cached, reasoning }: ChatUsage) => ({
	input_tokens: prompt - cached,
	cache_read_input_tokens: cached,
	cache_creation_input_tokens: 0,
	output_tokens: completion,
	output_tokens_details: { thinking_tokens: reasoning },
});
const gemini = ({ prompt, completion, cached, reasoning }: ChatUsage) => ({
	promptTokenCount: prompt,
	cachedContentTokenCount: cached,
	candidatesTokenCount: completion - reasoning,
	thoughtsTokenCount: reasoning,
	totalTokenCount: prompt + completion,
});
const bedrock = ({ prompt, completion, cached }: ChatUsage) => ({
	inputTokens: prompt - cached,
	cacheReadInputTokens: cached,
	outputTokens: completion,
	totalTokens: prompt + completion,
});

const text = fc.string({ minLength: 1, maxLength: 40 });
const texts = fc.array(text, { maxLength: 6 });

/** Each vendor's whole response, and the same response as the events of a stream. */
const VENDORS: ReadonlyArray<{
	vendor: string;
	whole: (usage: ChatUsage, said: readonly string[]) => unknown;
	events: (usage: ChatUsage, said: readonly string[]) => unknown[];
}> = [
	{
		vendor: 'OpenAI chat',
		whole: (usage, said) => ({
			id: 'c1',
			object: 'chat.completion',
			model: 'gpt-4o-mini',
			choices: [{ index: 0, message: { content: said.join('') } }],
			usage: openai(usage),
		}),
		events: (usage, said) => [
			...['', ...said].map((content) => chatChunk([{ index: 0, delta: { content } }], null)),
			chatChunk([], openai(usage)),
		],
	},
	{
		vendor: 'OpenAI Responses',
		whole: (usage, said) => response(said, responses(usage)),
		events: (usage, said) => [
			{ type: 'response.created', response: response([], null) },
			...said.map((delta) => ({ type: 'response.output_text.delta', delta })),
			{ type: 'response.completed', response: response(said, responses(usage)) },
		],
	},
	{
		vendor: 'Anthropic',
		whole: (usage, said) => message(said, anthropic(usage)),
		events: (usage, said) => {
			const { output_tokens, output_tokens_details, ...input } = anthropic(usage);
			return [
				{ type: 'message_start', message: message([], { ...input, output_tokens: 1 }) },
				...said.map((delta) => ({
					type: 'content_block_delta',
					delta: { type: 'text_delta', text: delta },
				})),
				{ type: 'message_delta', usage: { output_tokens, output_tokens_details } },
				{ type: 'message_stop' },
			];
		},
	},
	{
		vendor: 'Gemini',
		whole: (usage, said) => candidate(said.join(''), gemini(usage)),
		events: (usage, said) => [
			...said.map((piece) => candidate(piece, { promptTokenCount: usage.prompt })),
			candidate('', gemini(usage)),
		],
	},
	{
		vendor: 'Bedrock',
		whole: (usage, said) => ({
			output: { message: { role: 'assistant', content: [{ text: said.join('') }] } },
			stopReason: 'end_turn',
			usage: bedrock(usage),
		}),
		events: (usage, said) => [
			{ messageStart: { role: 'assistant' } },
			...said.map((piece) => ({ contentBlockDelta: { delta: { text: piece } } })),
			{ messageStop: { stopReason: 'end_turn' } },
			{ metadata: { usage: bedrock(usage) } },
		],
	},
	{
		vendor: 'Cohere',
		whole: ({ prompt, completion }, said) => ({
			id: 'co1',
			message: { content: [{ type: 'text', text: said.join('') }] },
			usage: { billed_units: { input_tokens: prompt, output_tokens: completion } },
		}),
		events: ({ prompt, completion }, said) => [
			{ type: 'message-start', id: 'co1' },
			...said.map((piece) => ({
				type: 'content-delta',
				delta: { message: { content: { text: piece } } },
			})),
			{
				type: 'message-end',
				delta: {
					usage: { billed_units: { input_tokens: prompt, output_tokens: completion } },
				},
			},
		],
	},
	{
		vendor: 'Ollama',
		whole: ({ prompt, completion }, said) =>
			ollama(said.join(''), { done: true, prompt_eval_count: prompt, eval_count: completion }),
		events: ({ prompt, completion }, said) => [
			...said.map((piece) => ollama(piece, { done: false })),
			ollama('', { done: true, prompt_eval_count: prompt, eval_count: completion }),
		],
	},
];

function chatChunk(choices: unknown[], usage: unknown): object {
	return { id: 'c1', object: 'chat.completion.chunk', model: 'gpt-4o-mini', choices, usage };
}

function response(said: readonly string[], usage: unknown): object {
	const output = [{ type: 'message', content: [{ type: 'output_text', text: said.join('') }] }];
	return { id: 'r1', object: 'response', model: 'gpt-5-mini', output, usage };
}

function message(said: readonly string[], usage: unknown): object {
	const content = [{ type: 'text', text: said.join('') }];
	return { id: 'm1', type: 'message', role: 'assistant', model: 'claude-opus-5', content, usage };
}

function candidate(piece: string, usageMetadata: unknown): object {
	const candidates = [{ content: { role: 'model', parts: [{ text: piece }] } }];
	return { responseId: 'g1', modelVersion: 'gemini-2.5-pro', candidates, usageMetadata };
}

function ollama(content: string, counts: object): object {
	return { model: 'llama3.3', created_at: '2026-11-21T08:00:00Z', message: { content }, ...counts };
}

function totals(reading: UsageReading): { input: number; output: number } | undefined {
	if (reading.outcome !== 'read') return undefined;
	const [{ usage }] = reading.calls;
	return { input: inputTokens(usage), output: outputTokens(usage) };
}

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
					expect(usage.reasoning).toBeLessThanOrEqual(usage.output);
				}
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
