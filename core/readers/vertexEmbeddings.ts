import type { FieldError } from '../problems.ts';
import { NO_USAGE } from '../usage.ts';
import { Counts } from './counts.ts';
import { isRecord, listAt, recordAt, type JsonRecord, type UsageReader } from './reading.ts';

/** Text embeddings of Vertex AI's predict. Its oldest models are billed by characters, which this leaves out. */
export const vertexEmbeddings: UsageReader = {
	name: 'vertexEmbeddings',
	signs: ['predictions'],

	matches: (body) => 'token_count' in statisticsOf(listAt(body, 'predictions')[0]),

	read(body) {
		const facts = {
			provider: 'gcp.vertex_ai',
			spokenByOthers: false,
			model: undefined,
			endpoint: undefined,
			requestId: undefined,
		};
		const errors: FieldError[] = [];
		let tokens = 0;
		for (const [index, prediction] of listAt(body, 'predictions').entries()) {
			const pointer = `/predictions/${index}/embeddings/statistics`;
			const counts = new Counts(statisticsOf(prediction), pointer);
			tokens += counts.get('token_count');
			errors.push(...counts.errors);
		}
		if (errors.length > 0) return { outcome: 'inconsistent', facts, errors };

		const calls = [{ model: undefined, usage: { ...NO_USAGE, inputUncached: tokens } }] as const;
		return { outcome: 'read', facts, calls, costMicroCents: undefined };
	},
};

function statisticsOf(prediction: unknown): JsonRecord {
	return recordAt(recordAt(isRecord(prediction) ? prediction : {}, 'embeddings'), 'statistics');
}
