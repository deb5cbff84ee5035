import type { Usage } from '../usage.ts';
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

/** Gemini's Interactions. Thoughts and what tools put into the prompt are counted beside output and input. */
export const geminiInteractions: UsageReader = {
	name: 'geminiInteractions',

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
		const said = ['total_input_tokens', 'total_output_tokens', 'total_tokens'];
		if (said.every((name) => counts.find(name) === undefined) && counts.errors.length === 0) {
			return { outcome: 'missing', facts, answerText: answerText(body) };
		}

		const usage = buckets(counts, reported);
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

function buckets(counts: Counts, usage: JsonRecord): Usage {
	const prompt = counts.get('total_input_tokens');
	const tools = counts.get('total_tool_use_tokens');
	const cacheRead = counts.get('total_cached_tokens');
	const reasoning = counts.get('total_thought_tokens');
	const answered = counts.get('total_output_tokens');
	const audio = audioTokens(counts, usage, 'input_tokens_by_modality');
	const outputAudio = audioTokens(counts, usage, 'output_tokens_by_modality');
	const cachedAudio = audioTokens(counts, usage, 'cached_tokens_by_modality');
	const parts = prompt + tools + answered + reasoning;
	counts.within(
		'total_cached_tokens',
		{ name: 'total_cached_tokens', count: cacheRead },
		{ name: 'total_input_tokens', count: prompt },
	);
	counts.within(
		'output_tokens_by_modality',
		{ name: 'audio tokens', count: outputAudio },
		{ name: 'total_output_tokens', count: answered },
	);
	counts.within(
		'total_tokens',
		{ name: 'input, tool, output and thought tokens', count: parts },
		{ name: 'total_tokens', count: counts.find('total_tokens') ?? parts },
	);
	const fresh = prompt - cacheRead + tools;
	const inputAudio = Math.min(Math.max(0, audio - cachedAudio), fresh);

	return {
		inputUncached: fresh - inputAudio,
		cacheRead,
		cacheWrite5m: 0,
		cacheWrite1h: 0,
		inputAudio,
		output: answered + reasoning - outputAudio,
		reasoning,
		outputAudio,
	};
}

function audioTokens(counts: Counts, usage: JsonRecord, key: string): number {
	return listAt(usage, key).reduce<number>(
		(sum, entry, index) =>
			isRecord(entry) && entry['modality'] === 'audio'
				? sum + counts.get(key, String(index), 'tokens')
				: sum,
		0,
	);
}

function answerText(body: JsonRecord): string {
	return listAt(body, 'steps')
		.filter(isRecord)
		.flatMap((step) => listAt(step, 'content'))
		.filter(isRecord)
		.map((part) => textAt(part, 'text') ?? '')
		.join('');
}
