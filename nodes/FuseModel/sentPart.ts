import { isRecord, listAt, type JsonRecord } from '../../core/readers/reading.ts';

/** What a vendor is sent of a message. Its id and what came with it are new for each call. */
export function sentPart(message: unknown): unknown {
	if (!isRecord(message)) return message;
	const toolCalls = listAt(message, 'tool_calls').map((call) =>
		isRecord(call) ? { id: call['id'], name: call['name'], args: call['args'] } : call,
	);

	return {
		// A chat message has a role of its own besides.
		type: [messageType(message) ?? null, message['role'] ?? null],
		content: message['content'],
		name: message['name'],
		toolCalls,
		toolCallId: message['tool_call_id'],
		status: message['status'],
		more: message['additional_kwargs'],
	};
}

/** `human`, `ai`, `tool`, … */
export function messageType(message: JsonRecord): unknown {
	const tell = message['getType'] ?? message['_getType'];

	return typeof tell === 'function' ? tell.call(message) : message['type'];
}
