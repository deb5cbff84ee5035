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

/** Gemini's generateContent and embedContent, on its own API and on Vertex AI. */
export const geminiGenerate: UsageReader = {
	name: 'geminiGenerate',

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
		const facts = {
			...hostOf(reported, model),
			spokenByOthers: false,
			model,
			requestId: textAt(body, 'responseId'),
			serviceTier: serviceTier(textAt(reported, 'serviceTier'), textAt(reported, 'trafficType')),
		};
		const counts = new Counts(reported, '/usageMetadata');
		const said = ['promptTokenCount', 'candidatesTokenCount', 'totalTokenCount'];
		if (said.every((name) => counts.find(name) === undefined) && counts.errors.length === 0) {
			return { outcome: 'missing', facts, answerText: answerText(body) };
		}

		const usage = buckets(counts, reported);
		if (counts.errors.length > 0) return { outcome: 'inconsistent', facts, errors: counts.errors };

		// The first chunks of a stream may have an answer and not count it yet: it broke off there.
		const answer = answerText(body);
		if (answer !== '' && answered(counts) === undefined) {
			return { outcome: 'missing', facts, answerText: answer, known: usage };
		}

		const queries = listAt(body, 'candidates')
			.filter(isRecord)
			.flatMap((entry) => listAt(recordAt(entry, 'groundingMetadata'), 'webSearchQueries'));
		return {
			outcome: 'read',
			facts,
			calls: [{ model, usage }],
			costMicroCents: undefined,
			otherUnits: queries.length > 0 ? { webSearch: queries.length } : undefined,
		};
	},
};

/** Only Vertex AI says what kind of traffic it was. */
function hostOf(
	usage: JsonRecord,
	model: string | undefined,
): { provider: string; endpoint: string | undefined } {
	if ('trafficType' in usage) return { provider: 'gcp.vertex_ai', endpoint: undefined };

	const path = `models/${model ?? ''}:generateContent`;
	return {
		provider: 'gcp.gemini',
		endpoint: model && `generativelanguage.googleapis.com/v1beta/${path}`,
	};
}

/** The prompt includes what came from the cache, but not what tools put into it; candidates exclude the thoughts. */
function buckets(counts: Counts, usage: JsonRecord): Usage {
	const prompt = counts.get('promptTokenCount');
	const tools = counts.get('toolUsePromptTokenCount');
	const cacheRead = counts.get('cachedContentTokenCount');
	const reasoning = counts.get('thoughtsTokenCount');
	const generated = answered(counts) ?? 0;
	const total = counts.find('totalTokenCount');
	const audio =
		audioTokens(counts, usage, 'promptTokensDetails') +
		audioTokens(counts, usage, 'toolUsePromptTokensDetails');
	const outputAudio = audioTokens(counts, usage, 'candidatesTokensDetails');
	const cachedAudio = audioTokens(counts, usage, 'cacheTokensDetails');

	counts.within(
		'cachedContentTokenCount',
		{ name: 'cachedContentTokenCount', count: cacheRead },
		{ name: 'promptTokenCount', count: prompt },
	);
	counts.within(
		'promptTokensDetails',
		{ name: 'audio tokens', count: audio },
		{ name: 'promptTokenCount and toolUsePromptTokenCount', count: prompt + tools },
	);
	counts.within(
		'candidatesTokensDetails',
		{ name: 'audio tokens', count: outputAudio },
		{ name: 'candidatesTokenCount', count: generated },
	);
	const parts = prompt + tools + generated + reasoning;
	counts.within(
		'totalTokenCount',
		{ name: 'prompt, tool, candidate and thought tokens', count: parts },
		{ name: 'totalTokenCount', count: total ?? parts },
	);

	const fresh = prompt - cacheRead + tools;
	const inputAudio = Math.min(Math.max(0, audio - cachedAudio), fresh);

	return {
		inputUncached: fresh - inputAudio,
		cacheRead,
		cacheWrite5m: 0,
		cacheWrite1h: 0,
		inputAudio,
		output: generated + reasoning - outputAudio,
		reasoning,
		outputAudio,
	};
}

/** The Live API calls them a response; without either, what is left of the total. */
function answered(counts: Counts): number | undefined {
	const named = counts.find('candidatesTokenCount') ?? counts.find('responseTokenCount');
	if (named !== undefined) return named;

	const others = ['promptTokenCount', 'toolUsePromptTokenCount', 'thoughtsTokenCount'];
	const left = others.reduce(
		(total, name) => total - counts.get(name),
		counts.get('totalTokenCount'),
	);
	return left > 0 ? left : undefined;
}

function audioTokens(counts: Counts, usage: JsonRecord, key: string): number {
	return listAt(usage, key).reduce<number>(
		(sum, entry, index) =>
			isRecord(entry) && entry['modality'] === 'AUDIO'
				? sum + counts.get(key, String(index), 'tokenCount')
				: sum,
		0,
	);
}

function answerText(body: JsonRecord): string {
	return listAt(body, 'candidates')
		.filter(isRecord)
		.flatMap((candidate) => listAt(recordAt(candidate, 'content'), 'parts'))
		.filter(isRecord)
		.map((part) => textAt(part, 'text') ?? '')
		.join('');
}
