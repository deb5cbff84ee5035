import type { OtherUnits } from '../otherUnits.ts';
import { inputTokens, outputTokens, type Usage } from '../usage.ts';
import { billedUnits } from './billedUnits.ts';
import { Counts } from './counts.ts';
import { isRecord, listAt, recordAt, sharedReader, textAt } from './reading.ts';
import type {
	JsonRecord,
	RecognizedReading,
	ResponseFacts,
	SharedAnswer,
	SharedForm,
	UsageReader,
} from './reading.ts';
import { serviceTier } from './serviceTier.ts';
import { vendorCost } from './vendorCost.ts';

const PATHS = new Map<unknown, string>([
	['chat.completion', 'chat/completions'],
	['chat.completion.chunk', 'chat/completions'],
	['text_completion', 'completions'],
]);

/** One vendor that answers in the form of OpenAI's Chat Completions. */
export type ChatVendor = {
	name: string;
	provider: string;
	/** True when the form is not proof: others may send the same, and `provider` is the best guess. */
	spokenByOthers: boolean;
	/** Host and base path; undefined when every customer has another one. */
	base: string | undefined;
	/** True where what was thought is in the total alone, neither in the completion nor in its details. */
	hidesThoughts?: boolean;
	/** Is an answer in this form from this vendor? */
	recognizes(answer: SharedAnswer): boolean;
};

const CHAT_FORM: SharedForm = {
	signs: ['object', 'prompt_tokens', 'completion_tokens', 'x_groq'],

	answerIn(body) {
		const usage = chatUsage(body);
		// A list of embeddings.
		if (body['object'] === 'list') return undefined;
		const isChat =
			'prompt_tokens' in usage || 'completion_tokens' in usage || PATHS.has(body['object']);

		return isChat ? { response: body, usage, model: textAt(body, 'model') ?? '' } : undefined;
	},
};

export function chatReader(vendor: ChatVendor): UsageReader {
	const { name, recognizes } = vendor;

	return sharedReader(name, { form: CHAT_FORM, recognizes }, (body) => {
		const path = PATHS.get(body['object']);
		const known = vendor.base !== undefined && path !== undefined;

		return readChat(body, vendor.hidesThoughts ?? false, {
			provider: vendor.provider,
			spokenByOthers: vendor.spokenByOthers,
			model: textAt(body, 'model'),
			endpoint: known ? `${vendor.base}/${path}` : undefined,
			requestId: textAt(body, 'id'),
			serviceTier: serviceTier(
				textAt(body, 'service_tier'),
				textAt(chatUsage(body), 'service_tier'),
			),
		});
	});
}

/** Groq's streams carry the usage in a place of its own. */
function chatUsage(body: JsonRecord): JsonRecord {
	const usage = recordAt(body, 'usage');
	if ('prompt_tokens' in usage || !('x_groq' in body)) return usage;

	return Object.keys(usage).length > 0 ? usage : recordAt(recordAt(body, 'x_groq'), 'usage');
}

function readChat(
	body: JsonRecord,
	hidesThoughts: boolean,
	facts: ResponseFacts,
): RecognizedReading {
	const reported = chatUsage(body);
	const counts = new Counts(reported, '/usage');
	const prompt = counts.find('prompt_tokens');
	const completion = counts.find('completion_tokens');
	if (counts.errors.length === 0 && prompt === undefined && completion === undefined) {
		return { outcome: 'missing', facts, answerText: answerText(body) };
	}

	const total = counts.get('total_tokens');
	const counted = { prompt: prompt ?? 0, completion: completion ?? 0, total };
	const generated = completionTokens(counts, counted, hidesThoughts);
	const usage = buckets(counts, counted.prompt, generated);
	const costMicroCents = vendorCost(reported, counts);
	if (total > 0) {
		counts.within(
			'total_tokens',
			{
				name: 'prompt_tokens and completion_tokens',
				count: inputTokens(usage) + outputTokens(usage),
			},
			{ name: 'total_tokens', count: total },
		);
	}
	const otherUnits = unitsOf(counts, usage);
	if (counts.errors.length > 0) return { outcome: 'inconsistent', facts, errors: counts.errors };

	const calls = [{ model: facts.model, usage }] as const;
	return { outcome: 'read', facts, calls, costMicroCents, otherUnits };
}

type Counted = { prompt: number; completion: number; total: number };
type Generated = { completion: number; reasoning: number };

/**
 * All that was generated. xAI counts reasoning outside `completion_tokens`, and its total gives that away.
 */
function completionTokens(
	counts: Counts,
	{ prompt, completion, total }: Counted,
	hidesThoughts: boolean,
): Generated {
	const reasoning = counts.get('completion_tokens_details', 'reasoning_tokens');
	const unnamed = total - prompt - completion;

	if (reasoning > 0 && unnamed === reasoning) {
		return { completion: completion + reasoning, reasoning };
	}
	if (unnamed > 0 && hidesThoughts) {
		return { completion: completion + unnamed, reasoning: reasoning + unnamed };
	}
	return { completion, reasoning };
}

/** `prompt_tokens` includes what was read from and written to the cache; `completion_tokens` includes reasoning. */
function buckets(counts: Counts, prompt: number, { completion, reasoning }: Generated): Usage {
	const cacheRead = cachedTokens(counts);
	const cacheWrite = counts.get('prompt_tokens_details', 'cache_write_tokens');
	const audio = counts.get('prompt_tokens_details', 'audio_tokens');
	const outputAudio = counts.get('completion_tokens_details', 'audio_tokens');

	const input = { name: 'prompt_tokens', count: prompt };
	const missed = counts.get('prompt_cache_miss_tokens');
	counts.within(
		'prompt_tokens_details',
		{ name: 'cached and cache-write tokens', count: cacheRead + cacheWrite },
		input,
	);
	counts.within(
		'prompt_cache_miss_tokens',
		{ name: 'cache hits and misses', count: missed === 0 ? 0 : cacheRead + missed },
		input,
	);
	counts.within(
		'prompt_tokens_details/audio_tokens',
		{ name: 'audio_tokens', count: audio },
		input,
	);
	counts.within(
		'completion_tokens_details',
		{ name: 'reasoning and audio tokens', count: reasoning + outputAudio },
		{ name: 'completion_tokens', count: completion },
	);

	// Where the vendor does not say which of the cached tokens are audio, audio gets what the cache left over.
	const fresh = prompt - cacheRead - cacheWrite;
	const inputAudio = audio === 0 ? 0 : Math.min(Math.max(0, audio - cachedAudio(counts)), fresh);

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

function cachedAudio(counts: Counts): number {
	return counts.get('prompt_tokens_details', 'cached_tokens_details', 'audio_tokens');
}

/** Pictures and cached audio, each within its bucket, and seconds of audio. */
function unitsOf(counts: Counts, usage: Usage): OtherUnits | undefined {
	const image = counts.get('prompt_tokens_details', 'image_tokens');
	const outputImage = counts.get('completion_tokens_details', 'image_tokens');
	const audio = usage.cacheRead > 0 ? cachedAudio(counts) : 0;
	const audioSeconds = counts.get('prompt_audio_seconds');
	if (image + outputImage + audio + audioSeconds === 0) return undefined;

	return billedUnits({
		inputImage: Math.min(image, usage.inputUncached),
		cacheReadAudio: Math.min(audio, usage.cacheRead),
		outputImage: Math.min(outputImage, usage.output),
		audioSeconds,
	});
}

/** OpenAI's spelling first, then those of Mistral, DeepSeek and Together, which all mean the same. */
function cachedTokens(counts: Counts): number {
	return (
		counts.find('prompt_tokens_details', 'cached_tokens') ??
		counts.find('prompt_token_details', 'cached_tokens') ??
		counts.find('num_cached_tokens') ??
		counts.find('prompt_cache_hit_tokens') ??
		counts.get('cached_tokens')
	);
}

function answerText(body: JsonRecord): string {
	return listAt(body, 'choices')
		.filter(isRecord)
		.map((choice) => textAt(choice, 'text') ?? messageText(recordAt(choice, 'message')))
		.join('');
}

/** What a message, or a delta of one, has in it: reasoning, text, and the arguments of tool calls. */
export function messageText(message: JsonRecord): string {
	const calls = listAt(message, 'tool_calls').filter(isRecord);
	const parts = listAt(message, 'content').filter(isRecord);

	return [
		textAt(message, 'reasoning_content') ?? textAt(message, 'reasoning'),
		textAt(message, 'content'),
		...parts.map((part) => textAt(part, 'text')),
		...calls.map((call) => textAt(recordAt(call, 'function'), 'arguments')),
	].join('');
}
