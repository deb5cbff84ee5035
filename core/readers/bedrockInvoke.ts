import { NO_USAGE } from '../usage.ts';
import { Counts } from './counts.ts';
import { isRecord, listAt, recordAt, type JsonRecord, type UsageReader } from './reading.ts';

const METRICS = 'amazon-bedrock-invocationMetrics';

/** Amazon Bedrock's InvokeModel: Titan text and embeddings, Llama, and the metrics that end any model's stream. */
export const bedrockInvoke: UsageReader = {
	name: 'bedrockInvoke',
	signs: ['inputTextTokenCount', 'prompt_token_count', METRICS],

	matches(body) {
		return (
			'inputTextTokenCount' in body ||
			('prompt_token_count' in body && 'generation_token_count' in body) ||
			(isRecord(body[METRICS]) && body['type'] !== 'message')
		);
	},

	read(body) {
		const facts = {
			provider: 'aws.bedrock',
			spokenByOthers: false,
			model: undefined,
			endpoint: undefined,
			requestId: undefined,
		};
		const errors: Counts['errors'] = [];
		const usage = { ...NO_USAGE, ...buckets(body, errors) };
		if (errors.length > 0) return { outcome: 'inconsistent', facts, errors };

		return {
			outcome: 'read',
			facts,
			calls: [{ model: undefined, usage }],
			costMicroCents: undefined,
		};
	},
};

type Buckets = { inputUncached: number; output: number; cacheRead?: number; cacheWrite5m?: number };

function buckets(body: JsonRecord, errors: Counts['errors']): Buckets {
	const counts = new Counts(body, '');
	const metrics = new Counts(recordAt(body, METRICS), `/${METRICS}`);
	const titan = listAt(body, 'results').reduce<number>(
		(sum, _, index) => sum + counts.get('results', String(index), 'tokenCount'),
		0,
	);
	const read = isRecord(body[METRICS])
		? {
				inputUncached: metrics.get('inputTokenCount'),
				output: metrics.get('outputTokenCount'),
				cacheRead: metrics.get('cacheReadInputTokenCount'),
				cacheWrite5m: metrics.get('cacheWriteInputTokenCount'),
			}
		: {
				inputUncached: counts.find('inputTextTokenCount') ?? counts.get('prompt_token_count'),
				output: titan + counts.get('generation_token_count'),
			};
	errors.push(...counts.errors, ...metrics.errors);

	return read;
}
