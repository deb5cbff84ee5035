import { Counts } from './counts.ts';
import { geminiBuckets, geminiUnits, modalities, type GeminiCounts } from './geminiForm.ts';
import {
	isRecord,
	listAt,
	recordAt,
	textAt,
	type JsonRecord,
	type UsageReader,
} from './reading.ts';
import { serviceTier } from './serviceTier.ts';

/** Gemini's Interactions. */
export const geminiInteractions: UsageReader = {
	name: 'geminiInteractions',
	signs: ['object', 'total_input_tokens'],

	matches: (body) =>
		body['object'] === 'interaction' || 'total_input_tokens' in recordAt(body, 'usage'),

	read(body) {
		const facts = {
			provider: 'gcp.gemini',
			spokenByOthers: false,
			model: textAt(body, 'model'),
			endpoint: 'generativelanguage.googleapis.com/v1beta/interactions',
			requestId: textAt(body, 'id'),
			serviceTier: serviceTier(textAt(body, 'service_tier')),
		};
		const reported = recordAt(body, 'usage');
		const counts = new Counts(reported, '/usage');
		if (counts.lacks(SAID)) return { outcome: 'missing', facts, answerText: answerText(body) };

		const counted = countsOf(counts, reported);
		const usage = geminiBuckets(counted);
		return counts.errors.length > 0
			? { outcome: 'inconsistent', facts, errors: counts.errors }
			: {
					outcome: 'read',
					facts,
					calls: [{ model: facts.model, usage }],
					costMicroCents: undefined,
					otherUnits: geminiUnits(counted, usage, 0),
				};
	},
};

const SAID = ['total_input_tokens', 'total_output_tokens', 'total_tokens'];

/** Thoughts and what tools put into the prompt are counted beside output and input. */
function countsOf(counts: Counts, usage: JsonRecord): GeminiCounts {
	const prompt = counts.get('total_input_tokens');
	const tools = counts.get('total_tool_use_tokens');
	const cacheRead = counts.get('total_cached_tokens');
	const reasoning = counts.get('total_thought_tokens');
	const answered = counts.get('total_output_tokens');
	const input = modalities(counts, usage, { list: 'input_tokens_by_modality', count: 'tokens' });
	const output = modalities(counts, usage, { list: 'output_tokens_by_modality', count: 'tokens' });
	const cached = modalities(counts, usage, { list: 'cached_tokens_by_modality', count: 'tokens' });
	const parts = prompt + tools + answered + reasoning;
	counts.within(
		'total_cached_tokens',
		{ name: 'total_cached_tokens', count: cacheRead },
		{ name: 'total_input_tokens', count: prompt },
	);
	counts.within(
		'output_tokens_by_modality',
		{ name: 'audio tokens', count: output.audio },
		{ name: 'total_output_tokens', count: answered },
	);
	counts.within(
		'total_tokens',
		{ name: 'input, tool, output and thought tokens', count: parts },
		{ name: 'total_tokens', count: counts.find('total_tokens') ?? parts },
	);
	return { prompt, tools, cacheRead, answered, reasoning, input, cached, output };
}

function answerText(body: JsonRecord): string {
	return listAt(body, 'steps')
		.filter(isRecord)
		.flatMap((step) => listAt(step, 'content'))
		.filter(isRecord)
		.map((part) => textAt(part, 'text') ?? '')
		.join('');
}
