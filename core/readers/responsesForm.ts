import type { OtherUnit, OtherUnits } from '../otherUnits.ts';
import { inputTokens, type Usage } from '../usage.ts';
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

/** One vendor that answers in the form of OpenAI's Responses. */
export type ResponsesVendor = {
	name: string;
	provider: string;
	spokenByOthers: boolean;
	/** Host and path; undefined when every customer has another one. */
	endpoint: string | undefined;
	recognizes(answer: SharedAnswer): boolean;
};

const RESPONSES_FORM: SharedForm = {
	signs: ['object', 'response', 'input_tokens'],

	answerIn(body) {
		const response = responseIn(body);
		const usage = recordAt(response, 'usage');
		if (!isResponsesForm(response, usage)) return undefined;

		return { response, usage, model: textAt(response, 'model') ?? '' };
	},
};

export function responsesReader(vendor: ResponsesVendor): UsageReader {
	const { name, provider, spokenByOthers, endpoint, recognizes } = vendor;

	return sharedReader(name, { form: RESPONSES_FORM, recognizes }, (body) => {
		const response = responseIn(body);

		return readResponse(response, {
			provider,
			spokenByOthers,
			model: textAt(response, 'model'),
			endpoint,
			requestId: textAt(response, 'id'),
			serviceTier: serviceTier(textAt(response, 'service_tier')),
		});
	});
}

/** Every event of a stream that ends or begins a response has the response in it. */
export function responseIn(body: JsonRecord): JsonRecord {
	return isRecord(body['response']) ? body['response'] : body;
}

/** Anthropic says `input_tokens` too, but never a total. `input_token_details` is of audio APIs and of LangChain. */
function isResponsesForm(response: JsonRecord, usage: JsonRecord): boolean {
	if (response['object'] === 'response') return true;
	if ('input_token_details' in usage || !('input_tokens' in usage)) return false;

	return 'total_tokens' in usage || 'input_tokens_details' in usage;
}

function readResponse(response: JsonRecord, facts: ResponseFacts): RecognizedReading {
	const reported = recordAt(response, 'usage');
	const counts = new Counts(reported, '/usage');
	const input = counts.find('input_tokens');
	const output = counts.find('output_tokens');
	if (counts.errors.length === 0 && input === undefined && output === undefined) {
		return { outcome: 'missing', facts, answerText: answerText(response) };
	}

	const usage = buckets(counts, input ?? 0, output ?? 0);
	const costMicroCents = vendorCost(reported, counts);
	const total = counts.find('total_tokens') ?? 0;
	if (total > 0) {
		counts.within(
			'total_tokens',
			{ name: 'input_tokens and output_tokens', count: inputTokens(usage) + usage.output },
			{ name: 'total_tokens', count: total },
		);
	}
	if (counts.errors.length > 0) return { outcome: 'inconsistent', facts, errors: counts.errors };

	const calls = [{ model: facts.model, usage }] as const;
	return { outcome: 'read', facts, calls, costMicroCents, otherUnits: toolCalls(response) };
}

/** `input_tokens` includes what was read from and written to the cache. xAI counts reasoning beside the output. */
function buckets(counts: Counts, input: number, reportedOutput: number): Usage {
	const cacheRead = counts.get('input_tokens_details', 'cached_tokens');
	const cacheWrite = counts.get('input_tokens_details', 'cache_write_tokens');
	const reasoning = counts.get('output_tokens_details', 'reasoning_tokens');
	const reasoningIsExtra =
		reasoning > 0 && counts.get('total_tokens') === input + reportedOutput + reasoning;
	const output = reasoningIsExtra ? reportedOutput + reasoning : reportedOutput;
	counts.within(
		'input_tokens_details',
		{ name: 'cached and cache-write tokens', count: cacheRead + cacheWrite },
		{ name: 'input_tokens', count: input },
	);
	counts.within(
		'output_tokens_details/reasoning_tokens',
		{ name: 'reasoning_tokens', count: reasoning },
		{ name: 'output_tokens', count: output },
	);

	return {
		inputUncached: input - cacheRead - cacheWrite,
		cacheRead,
		cacheWrite5m: cacheWrite,
		cacheWrite1h: 0,
		inputAudio: 0,
		output,
		reasoning,
		outputAudio: 0,
	};
}

const BILLED_ITEMS = new Map<unknown, OtherUnit>([
	['web_search_call', 'webSearch'],
	['file_search_call', 'fileSearch'],
	['code_interpreter_call', 'codeInterpreter'],
]);

/** The tools that OpenAI runs itself are billed by the output item. */
export function toolCalls(response: JsonRecord): OtherUnits | undefined {
	let calls: Partial<Record<OtherUnit, number>> | undefined;
	for (const item of listAt(response, 'output')) {
		const tool = isRecord(item) ? BILLED_ITEMS.get(item['type']) : undefined;
		if (tool !== undefined) calls = { ...calls, [tool]: (calls?.[tool] ?? 0) + 1 };
	}
	return calls;
}

function answerText(response: JsonRecord): string {
	return listAt(response, 'output')
		.filter(isRecord)
		.flatMap((item) => [textAt(item, 'arguments'), ...listAt(item, 'content').map(partText)])
		.join('');
}

function partText(part: unknown): string | undefined {
	return isRecord(part) ? (textAt(part, 'text') ?? textAt(part, 'refusal')) : undefined;
}
