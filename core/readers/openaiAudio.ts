import type { OtherUnits } from '../otherUnits.ts';
import { NO_USAGE, type Usage } from '../usage.ts';
import { billedUnits } from './billedUnits.ts';
import { Counts, isCount, shown } from './counts.ts';
import { recordAt, textAt } from './reading.ts';
import type { JsonRecord, RecognizedReading, ResponseFacts, UsageReader } from './reading.ts';
import { responseIn } from './responsesForm.ts';

/** OpenAI's Realtime API: the event `response.done`, or the response in it. */
export const openaiRealtime: UsageReader = {
	name: 'openaiRealtime',
	signs: ['object', 'response'],

	matches(body) {
		const response = recordAt(body, 'response');

		return [body, response].some(({ object }) => object === 'realtime.response');
	},

	read(body) {
		const response = responseIn(body);

		return readAudio(response, { ...factsOf(response), endpoint: 'api.openai.com/v1/realtime' });
	},
};

/** OpenAI's transcriptions. The older models are billed by the second and say so. */
export const openaiTranscription: UsageReader = {
	name: 'openaiTranscription',
	signs: ['type', 'input_token_details'],

	matches(body) {
		const usage = recordAt(body, 'usage');
		const details = recordAt(usage, 'input_token_details');

		return (
			(usage['type'] === 'tokens' && 'input_tokens' in usage) ||
			(usage['type'] === 'duration' && 'seconds' in usage) ||
			('audio_tokens' in details && 'text_tokens' in details && !('cached_tokens' in details))
		);
	},

	read(body) {
		const facts = { ...factsOf(body), endpoint: 'api.openai.com/v1/audio/transcriptions' };
		if (recordAt(body, 'usage')['type'] !== 'duration') return readAudio(body, facts);

		return readSeconds(body, facts);
	},
};

/** Every second that was begun is billed. */
function readSeconds(body: JsonRecord, facts: ResponseFacts): RecognizedReading {
	const seconds = recordAt(body, 'usage')['seconds'];
	if (typeof seconds !== 'number' || !isCount(Math.ceil(seconds))) {
		const detail = `Expected a number of seconds ≥ 0, got ${shown(seconds)}`;
		return { outcome: 'inconsistent', facts, errors: [{ pointer: '/usage/seconds', detail }] };
	}
	return {
		outcome: 'read',
		facts,
		calls: [{ model: facts.model, usage: { ...NO_USAGE } }],
		costMicroCents: undefined,
		otherUnits: billedUnits({ audioSeconds: Math.ceil(seconds) }),
	};
}

function factsOf(body: JsonRecord): ResponseFacts {
	return {
		provider: 'openai',
		spokenByOthers: true,
		model: textAt(body, 'model'),
		endpoint: undefined,
		requestId: textAt(body, 'id'),
	};
}

function readAudio(body: JsonRecord, facts: ResponseFacts): RecognizedReading {
	const counts = new Counts(recordAt(body, 'usage'), '/usage');
	const input = counts.find('input_tokens');
	const output = counts.find('output_tokens');
	if (counts.errors.length === 0 && input === undefined && output === undefined) {
		return { outcome: 'missing', facts, answerText: textAt(body, 'text') ?? '' };
	}

	const usage = buckets(counts, input ?? 0, output ?? 0);
	const otherUnits = unitsOf(counts, usage);
	return counts.errors.length > 0
		? { outcome: 'inconsistent', facts, errors: counts.errors }
		: {
				outcome: 'read',
				facts,
				calls: [{ model: facts.model, usage }],
				costMicroCents: undefined,
				otherUnits,
			};
}

const CACHED = ['input_token_details', 'cached_tokens_details'] as const;

/** Pictures and cached audio, each within its bucket. */
function unitsOf(counts: Counts, usage: Usage): OtherUnits | undefined {
	const image = counts.get('input_token_details', 'image_tokens');
	const cachedImage = Math.min(counts.get(...CACHED, 'image_tokens'), usage.cacheRead);
	const cachedAudio = counts.get(...CACHED, 'audio_tokens');

	return billedUnits({
		inputImage: Math.min(Math.max(0, image - cachedImage), usage.inputUncached),
		cacheReadImage: cachedImage,
		cacheReadAudio: Math.min(cachedAudio, usage.cacheRead - cachedImage),
		outputImage: Math.min(counts.get('output_token_details', 'image_tokens'), usage.output),
	});
}

/** The cached tokens lie within the input and say themselves how many of them are audio. */
function buckets(counts: Counts, input: number, output: number): Usage {
	const cacheRead = counts.get('input_token_details', 'cached_tokens');
	const cachedAudio = counts.get(...CACHED, 'audio_tokens');
	const audio = counts.get('input_token_details', 'audio_tokens');
	const outputAudio = counts.get('output_token_details', 'audio_tokens');
	const inputAudio = Math.max(0, audio - cachedAudio);
	counts.within(
		'input_token_details',
		{ name: 'cached and audio tokens', count: cacheRead + inputAudio },
		{ name: 'input_tokens', count: input },
	);
	counts.within(
		'output_token_details/audio_tokens',
		{ name: 'audio_tokens', count: outputAudio },
		{ name: 'output_tokens', count: output },
	);

	return {
		inputUncached: input - cacheRead - inputAudio,
		cacheRead,
		cacheWrite5m: 0,
		cacheWrite1h: 0,
		inputAudio,
		output: output - outputAudio,
		reasoning: 0,
		outputAudio,
	};
}
