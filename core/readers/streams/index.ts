import type { JsonRecord } from '../reading.ts';
import { anthropicStream } from './anthropicStream.ts';
import { bedrockStream } from './bedrockStream.ts';
import { chatStream } from './chatStream.ts';
import { cohereStreamV1, cohereStreamV2 } from './cohereStream.ts';
import { geminiStream } from './geminiStream.ts';
import { interactionsStream } from './interactionsStream.ts';
import { ollamaStream } from './ollamaStream.ts';
import { responsesStream } from './responsesStream.ts';
import type { StreamForm } from './streamForm.ts';

export const STREAM_FORMS: readonly StreamForm[] = [
	chatStream,
	responsesStream,
	anthropicStream,
	geminiStream,
	bedrockStream,
	cohereStreamV2,
	cohereStreamV1,
	interactionsStream,
	ollamaStream,
];

/** The body that the events of one stream add up to; undefined when they are not one stream of a known vendor. */
export function wholeBody(events: readonly JsonRecord[]): JsonRecord | undefined {
	return STREAM_FORMS.find((form) => form.matches(events))?.whole(events);
}
