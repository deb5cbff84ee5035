import { readOllama } from './ollamaForm.ts';
import { textAt, type UsageReader } from './reading.ts';

/** Ollama's /api/generate, and its bare counts. */
export const ollamaGenerate: UsageReader = {
	name: 'ollamaGenerate',
	signs: ['done', 'eval_count'],

	matches: (body) =>
		(typeof body['done'] === 'boolean' &&
			'created_at' in body &&
			typeof body['response'] === 'string') ||
		('eval_count' in body && !('message' in body)),

	read: (body) => readOllama(body, textAt(body, 'response') ?? '', 'api/generate'),
};
