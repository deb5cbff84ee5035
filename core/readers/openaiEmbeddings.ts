import { NO_USAGE } from '../usage.ts';
import { Counts } from './counts.ts';
import { isRecord, listAt, recordAt, textAt, type UsageReader } from './reading.ts';
import { vendorCost } from './vendorCost.ts';

/** Embeddings of OpenAI, and in its form of Azure, Mistral, Voyage and Jina, the last two with a total alone. */
export const openaiEmbeddings: UsageReader = {
	name: 'openaiEmbeddings',
	signs: ['object'],

	matches(body) {
		const [first] = listAt(body, 'data');

		return body['object'] === 'list' && isRecord(first) && first['object'] === 'embedding';
	},

	read(body) {
		const model = textAt(body, 'model');
		const mistral = /^(?:mistral|codestral)-embed/.test(model ?? '');
		const facts = {
			provider: mistral ? 'mistral_ai' : 'openai',
			spokenByOthers: true,
			model,
			endpoint: mistral ? 'api.mistral.ai/v1/embeddings' : 'api.openai.com/v1/embeddings',
			requestId: textAt(body, 'id'),
		};
		const usage = recordAt(body, 'usage');
		const counts = new Counts(usage, '/usage');
		const tokens = counts.find('prompt_tokens') ?? counts.find('total_tokens');
		const costMicroCents = vendorCost(usage, counts);
		if (counts.errors.length > 0) return { outcome: 'inconsistent', facts, errors: counts.errors };
		if (tokens === undefined) return { outcome: 'missing', facts, answerText: '' };

		const calls = [{ model, usage: { ...NO_USAGE, inputUncached: tokens } }] as const;
		return { outcome: 'read', facts, calls, costMicroCents };
	},
};
