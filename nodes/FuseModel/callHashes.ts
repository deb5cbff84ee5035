import { createHash } from 'node:crypto';
import { isRecord, listAt, type JsonRecord } from '../../core/readers/reading.ts';
import { canonicalJson } from './canonicalJson.ts';
import type { ModelCall } from './langchainTypes.ts';
import { messageType, sentPart } from './sentPart.ts';

/** What tells the service that the same is asked for again; a hash is all that leaves n8n. */
export type CallHashes = { promptHash?: string; toolCallHash?: string };

/** SHA-256, in hex, of the messages and of the tool calls whose results they end with, as far as there are any. */
export function callHashes({ messages }: Pick<ModelCall, 'messages'>): CallHashes {
	const promptHash = hashOf(messages.map(sentPart));
	const toolCalls = answeredToolCalls(messages);
	const toolCallHash = toolCalls && hashOf(toolCalls);

	return {
		...(promptHash === undefined ? {} : { promptHash }),
		...(toolCallHash === undefined ? {} : { toolCallHash }),
	};
}

/** Name and arguments of each call, without the id, which is new each time; undefined: the prompt ends with no result. */
function answeredToolCalls(messages: readonly unknown[]): unknown[] | undefined {
	const lastOther = messages.findLastIndex((message) => !isRecord(message) || !isResult(message));
	const asked = messages[lastOther];
	if (lastOther === messages.length - 1 || !isRecord(asked)) return undefined;
	const calls = listAt(asked, 'tool_calls').filter(isRecord);

	return calls.length === 0
		? undefined
		: calls.map(({ name, args }) => ({ name: name ?? null, args: args ?? null }));
}

function isResult(message: JsonRecord): boolean {
	return messageType(message) === 'tool';
}

function hashOf(value: unknown): string | undefined {
	const text = canonicalJson(value);

	return text === undefined ? undefined : createHash('sha256').update(text).digest('hex');
}
