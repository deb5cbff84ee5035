import fc from 'fast-check';
import type { UsageReading } from '../../core/readers/reading.ts';
import { inputTokens, outputTokens } from '../../core/usage.ts';

export const count = fc.nat({ max: 10_000_000 });
const part = (of: number): fc.Arbitrary<number> => fc.nat({ max: of });

/** What a chat vendor counts, each part within its whole. */
export const chatUsage = fc.tuple(count, count).chain(([prompt, completion]) =>
	fc.record({
		prompt: fc.constant(prompt),
		completion: fc.constant(completion),
		cached: part(prompt),
		reasoning: part(completion),
	}),
);
export type ChatUsage = { prompt: number; completion: number; cached: number; reasoning: number };

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

export const text = fc.string({ minLength: 1, maxLength: 40 });
export const texts = fc.array(text, { maxLength: 6 });

/** Each vendor's whole response, and the same response as the events of a stream. */
export const VENDORS: ReadonlyArray<{
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

/** Of the model that answered. */
export function totals(reading: UsageReading): { input: number; output: number } | undefined {
	if (reading.outcome !== 'read') return undefined;
	const [{ usage }] = reading.calls;
	return { input: inputTokens(usage), output: outputTokens(usage) };
}
