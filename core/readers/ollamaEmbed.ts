import { readOllama } from './ollamaForm.ts';
import type { UsageReader } from './reading.ts';

/** Ollama's /api/embed. */
export const ollamaEmbed: UsageReader = {
	name: 'ollamaEmbed',
	signs: ['prompt_eval_count'],

	matches: (body) => Array.isArray(body['embeddings']) && 'prompt_eval_count' in body,

	read: (body) => readOllama(body, '', 'api/embed'),
};
