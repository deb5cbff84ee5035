import type { Usage } from '../usage.ts';
import { Counts } from './counts.ts';
import { isRecord, listAt, recordAt, textAt } from './reading.ts';
import type { JsonRecord, ResponseFacts, UsageReader, UsageReading } from './reading.ts';
import { vendorCost } from './vendorCost.ts';

const ENDPOINTS = new Map<unknown, string>([
	['chat.completion', 'api.openai.com/v1/chat/completions'],
	['chat.completion.chunk', 'api.openai.com/v1/chat/completions'],
	['text_completion', 'api.openai.com/v1/completions'],
]);

/** Chat Completions, Completions and Embeddings of OpenAI, and everyone who answers in their format. */
export const openaiChat: UsageReader = {
	name: 'openaiChat',

	matches(body) {
		return (
			ENDPOINTS.has(body['object']) ||
			'prompt_tokens' in recordAt(body, 'usage') ||
			'completion_tokens' in recordAt(body, 'usage')
		);
	},

	read(body): UsageReading {
		const facts: ResponseFacts = {
			provider: 'openai',
			spokenByOthers: true,
			model: textAt(body, 'model'),
			endpoint: ENDPOINTS.get(body['object']),
			requestId: textAt(body, 'id'),
		};
		const reported = recordAt(body, 'usage');
		const counts = new Counts(reported, '/usage');
		const prompt = counts.find('prompt_tokens');
		const completion = counts.find('completion_tokens');
		if (counts.errors.length === 0 && prompt === undefined && completion === undefined) {
			return { outcome: 'missing', facts, answerText: answerText(body) };
		}

		const usage = buckets(counts, prompt ?? 0, completion ?? 0);
		const costMicroCents = vendorCost(reported, counts);

		return counts.errors.length > 0
			? { outcome: 'inconsistent', facts, errors: counts.errors }
			: { outcome: 'read', facts, calls: [{ model: facts.model, usage }], costMicroCents };
	},
};

/** `prompt_tokens` includes what was read from and written to the cache; `completion_tokens` includes reasoning. */
function buckets(counts: Counts, prompt: number, reportedCompletion: number): Usage {
	const cacheRead = cachedTokens(counts);
	const cacheWrite = counts.get('prompt_tokens_details', 'cache_write_tokens');
	const audio = counts.get('prompt_tokens_details', 'audio_tokens');
	const reasoning = counts.get('completion_tokens_details', 'reasoning_tokens');
	const outputAudio = counts.get('completion_tokens_details', 'audio_tokens');
	const total = counts.find('total_tokens');

	// xAI counts reasoning outside completion_tokens; its total gives that away.
	const reasoningIsExtra = reasoning > 0 && total === prompt + reportedCompletion + reasoning;
	const completion = reasoningIsExtra ? reportedCompletion + reasoning : reportedCompletion;

	const input = { name: 'prompt_tokens', count: prompt };
	const output = { name: 'completion_tokens', count: completion };
	const cached = { name: 'cached and cache-write tokens', count: cacheRead + cacheWrite };
	const details = { name: 'reasoning and audio tokens', count: reasoning + outputAudio };
	counts.within('prompt_tokens_details', cached, input);
	counts.within(
		'prompt_tokens_details/audio_tokens',
		{ name: 'audio_tokens', count: audio },
		input,
	);
	counts.within('completion_tokens_details', details, output);

	// Cached tokens may be audio too and the vendor does not say which: audio gets what the cache left over.
	const fresh = prompt - cacheRead - cacheWrite;
	const inputAudio = Math.min(audio, fresh);

	return {
		inputUncached: fresh - inputAudio,
		cacheRead,
		cacheWrite5m: cacheWrite,
		cacheWrite1h: 0,
		inputAudio,
		output: completion - outputAudio,
		reasoning,
		outputAudio,
	};
}

/** OpenAI's spelling first, then those of Mistral, DeepSeek and Together, which all mean the same. */
function cachedTokens(counts: Counts): number {
	return (
		counts.find('prompt_tokens_details', 'cached_tokens') ??
		counts.find('num_cached_tokens') ??
		counts.find('prompt_cache_hit_tokens') ??
		counts.get('cached_tokens')
	);
}

function answerText(body: JsonRecord): string {
	const [choice] = listAt(body, 'choices');
	if (!isRecord(choice)) return '';

	return textAt(recordAt(choice, 'message'), 'content') ?? textAt(choice, 'text') ?? '';
}
