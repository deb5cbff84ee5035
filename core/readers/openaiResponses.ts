import { Counts } from './counts.ts';
import { isRecord, listAt, recordAt, textAt } from './reading.ts';
import type { JsonRecord, ResponseFacts, UsageReader, UsageReading } from './reading.ts';
import { vendorCost } from './vendorCost.ts';

/** OpenAI's Responses API; the event `response.completed` of its stream carries the same object. */
export const openaiResponses: UsageReader = {
	name: 'openaiResponses',

	matches(body) {
		const response = unwrapped(body);
		const usage = recordAt(response, 'usage');

		// Anthropic says `input_tokens` too, but never a total.
		return (
			response['object'] === 'response' ||
			('input_tokens' in usage && ('total_tokens' in usage || 'input_tokens_details' in usage))
		);
	},

	read(body): UsageReading {
		const response = unwrapped(body);
		const facts: ResponseFacts = {
			provider: 'openai',
			spokenByOthers: true,
			model: textAt(response, 'model'),
			endpoint: 'api.openai.com/v1/responses',
			requestId: textAt(response, 'id'),
		};
		const reported = recordAt(response, 'usage');
		const counts = new Counts(reported, '/usage');
		const input = counts.find('input_tokens');
		const output = counts.find('output_tokens');
		if (counts.errors.length === 0 && input === undefined && output === undefined) {
			return { outcome: 'missing', facts, answerText: answerText(response) };
		}

		// `input_tokens` includes what was read from and written to the cache.
		const cacheRead = counts.get('input_tokens_details', 'cached_tokens');
		const cacheWrite = counts.get('input_tokens_details', 'cache_write_tokens');
		const reasoning = counts.get('output_tokens_details', 'reasoning_tokens');
		counts.within(
			'input_tokens_details',
			{ name: 'cached and cache-write tokens', count: cacheRead + cacheWrite },
			{ name: 'input_tokens', count: input ?? 0 },
		);
		counts.within(
			'output_tokens_details/reasoning_tokens',
			{ name: 'reasoning_tokens', count: reasoning },
			{ name: 'output_tokens', count: output ?? 0 },
		);
		const costMicroCents = vendorCost(reported, counts);
		if (counts.errors.length > 0) return { outcome: 'inconsistent', facts, errors: counts.errors };

		const usage = {
			inputUncached: (input ?? 0) - cacheRead - cacheWrite,
			cacheRead,
			cacheWrite5m: cacheWrite,
			cacheWrite1h: 0,
			inputAudio: 0,
			output: output ?? 0,
			reasoning,
			outputAudio: 0,
		};
		return { outcome: 'read', facts, calls: [{ model: facts.model, usage }], costMicroCents };
	},
};

function unwrapped(body: JsonRecord): JsonRecord {
	return isRecord(body['response']) ? body['response'] : body;
}

function answerText(response: JsonRecord): string {
	return listAt(response, 'output')
		.filter(isRecord)
		.flatMap((item) => listAt(item, 'content'))
		.filter(isRecord)
		.map((part) => textAt(part, 'text') ?? '')
		.join('');
}
