import { recordAt, textAt } from '../reading.ts';
import { lastSaid, type StreamForm } from './streamForm.ts';

/** Amazon Bedrock's ConverseStream: each event is named by its one key, and `metadata` ends it. */
export const bedrockStream: StreamForm = {
	name: 'bedrockStream',

	matches: (events) =>
		events.some((event) => 'messageStart' in event || 'messageStop' in event) &&
		events.every((event) => EVENTS.some((name) => name in event)),

	whole(events) {
		const metadata = lastSaid(events.map((event) => recordAt(event, 'metadata')));
		const { stopReason = null } = lastSaid(events.map((event) => recordAt(event, 'messageStop')));
		const text = events
			.map((event) => recordAt(recordAt(event, 'contentBlockDelta'), 'delta'))
			.map((delta) => textAt(delta, 'text') ?? textAt(recordAt(delta, 'toolUse'), 'input') ?? '')
			.join('');

		return { ...metadata, stopReason, output: { message: { content: [{ text }] } } };
	},
};

const EVENTS = [
	'messageStart',
	'contentBlockStart',
	'contentBlockDelta',
	'contentBlockStop',
	'messageStop',
	'metadata',
];
