import { isRecord, listAt, textAt } from '../../core/readers/reading.ts';

/** English text has about 4 characters per token; close enough to hold budget until the real count is known. */
const CHARACTERS_PER_TOKEN = 4;

/** An image, a page of a document or some seconds of audio: vendors count 85 to 1,600 tokens for one. */
const TOKENS_PER_ATTACHMENT = 1_000;

/** Roles and separators of one message, as OpenAI's chat format counts them. */
const TOKENS_PER_MESSAGE = 4;

/** What the model will have to read. Only lengths are looked at. */
export function promptTokens(messages: readonly unknown[], tools: unknown): number {
	const sizes = messages.map((message) => TOKENS_PER_MESSAGE + messageTokens(message));

	return sizes.reduce((sum, size) => sum + size, tokensOfLength(jsonLength(tools)));
}

/** What one message holds, answers of a model included. */
export function messageTokens(message: unknown): number {
	if (!isRecord(message)) return 0;
	const calls = [...listAt(message, 'tool_calls'), ...listAt(message, 'tool_call_chunks')];
	const callLength = calls.filter(isRecord).reduce((sum, call) => sum + toolCallLength(call), 0);

	return contentTokens(message['content'], calls.length > 0) + tokensOfLength(callLength);
}

export function tokensOfLength(characters: number): number {
	return Math.ceil(characters / CHARACTERS_PER_TOKEN);
}

function contentTokens(content: unknown, callsAreListed: boolean): number {
	if (typeof content === 'string') return tokensOfLength(content.length);
	if (!Array.isArray(content)) return 0;

	return content.reduce<number>(
		(sum, block) => sum + (isRecord(block) ? blockTokens(block, callsAreListed) : 0),
		0,
	);
}

/** Anthropic repeats its tool calls among the content. */
function blockTokens(block: Record<string, unknown>, callsAreListed: boolean): number {
	const type = textAt(block, 'type') ?? 'text';
	const text = textAt(block, 'text') ?? textAt(block, 'thinking') ?? textAt(block, 'reasoning');
	if (text !== undefined) return tokensOfLength(text.length);
	if (/^(?:tool_use|input_json_delta|function_call)/.test(type)) {
		return callsAreListed ? 0 : tokensOfLength(jsonLength(block['input']));
	}
	if (type === 'tool_result') return contentTokens(block['content'], callsAreListed);

	return /^(?:image|document|file|audio|video|input_(?:image|audio|file)|media)/.test(type)
		? TOKENS_PER_ATTACHMENT
		: 0;
}

function toolCallLength(call: Record<string, unknown>): number {
	return (textAt(call, 'name')?.length ?? 0) + jsonLength(call['args']);
}

/** A value that has no JSON (it may contain itself) has no length either. */
function jsonLength(value: unknown): number {
	if (value === undefined || value === null) return 0;
	if (typeof value === 'string') return value.length;
	try {
		const json: unknown = JSON.stringify(value);
		return typeof json === 'string' ? json.length : 0;
	} catch {
		return 0;
	}
}
