import { recordAt, textAt } from '../reading.ts';
import { lastSaid, type StreamForm } from './streamForm.ts';

/** Gemini's Interactions: the event that ends a stream has the interaction with its usage in it. */
export const interactionsStream: StreamForm = {
	name: 'interactionsStream',

	matches: (events) =>
		events.some((event) => 'interaction' in event) &&
		events.every((event) =>
			/^(?:interaction|step|content|error)\b/.test(textAt(event, 'event_type') ?? ''),
		),

	whole(events) {
		const text = events.map((event) => textAt(recordAt(event, 'delta'), 'text') ?? '').join('');
		const steps = [{ content: [{ text }] }];
		const interaction = lastSaid(events.map((event) => recordAt(event, 'interaction')));

		return { ...interaction, object: 'interaction', steps };
	},
};
