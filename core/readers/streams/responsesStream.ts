import { isRecord, recordAt, textAt, type JsonRecord } from '../reading.ts';
import type { StreamForm } from './streamForm.ts';

/**
 * OpenAI's Responses: the event that ends a stream (`completed`, `incomplete`, `failed`) has the whole response in it.
 * Of a stream that broke off there is the response as it began, and the text that came.
 */
export const responsesStream: StreamForm = {
	name: 'responsesStream',

	matches: (events) =>
		events.length > 0 &&
		events.every((event) => /^(?:response|keepalive|error)(?:\.|$)/.test(typeOf(event))) &&
		events.some((event) => isRecord(event['response'])),

	whole(events) {
		const responses = events.map((event) => recordAt(event, 'response'));
		const ended = responses.findLast((response) => isRecord(response['usage']));
		if (ended) return ended;

		const begun = responses.find((response) => 'object' in response) ?? {};
		const text = events.filter(isText).map((event) => textAt(event, 'delta') ?? '');
		return { ...begun, output: [{ type: 'message', content: [{ text: text.join('') }] }] };
	},
};

function typeOf(event: JsonRecord): string {
	return textAt(event, 'type') ?? '';
}

function isText(event: JsonRecord): boolean {
	return /^response\.(?:output_text|refusal|function_call_arguments)\.delta$/.test(typeOf(event));
}
