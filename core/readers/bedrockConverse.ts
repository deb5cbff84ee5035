import { NO_USAGE, type Usage } from '../usage.ts';
import { Counts } from './counts.ts';
import {
	isRecord,
	listAt,
	recordAt,
	textAt,
	type JsonRecord,
	type UsageReader,
} from './reading.ts';
import { serviceTier } from './serviceTier.ts';

/** Amazon Bedrock's Converse. The model is in the address of the request, not in the answer. */
export const bedrockConverse: UsageReader = {
	name: 'bedrockConverse',
	signs: ['stopReason', 'inputTokens'],

	matches(body) {
		const usage = recordAt(body, 'usage');
		// The AI SDK says `inputTokens` too, of all vendors, and nests or splits it in ways Bedrock does not.
		const ofAiSdk = 'cachedInputTokens' in usage || 'reasoningTokens' in usage;
		const ofBedrock = 'inputTokens' in usage && 'outputTokens' in usage && !ofAiSdk;

		return isEnvelope(body) || (ofBedrock && !isRecord(usage['inputTokens']));
	},

	read(body) {
		const facts = {
			provider: 'aws.bedrock',
			spokenByOthers: !isEnvelope(body),
			model: routedModel(body),
			endpoint: undefined,
			requestId:
				textAt(recordAt(body, '$metadata'), 'requestId') ??
				textAt(recordAt(body, 'ResponseMetadata'), 'RequestId'),
			serviceTier: serviceTier(textAt(recordAt(body, 'serviceTier'), 'type')),
		};
		const counts = new Counts(recordAt(body, 'usage'), '/usage');
		if (counts.lacks(SAID)) return { outcome: 'missing', facts, answerText: answerText(body) };

		const usage = buckets(counts, recordAt(body, 'usage'));
		return counts.errors.length > 0
			? { outcome: 'inconsistent', facts, errors: counts.errors }
			: {
					outcome: 'read',
					facts,
					calls: [{ model: facts.model, usage }],
					costMicroCents: undefined,
				};
	},
};

const SAID = ['inputTokens', 'outputTokens'];

function isEnvelope(body: JsonRecord): boolean {
	return 'stopReason' in body && isRecord(recordAt(body, 'output')['message']);
}

/** A prompt router names the model it chose, as an ARN. */
function routedModel(body: JsonRecord): string | undefined {
	const invoked = textAt(recordAt(recordAt(body, 'trace'), 'promptRouter'), 'invokedModelId');

	return invoked?.split('/').at(-1);
}

/** `inputTokens` excludes the cache. Cache writes without a lifetime live 5 minutes, the vendor's default. */
function buckets(counts: Counts, usage: JsonRecord): Usage {
	const cacheRead = counts.find('cacheReadInputTokens') ?? counts.get('cacheReadInputTokenCount');
	const written = counts.find('cacheWriteInputTokens') ?? counts.get('cacheWriteInputTokenCount');
	const cacheWrite1h = listAt(usage, 'cacheDetails').reduce<number>(
		(sum, entry, index) =>
			isRecord(entry) && entry['ttl'] === '1h'
				? sum + counts.get('cacheDetails', String(index), 'inputTokens')
				: sum,
		0,
	);
	const inputUncached = counts.get('inputTokens');
	const output = counts.get('outputTokens');
	const total = counts.find('totalTokens');
	counts.within(
		'cacheDetails',
		{ name: 'cacheDetails', count: cacheWrite1h },
		{ name: 'cacheWriteInputTokens', count: written },
	);
	counts.within(
		'totalTokens',
		{ name: 'inputTokens and outputTokens', count: inputUncached + output },
		{ name: 'totalTokens', count: total ?? inputUncached + output },
	);

	return {
		...NO_USAGE,
		inputUncached,
		cacheRead,
		cacheWrite5m: written - cacheWrite1h,
		cacheWrite1h,
		output,
	};
}

function answerText(body: JsonRecord): string {
	return listAt(recordAt(recordAt(body, 'output'), 'message'), 'content')
		.filter(isRecord)
		.map((part) => textAt(part, 'text') ?? inputText(recordAt(part, 'toolUse')))
		.join('');
}

/** The arguments of a tool call were generated too. */
function inputText({ input }: JsonRecord): string {
	return input === undefined ? '' : JSON.stringify(input);
}
