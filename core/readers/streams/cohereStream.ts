import { recordAt, textAt, type JsonRecord } from '../reading.ts';
import { lastSaid, type StreamForm } from './streamForm.ts';

/** Cohere's chat of API version 2: the usage is in the delta of `message-end`. */
export const cohereStreamV2: StreamForm = {
	name: 'cohereStreamV2',

	matches: (events) =>
		events.some(({ type }) => type === 'message-start' || type === 'message-end') &&
		events.every((event) => /^[a-z]+(?:-[a-z]+)+$/.test(textAt(event, 'type') ?? '')),

	whole(events) {
		const deltas = events.map((event) => recordAt(event, 'delta'));
		const usage = lastSaid(deltas.map((delta) => recordAt(delta, 'usage')));
		const text = deltas.map(contentText).join('');
		// An empty record is what tells a stream that broke off from another vendor's.
		const counted = Object.keys(usage).length > 0 ? usage : { tokens: {} };

		return { ...lastSaid(events), usage: counted, message: { content: [{ text }] } };
	},
};

/** Cohere's chat of API version 1: `stream-end` has the whole response in it. */
export const cohereStreamV1: StreamForm = {
	name: 'cohereStreamV1',

	matches: (events) =>
		events.some(({ event_type: type }) => type === 'stream-start' || type === 'stream-end') &&
		events.every((event) => typeof event['event_type'] === 'string'),

	whole(events) {
		const ended = events.findLast(({ event_type }) => event_type === 'stream-end');
		const text = events.map((event) => textAt(event, 'text') ?? '').join('');

		return { meta: { tokens: {} }, text, ...recordAt(ended ?? {}, 'response') };
	},
};

function contentText(delta: JsonRecord): string {
	const content = recordAt(recordAt(delta, 'message'), 'content');

	return textAt(content, 'text') ?? textAt(content, 'thinking') ?? '';
}
