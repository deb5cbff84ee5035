import { NO_USAGE } from '../../../core/usage.ts';

/** One answer in both forms of the wire: as a body, and as the parts of a stream. */
export type Wire = { whole: object; parts: string[] };

const WORDS = ['Fuses ', 'protect ', 'circuits.'];

/** What each vendor says one call used, as disjoint buckets. */
export const USAGE = {
	openAiChat: { ...NO_USAGE, inputUncached: 36, cacheRead: 64, output: 20, reasoning: 8 },
	openAiResponses: { ...NO_USAGE, inputUncached: 30, cacheRead: 20, output: 9, reasoning: 3 },
	anthropic: {
		...NO_USAGE,
		inputUncached: 10,
		cacheRead: 5,
		cacheWrite5m: 25,
		cacheWrite1h: 15,
		output: 7,
	},
};

export function openAiChatAnswer(request: Record<string, unknown>, reportsUsage: boolean): Wire {
	const usage = {
		prompt_tokens: 100,
		completion_tokens: 20,
		total_tokens: 120,
		prompt_tokens_details: { cached_tokens: 64, audio_tokens: 0 },
		completion_tokens_details: { reasoning_tokens: 8, audio_tokens: 0 },
	};
	const head = { id: 'chatcmpl-1', created: 1, model: 'gpt-4o-mini-2024-07-18' };
	const tool = toolCalled(request);
	const calls = tool && [
		{ index: 0, id: 'call_1', type: 'function', function: { name: tool, arguments: '{"a":1}' } },
	];
	const message = { role: 'assistant', content: tool ? null : WORDS.join('') };
	const deltas: object[] = calls
		? [{ role: 'assistant', content: null, tool_calls: calls }]
		: WORDS.map((content) => ({ role: 'assistant', content }));
	const chunk = (rest: object): string =>
		sse({ ...head, object: 'chat.completion.chunk', ...rest });

	return {
		whole: {
			...head,
			object: 'chat.completion',
			choices: [
				{
					index: 0,
					message: { ...message, ...(calls ? { tool_calls: calls } : {}) },
					finish_reason: calls ? 'tool_calls' : 'stop',
				},
			],
			...(reportsUsage ? { usage } : {}),
		},
		parts: [
			...deltas.map((delta) => chunk({ choices: [{ index: 0, delta, finish_reason: null }] })),
			chunk({ choices: [{ index: 0, delta: {}, finish_reason: calls ? 'tool_calls' : 'stop' }] }),
			...(reportsUsage && 'stream_options' in request ? [chunk({ choices: [], usage })] : []),
			'data: [DONE]\n\n',
		],
	};
}

export function openAiResponsesAnswer(): Wire {
	const text = WORDS.join('');
	const content = [{ type: 'output_text', text, annotations: [] }];
	const item = { type: 'message', id: 'msg_1', role: 'assistant', status: 'completed', content };
	const whole = {
		id: 'resp_1',
		object: 'response',
		created_at: 1,
		status: 'completed',
		model: 'gpt-4o-mini-2024-07-18',
		output: [item],
		usage: {
			input_tokens: 50,
			output_tokens: 9,
			total_tokens: 59,
			input_tokens_details: { cached_tokens: 20 },
			output_tokens_details: { reasoning_tokens: 3 },
		},
	};
	const events = [
		{
			type: 'response.created',
			response: { ...whole, status: 'in_progress', output: [], usage: null },
		},
		{ type: 'response.output_item.added', output_index: 0, item: { ...item, content: [] } },
		...WORDS.map((delta) => ({
			type: 'response.output_text.delta',
			item_id: 'msg_1',
			output_index: 0,
			content_index: 0,
			delta,
		})),
		{ type: 'response.completed', response: whole },
	];
	return { whole, parts: events.map(namedSse) };
}

export function anthropicAnswer(request: Record<string, unknown>): Wire {
	const usage = {
		input_tokens: 10,
		cache_creation_input_tokens: 40,
		cache_read_input_tokens: 5,
		cache_creation: { ephemeral_5m_input_tokens: 25, ephemeral_1h_input_tokens: 15 },
		output_tokens: 7,
	};
	const tool = toolCalled(request);
	const head = {
		id: 'msg_1',
		type: 'message',
		role: 'assistant',
		model: 'claude-sonnet-4-5-20250929',
	};
	const block = tool
		? { type: 'tool_use', id: 'toolu_1', name: tool, input: { a: 1 } }
		: { type: 'text', text: WORDS.join('') };
	const deltas: object[] = tool
		? [{ type: 'input_json_delta', partial_json: '{"a":1}' }]
		: WORDS.map((text) => ({ type: 'text_delta', text }));
	const events = [
		{
			type: 'message_start',
			message: { ...head, content: [], usage: { ...usage, output_tokens: 1 } },
		},
		{
			type: 'content_block_start',
			index: 0,
			content_block: tool ? { ...block, input: {} } : { type: 'text', text: '' },
		},
		...deltas.map((delta) => ({ type: 'content_block_delta', index: 0, delta })),
		{ type: 'content_block_stop', index: 0 },
		// Anthropic counts from the start: the 7 contain the 1 of message_start.
		{
			type: 'message_delta',
			delta: { stop_reason: tool ? 'tool_use' : 'end_turn', stop_sequence: null },
			usage: { output_tokens: 7 },
		},
		{ type: 'message_stop' },
	];
	return {
		whole: { ...head, content: [block], stop_reason: tool ? 'tool_use' : 'end_turn', usage },
		parts: events.map(namedSse),
	};
}

/** The model calls the first tool it was given. */
function toolCalled(request: Record<string, unknown>): string | undefined {
	const [tool] = (request['tools'] ?? []) as Array<{ name?: string; function?: { name: string } }>;

	return tool?.function?.name ?? tool?.name;
}

function sse(data: object): string {
	return `data: ${JSON.stringify(data)}\n\n`;
}

function namedSse(data: { type: string }): string {
	return `event: ${data.type}\n${sse(data)}`;
}
