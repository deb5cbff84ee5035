import { readBilledUnits } from './cohereForm.ts';
import { isRecord, recordAt, textAt, type JsonRecord, type UsageReader } from './reading.ts';

const OPERATIONS = [
	['embeddings', 'embed'],
	['classifications', 'classify'],
	['results', 'rerank'],
	['text', 'chat'],
] as const;

/** Cohere's chat of API version 1, and embed, rerank and classify of both, which all bill in `meta`. */
export const cohereV1: UsageReader = {
	name: 'cohereV1',
	signs: ['meta'],

	matches(body) {
		const meta = recordAt(body, 'meta');

		return isRecord(meta['billed_units']) || isRecord(meta['tokens']);
	},

	read(body) {
		return readBilledUnits(
			recordAt(body, 'meta'),
			{ pointer: '/meta', answerText: textAt(body, 'text') ?? '' },
			{
				provider: 'cohere',
				spokenByOthers: false,
				model: textAt(body, 'model'),
				endpoint: endpointOf(body),
				requestId: textAt(body, 'response_id') ?? textAt(body, 'id'),
			},
		);
	},
};

function endpointOf(body: JsonRecord): string | undefined {
	const version = textAt(recordAt(recordAt(body, 'meta'), 'api_version'), 'version') ?? '1';
	const operation = OPERATIONS.find(([key]) => key in body)?.[1];

	return operation && `api.cohere.com/v${version}/${operation}`;
}
