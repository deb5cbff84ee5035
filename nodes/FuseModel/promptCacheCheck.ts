import { isRecord, listAt, recordAt, textAt, type JsonRecord } from '../../core/readers/reading.ts';
import type { ModelCall } from './langchainTypes.ts';

/** Vendors cache prompts of 1,024 tokens on; English text has about 4 characters in one. */
const SHORTEST_CACHED = 4 * 1024;

/** Vendors that cache what they are told to; the others cache every long beginning by themselves. */
const CACHE_ON_DEMAND = new Set(['anthropic', 'aws.bedrock']);

/**
 * The part of the system prompt that the vendor would cache: up to the last mark of Anthropic or Bedrock, all of it
 * where the cache is automatic. Undefined when it caches none.
 */
export function cachedSystemText(call: ModelCall, provider: string): string | undefined {
	const blocks = call.messages.filter(isSystemMessage).flatMap(blocksOf);
	const isWhole = !cachesOnDemand(provider) || isMarkedBehind(call);
	const lastMark = blocks.findLastIndex(isMarked);
	const cached = isWhole ? blocks : blocks.slice(0, lastMark + 1);
	const text = cached.map((block) => textAt(block, 'text') ?? '').join('\n');

	return text.length >= SHORTEST_CACHED ? text : undefined;
}

/** A cache made on demand is lost by any change before its mark; an automatic one has all that comes before the change. */
export function cachesOnDemand(provider: string): boolean {
	return CACHE_ON_DEMAND.has(provider);
}

/** A mark on a later message, or on the call as n8n's Anthropic node sets it, covers the system prompt too. */
function isMarkedBehind({ model, options, messages }: ModelCall): boolean {
	const isCallMarked = [options, recordAt(model, 'invocationKwargs')].some(isMarked);
	const later = messages.filter((message) => !isSystemMessage(message)).flatMap(blocksOf);

	return isCallMarked || later.some(isMarked);
}

function isMarked(record: JsonRecord): boolean {
	return isRecord(record['cache_control']) || isRecord(record['cachePoint']);
}

function isSystemMessage(message: unknown): boolean {
	if (!isRecord(message)) return false;
	const tell = message['getType'] ?? message['_getType'];
	const type: unknown = typeof tell === 'function' ? tell.call(message) : message['role'];

	return type === 'system' || type === 'developer';
}

function blocksOf(message: unknown): JsonRecord[] {
	if (!isRecord(message)) return [];
	const { content } = message;

	return typeof content === 'string'
		? [{ text: content }]
		: listAt(message, 'content').filter(isRecord);
}
