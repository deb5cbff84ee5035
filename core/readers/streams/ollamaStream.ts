import { recordAt, textAt } from '../reading.ts';
import { lastSaid, type StreamForm } from './streamForm.ts';

/** Ollama's lines of JSON: the last, with `done`, has the counts. */
export const ollamaStream: StreamForm = {
	name: 'ollamaStream',

	matches: (events) =>
		events.length > 0 &&
		events.every((event) => typeof event['done'] === 'boolean' && 'created_at' in event),

	whole(events) {
		const texts = events.map(
			(event) => textAt(event, 'response') ?? textAt(recordAt(event, 'message'), 'content') ?? '',
		);
		const text = texts.join('');
		const isChat = events.some((event) => 'message' in event);

		return {
			...lastSaid(events),
			...(isChat ? { message: { content: text } } : { response: text }),
		};
	},
};
