import { messageText } from '../chatForm.ts';
import { isRecord, listAt, recordAt, textAt, type JsonRecord } from '../reading.ts';
import { lastSaid, type StreamForm } from './streamForm.ts';

/**
 * OpenAI's Chat Completions and all who stream like it. The usage comes last, in a chunk without choices (OpenAI, when
 * asked for), with the last choice (Mistral, DeepSeek), or grows in every chunk (xAI): the last one is right.
 */
export const chatStream: StreamForm = {
	name: 'chatStream',

	// Azure begins with an empty chunk, and OpenRouter may end with an error.
	matches: (events) =>
		events.some(isChunk) &&
		events.every((event) => ['choices', 'usage', 'error'].some((key) => key in event)),

	whole(events) {
		const choices = events.flatMap((event) => listAt(event, 'choices')).filter(isRecord);
		const content = choices.map(textOf).join('');
		const choice = { ...lastSaid(choices), text: undefined, message: { content } };
		const object = events.some((event) => event['object'] === 'text_completion')
			? 'text_completion'
			: 'chat.completion';

		return { ...lastSaid(events), object, choices: [choice] };
	},
};

function isChunk(event: JsonRecord): boolean {
	const [choice] = listAt(event, 'choices');

	return (
		event['object'] === 'chat.completion.chunk' || (isRecord(choice) && isDelta(event, choice))
	);
}

function isDelta(event: JsonRecord, choice: JsonRecord): boolean {
	return 'delta' in choice || event['object'] === 'text_completion';
}

function textOf(choice: JsonRecord): string {
	return textAt(choice, 'text') ?? messageText(recordAt(choice, 'delta'));
}
