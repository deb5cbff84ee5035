import { Counts } from './counts.ts';
import {
	geminiBuckets,
	geminiUnits,
	modalities,
	together,
	type GeminiCounts,
} from './geminiForm.ts';
import {
	isRecord,
	listAt,
	recordAt,
	textAt,
	type JsonRecord,
	type UsageReader,
} from './reading.ts';
import { serviceTier } from './serviceTier.ts';

/** Gemini's generateContent and embedContent, on its own API and on Vertex AI. */
export const geminiGenerate: UsageReader = {
	name: 'geminiGenerate',
	signs: ['usageMetadata', 'modelVersion'],

	matches(body) {
		const usage = recordAt(body, 'usageMetadata');

		return (
			'promptTokenCount' in usage ||
			'totalTokenCount' in usage ||
			('modelVersion' in body && Array.isArray(body['candidates']))
		);
	},

	read(body) {
		const reported = recordAt(body, 'usageMetadata');
		const model = textAt(body, 'modelVersion');
		// Only Vertex AI says what kind of traffic it was.
		const trafficType = textAt(reported, 'trafficType');
		const facts = {
			provider: trafficType === undefined ? 'gcp.gemini' : 'gcp.vertex_ai',
			spokenByOthers: false,
			model,
			endpoint:
				trafficType === undefined ? model && `${MODELS}/${model}:generateContent` : undefined,
			requestId: textAt(body, 'responseId'),
			serviceTier: serviceTier(textAt(reported, 'serviceTier'), trafficType),
		};
		const counts = new Counts(reported, '/usageMetadata');
		if (counts.lacks(SAID)) return { outcome: 'missing', facts, answerText: answerText(body) };

		const answered = answeredTokens(counts);
		const counted = countsOf(counts, reported, answered ?? 0);
		const usage = geminiBuckets(counted);
		if (counts.errors.length > 0) return { outcome: 'inconsistent', facts, errors: counts.errors };

		// The first chunks of a stream may have an answer and not count it yet: it broke off there.
		const answer = answered === undefined ? answerText(body) : '';
		if (answer !== '') return { outcome: 'missing', facts, answerText: answer, known: usage };

		return {
			outcome: 'read',
			facts,
			calls: [{ model, usage }],
			costMicroCents: undefined,
			otherUnits: geminiUnits(counted, usage, searches(body, model)),
		};
	},
};

const MODELS = 'generativelanguage.googleapis.com/v1beta/models';

const SAID = ['promptTokenCount', 'candidatesTokenCount', 'totalTokenCount'];

function countsOf(counts: Counts, usage: JsonRecord, answered: number): GeminiCounts {
	const prompt = counts.get('promptTokenCount');
	const tools = counts.get('toolUsePromptTokenCount');
	const cacheRead = counts.get('cachedContentTokenCount');
	const reasoning = counts.get('thoughtsTokenCount');
	const total = counts.find('totalTokenCount');
	const input = together(
		modalities(counts, usage, { list: 'promptTokensDetails', count: 'tokenCount' }),
		modalities(counts, usage, { list: 'toolUsePromptTokensDetails', count: 'tokenCount' }),
	);
	const output = modalities(counts, usage, {
		list: 'candidatesTokensDetails',
		count: 'tokenCount',
	});
	const cached = modalities(counts, usage, { list: 'cacheTokensDetails', count: 'tokenCount' });

	counts.within(
		'cachedContentTokenCount',
		{ name: 'cachedContentTokenCount', count: cacheRead },
		{ name: 'promptTokenCount', count: prompt },
	);
	counts.within(
		'promptTokensDetails',
		{ name: 'audio tokens', count: input.audio },
		{ name: 'promptTokenCount and toolUsePromptTokenCount', count: prompt + tools },
	);
	counts.within(
		'candidatesTokensDetails',
		{ name: 'audio tokens', count: output.audio },
		{ name: 'candidatesTokenCount', count: answered },
	);
	const parts = prompt + tools + answered + reasoning;
	counts.within(
		'totalTokenCount',
		{ name: 'prompt, tool, candidate and thought tokens', count: parts },
		{ name: 'totalTokenCount', count: total ?? parts },
	);
	return { prompt, tools, cacheRead, answered, reasoning, input, cached, output };
}

/** The Live API calls them a response; without either, what is left of the total. */
function answeredTokens(counts: Counts): number | undefined {
	const named = counts.find('candidatesTokenCount') ?? counts.find('responseTokenCount');
	if (named !== undefined) return named;

	const others = ['promptTokenCount', 'toolUsePromptTokenCount', 'thoughtsTokenCount'];
	const left = others.reduce(
		(total, name) => total - counts.get(name),
		counts.get('totalTokenCount'),
	);
	return left > 0 ? left : undefined;
}

/** Older models bill a prompt that was grounded, Gemini 3 and later each query. */
const PER_PROMPT = /gemini-[12]\b/;

function searches(body: JsonRecord, model: string | undefined): number {
	let queries = 0;
	for (const candidate of listAt(body, 'candidates')) {
		if (!isRecord(candidate)) continue;
		queries += listAt(recordAt(candidate, 'groundingMetadata'), 'webSearchQueries').length;
	}
	return queries > 1 && PER_PROMPT.test(model ?? '') ? 1 : queries;
}

function answerText(body: JsonRecord): string {
	return listAt(body, 'candidates')
		.filter(isRecord)
		.flatMap((candidate) => listAt(recordAt(candidate, 'content'), 'parts'))
		.filter(isRecord)
		.map((part) => textAt(part, 'text') ?? '')
		.join('');
}
