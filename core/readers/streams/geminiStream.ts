import { isRecord, listAt, recordAt, textAt, type JsonRecord } from '../reading.ts';
import { lastSaid, type StreamForm } from './streamForm.ts';

/** Gemini's streamGenerateContent: every chunk is a whole response whose counts repeat all that went before. */
export const geminiStream: StreamForm = {
	name: 'geminiStream',

	matches(events) {
		const ids = new Set(events.flatMap((event) => textAt(event, 'responseId') ?? []));

		// Two responses in one list are not a stream.
		return events.length > 0 && ids.size <= 1 && events.every(isChunk);
	},

	whole(events) {
		const candidates = events.flatMap((event) => listAt(event, 'candidates')).filter(isRecord);
		const parts = candidates.flatMap((entry) => listAt(recordAt(entry, 'content'), 'parts'));
		const usageMetadata = lastSaid(events.map((event) => recordAt(event, 'usageMetadata')));
		const candidate = { ...lastSaid(candidates), content: { parts } };

		return { ...lastSaid(events), usageMetadata, candidates: [candidate] };
	},
};

function isChunk(event: JsonRecord): boolean {
	return 'usageMetadata' in event || Array.isArray(event['candidates']);
}
