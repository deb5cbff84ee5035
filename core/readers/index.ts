import { anthropicMessages } from './anthropicMessages.ts';
import { openaiChat } from './openaiChat.ts';
import { openaiResponses } from './openaiResponses.ts';
import { isRecord, type UsageReader, type UsageReading } from './reading.ts';

/** Asked in this order; the first that knows the form reads it. A new vendor is one file and one line. */
export const USAGE_READERS: readonly UsageReader[] = [
	openaiResponses,
	openaiChat,
	anthropicMessages,
];

/** What a vendor's response body says about its usage. */
export function readUsage(body: unknown): UsageReading {
	if (!isRecord(body)) return { outcome: 'unknown' };

	const reader = USAGE_READERS.find((candidate) => candidate.matches(body));
	return reader ? reader.read(body) : { outcome: 'unknown' };
}
