import { NO_USAGE } from '../usage.ts';
import { Counts } from './counts.ts';
import { isRecord, listAt, recordAt, type UsageReader } from './reading.ts';

/** Text embeddings of Vertex AI's predict. Its oldest models are billed by characters, which this leaves out. */
export const vertexEmbeddings: UsageReader = {
	name: 'vertexEmbeddings',

	matches(body) {
		const [first] = listAt(body, 'predictions');
		const embeddings = recordAt(isRecord(first) ? first : {}, 'embeddings');

		return 'token_count' in recordAt(embeddings, 'statistics');
	},

	read(body) {
		const facts = {
			provider: 'gcp.vertex_ai',
			spokenByOthers: false,
			model: undefined,
			endpoint: undefined,
			requestId: undefined,
		};
		const counts = new Counts(body, '');
		const tokens = listAt(body, 'predictions').reduce<number>(
			(sum, _, index) =>
				sum + counts.get('predictions', String(index), 'embeddings', 'statistics', 'token_count'),
			0,
		);
		if (counts.errors.length > 0) return { outcome: 'inconsistent', facts, errors: counts.errors };

		const calls = [{ model: undefined, usage: { ...NO_USAGE, inputUncached: tokens } }] as const;
		return { outcome: 'read', facts, calls, costMicroCents: undefined };
	},
};
