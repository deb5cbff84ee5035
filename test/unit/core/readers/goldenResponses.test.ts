import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readUsage, USAGE_READERS } from '../../../../core/readers/index.ts';
import { isRecord, type UsageReading } from '../../../../core/readers/reading.ts';
import { STREAM_FORMS } from '../../../../core/readers/streams/index.ts';
import { unwrapped } from '../../../../core/readers/unwrapped.ts';
import type { Usage } from '../../../../core/usage.ts';
import { ROOT } from '../../../support/paths.ts';

type Expected = Record<string, unknown>;
type GoldenResponse = { guarantee: string; reader: string; body: unknown; expected: Expected };
type GoldenStream = { guarantee: string; events: unknown[]; expected: Expected };

const GOLDEN = join(ROOT, 'test/golden/usages');
const responses: GoldenResponse[] = JSON.parse(
	readFileSync(join(GOLDEN, 'responses.json'), 'utf8'),
);
const streams: GoldenStream[] = JSON.parse(readFileSync(join(GOLDEN, 'streams.json'), 'utf8'));

/** Everything a reading says, without what it does not say. */
function said(reading: UsageReading): Expected {
	if (reading.outcome === 'unknown') return { outcome: 'unknown' };
	const { facts, ...rest } = reading;
	const shown = { outcome: rest.outcome, ...facts, spokenByOthers: undefined };
	if (rest.outcome === 'inconsistent') return present({ ...shown, errors: rest.errors });
	if (rest.outcome === 'missing') {
		const { answerText, reason, known: buckets } = rest;
		return present({ ...shown, answerText, reason, known: buckets && used(buckets) });
	}
	const { costMicroCents, otherUnits, calls } = rest;
	return present({ ...shown, usage: used(calls[0].usage), costMicroCents, otherUnits });
}

function present(record: Expected): Expected {
	return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}

function used(usage: Usage): Partial<Usage> {
	return Object.fromEntries(Object.entries(usage).filter(([, count]) => count > 0));
}

describe('a whole response or a line of a bill', () => {
	it.each(responses)('$guarantee', ({ body, reader, expected }) => {
		const { content } = unwrapped(body);
		const readers = USAGE_READERS.filter(
			(candidate) => isRecord(content) && candidate.matches(content),
		);

		expect(readers[0]?.name).toBe(reader);
		expect(said(readUsage(body))).toEqual({ outcome: 'read', ...expected });
	});

	it('is there for every reader', () => {
		const shown = new Set(responses.map(({ reader }) => reader));
		const unseen = USAGE_READERS.filter(({ name }) => !shown.has(name)).map(({ name }) => name);

		// Those two have recordings in usages.json.
		expect(unseen).toEqual(['openrouterResponses', 'geminiChat']);
	});

	it('is recognized by one vendor only, beside the form it shares', () => {
		const shared = ['openaiChat', 'openaiResponses', 'anthropicMessages'];
		const ambiguous = responses.filter(({ body }) => {
			const { content } = unwrapped(body);
			const names = USAGE_READERS.filter(
				(candidate) => isRecord(content) && candidate.matches(content),
			).map(({ name }) => name);
			return names.filter((name) => !shared.includes(name)).length > 1;
		});

		expect(ambiguous.map(({ guarantee }) => guarantee)).toEqual([]);
	});
});

describe('a stream', () => {
	it.each(streams)('$guarantee', ({ events, expected }) => {
		expect(said(readUsage(events))).toEqual({ outcome: 'read', ...expected });
	});

	it('is recognized as that of one vendor only', () => {
		const ambiguous = streams.filter(({ events }) => {
			const records = events.filter(isRecord);
			return STREAM_FORMS.filter((form) => form.matches(records)).length > 1;
		});

		expect(ambiguous.map(({ guarantee }) => guarantee)).toEqual([]);
	});

	const asText = streams.filter(({ guarantee }) => !guarantee.includes('two responses'));

	it.each(asText)('says the same as server-sent events: $guarantee', ({ events }) => {
		const lines = events.map((event) =>
			typeof event === 'string' ? `data: ${event}` : `data: ${JSON.stringify(event)}`,
		);
		const text = `: keepalive\n\n${lines.join('\n\n')}\n\n`;

		expect(readUsage(text)).toEqual(readUsage(events));
		expect(readUsage({ data: text })).toEqual(readUsage(events));
	});

	it.each(asText)('says the same as lines of JSON: $guarantee', ({ events }) => {
		const lines = events.filter(isRecord).map((event) => JSON.stringify(event));

		expect(readUsage(lines.join('\n'))).toEqual(readUsage(events));
	});

	it.each(asText)('says the same as items of n8n: $guarantee', ({ events }) => {
		const items = events.filter(isRecord).map((json, item) => ({ json, pairedItem: { item } }));

		expect(readUsage(items)).toEqual(readUsage(events));
	});
});

describe('what others wrap around a response', () => {
	const body = { object: 'chat.completion', usage: { prompt_tokens: 3, completion_tokens: 2 } };
	const bare = readUsage(body);

	it.each([
		['an item of n8n', { json: body, pairedItem: { item: 0 } }],
		['a list with one item of n8n', [{ json: body }]],
		['a full response', { statusCode: 200, headers: {}, body }],
		['a full response in an item of n8n', { json: { statusCode: 200, headers: {}, body } }],
		['text', JSON.stringify(body)],
		['text in a full response', { statusCode: 200, headers: {}, body: JSON.stringify(body) }],
		['text in the data of the HTTP Request node', { data: JSON.stringify(body) }],
	])('does not matter: %s', (_, wrapped) => {
		expect(bare).toMatchObject({ outcome: 'read' });
		expect(readUsage(wrapped)).toEqual(bare);
	});

	it('is opened only so far, so that a nest of items ends', () => {
		let nest: unknown = body;
		for (let layer = 0; layer < 20_000; layer++) nest = { json: nest };

		expect(readUsage(nest)).toEqual({ outcome: 'unknown' });
	});
});

describe('the tier of a response in a field of another name', () => {
	it('is not that of a batch, which costs half', () => {
		const usageMetadata = { promptTokenCount: 3, candidatesTokenCount: 2, totalTokenCount: 5 };
		const reading = readUsage({ response: { modelVersion: 'gemini-2.5-pro', usageMetadata } });

		expect(reading).toMatchObject({ outcome: 'read', facts: { serviceTier: undefined } });
	});
});

describe('a bare usage object', () => {
	it.each([
		['OpenAI chat', 'openai', { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 }],
		['OpenAI Responses', 'openai', { input_tokens: 3, output_tokens: 2, total_tokens: 5 }],
		['Anthropic', 'anthropic', { input_tokens: 3, output_tokens: 2 }],
		['Gemini', 'gcp.gemini', { promptTokenCount: 3, candidatesTokenCount: 2, totalTokenCount: 5 }],
		['Bedrock', 'aws.bedrock', { inputTokens: 3, outputTokens: 2, totalTokens: 5 }],
		['Cohere', 'cohere', { billed_units: { input_tokens: 3, output_tokens: 2 } }],
		['Ollama', 'ollama', { prompt_eval_count: 3, eval_count: 2 }],
	])('is read where its form tells the vendor: %s', (_, provider, usage) => {
		expect(readUsage(usage)).toMatchObject({
			outcome: 'read',
			facts: { provider },
			calls: [{ model: undefined, usage: { inputUncached: 3, output: 2 } }],
		});
	});

	it('is refused with pointers into itself', () => {
		expect(readUsage({ prompt_tokens: -1, completion_tokens: 2 })).toMatchObject({
			outcome: 'inconsistent',
			errors: [{ pointer: '/prompt_tokens' }],
		});
	});

	it.each([
		['LangChain', { input_tokens: 9, output_tokens: 2, total_tokens: 11, input_token_details: {} }],
		['AI SDK', { inputTokens: 9, outputTokens: 2, totalTokens: 11, cachedInputTokens: 4 }],
		['AI SDK 6', { inputTokens: { total: 9 }, outputTokens: { total: 2 } }],
		['a count of tokens', { input_tokens: 9 }],
	])('is not read where it may be any vendor: %s', (_, usage) => {
		expect(readUsage(usage)).toEqual({ outcome: 'unknown' });
	});
});
