import { readOllama } from './ollamaForm.ts';
import { isRecord, recordAt, textAt, type UsageReader } from './reading.ts';

/** Ollama's /api/chat. */
export const ollamaChat: UsageReader = {
	name: 'ollamaChat',
	signs: ['done'],

	matches: (body) =>
		typeof body['done'] === 'boolean' && 'created_at' in body && isRecord(body['message']),

	read: (body) => readOllama(body, textAt(recordAt(body, 'message'), 'content') ?? '', 'api/chat'),
};
