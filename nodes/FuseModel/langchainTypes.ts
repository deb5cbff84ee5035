import { isRecord, type JsonRecord } from '../../core/readers/reading.ts';

/**
 * LangChain's chat models as far as this node touches them, by their shape only: n8n may hold several copies of the
 * library, so a class would not be recognised.
 */
export type ChatModelLike = JsonRecord & { _generate: Generate };

export type Generate = (
	this: unknown,
	messages: unknown,
	options: unknown,
	runManager?: unknown,
) => Promise<unknown>;

export type Stream = (
	this: unknown,
	messages: unknown,
	options: unknown,
	runManager?: unknown,
) => AsyncIterable<unknown>;

/** One call of a model, as LangChain hands it to `_generate` and `_streamResponseChunks`. */
export type ModelCall = {
	model: ChatModelLike;
	messages: readonly unknown[];
	options: JsonRecord;
	/** The tracing metadata of the consumer, per item. */
	metadata: JsonRecord;
	/** LangChain's callbacks for this call. */
	runManager?: unknown;
};

export function isChatModel(value: unknown): value is ChatModelLike {
	return isRecord(value) && typeof value['_generate'] === 'function';
}

/** How a model hands out its parts: LangChain's message chunks, or the events of its newer protocol. */
export type StreamForm = 'chunks' | 'events';
