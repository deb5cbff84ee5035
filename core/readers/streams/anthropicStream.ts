import { recordAt, textAt, type JsonRecord } from '../reading.ts';
import type { StreamForm } from './streamForm.ts';

/**
 * Anthropic's Messages. `message_start` knows the input and guesses the output; each `message_delta` counts all the
 * output so far, so it replaces and never adds. Without one the output is not known.
 */
export const anthropicStream: StreamForm = {
	name: 'anthropicStream',

	matches: (events) =>
		events.some(({ type }) => type === 'message_start' || type === 'message_delta') &&
		events.every((event) => EVENT.test(textAt(event, 'type') ?? '')),

	whole(events) {
		const start = events.map((event) => recordAt(event, 'message')).find((m) => 'usage' in m);
		const deltas = events.filter(({ type }) => type === 'message_delta');
		const begun = { ...recordAt(start ?? {}, 'usage'), output_tokens: null };
		const answered = fallbackModel(events);
		// The model that takes over has a cache of its own: what the first one counted is not on the bill.
		const counted = deltas.map((event) => recordAt(event, 'usage'));
		const usage = (answered.model ? counted : [begun, ...counted]).reduce(grown, {});
		const text = events.map((event) => deltaText(recordAt(event, 'delta'))).join('');

		const content = [{ text }];

		return { type: 'message', role: 'assistant', ...start, ...answered, usage, content };
	},
};

const EVENT = /^(?:message_(?:start|delta|stop)|content_block_(?:start|delta|stop)|ping|error)$/;

/** A stream begins with the model that was asked; where another takes over, a block says so. */
function fallbackModel(events: readonly JsonRecord[]): { model?: string } {
	const blocks = events.map((event) => recordAt(event, 'content_block'));
	const model = blocks
		.filter(({ type }) => type === 'fallback')
		.map((block) => textAt(recordAt(block, 'to'), 'model'))
		.at(-1);

	return model === undefined ? {} : { model };
}

/** Counts only grow. Some hosts send zeros first and some send them last, so neither place can be trusted alone. */
function grown(before: JsonRecord, after: JsonRecord): JsonRecord {
	const merged = { ...before };
	for (const [key, value] of Object.entries(after)) {
		const known = merged[key];
		if (value === null || value === undefined) continue;
		const both = typeof known === 'number' && typeof value === 'number';
		merged[key] = both ? Math.max(known, value) : value;
	}
	return merged;
}

function deltaText(delta: JsonRecord): string {
	return textAt(delta, 'text') ?? textAt(delta, 'thinking') ?? textAt(delta, 'partial_json') ?? '';
}
