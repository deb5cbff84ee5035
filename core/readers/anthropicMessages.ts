import type { OtherUnits } from '../otherUnits.ts';
import type { FieldError } from '../problems.ts';
import { NO_USAGE, USAGE_BUCKETS, type Usage } from '../usage.ts';
import { billedUnits } from './billedUnits.ts';
import { Counts, isCount } from './counts.ts';
import { isRecord, listAt, recordAt, textAt } from './reading.ts';
import type {
	JsonRecord,
	ModelUsage,
	ResponseFacts,
	UsageReader,
	UsageReading,
} from './reading.ts';
import { tierInUsage } from './serviceTier.ts';

/** Anthropic's Messages API, also where Bedrock and Vertex AI serve it. */
export const anthropicMessages: UsageReader = {
	name: 'anthropicMessages',
	signs: ['type', 'cache_creation_input_tokens', 'input_tokens'],

	matches(body) {
		const usage = recordAt(body, 'usage');

		return (
			(body['type'] === 'message' && body['role'] === 'assistant') ||
			'cache_creation_input_tokens' in usage ||
			('input_tokens' in usage && 'output_tokens' in usage && !('total_tokens' in usage))
		);
	},

	read(body): UsageReading {
		const reported = recordAt(body, 'usage');
		const facts: ResponseFacts = {
			...hostOf(body),
			spokenByOthers: false,
			model: textAt(body, 'model'),
			requestId: textAt(body, 'id'),
			serviceTier: tierInUsage(reported),
		};
		const errors: FieldError[] = [];
		const main = { model: facts.model, usage: buckets(reported, '/usage', errors) };
		const calls = callsByModel(main, listAt(reported, 'iterations'), errors);
		if (errors.length > 0) return { outcome: 'inconsistent', facts, errors };

		// The first event of a stream tells the input; without the last one the output is anyone's guess.
		if (isAbsent(reported['output_tokens'])) {
			const known = isAbsent(reported['input_tokens']) ? undefined : main.usage;
			return { outcome: 'missing', facts, answerText: answerText(body), known };
		}
		return {
			outcome: 'read',
			facts,
			calls,
			costMicroCents: undefined,
			otherUnits: toolCalls(reported),
		};
	},
};

/** The id of a message tells who served it. */
function hostOf(body: JsonRecord): { provider: string; endpoint: string | undefined } {
	const id = textAt(body, 'id');
	if (id?.startsWith('msg_bdrk_')) return { provider: 'aws.bedrock', endpoint: undefined };
	if (id?.startsWith('msg_vrtx_')) return { provider: 'gcp.vertex_ai', endpoint: undefined };

	return { provider: 'anthropic', endpoint: 'api.anthropic.com/v1/messages' };
}

/** `input_tokens` excludes the cache. Cache writes without a breakdown live 5 minutes, the vendor's default. */
function buckets(usage: JsonRecord, pointer: string, errors: FieldError[]): Usage {
	const counts = new Counts(usage, pointer);
	const isSplit = isRecord(usage['cache_creation']);
	const cacheWrite1h = isSplit ? counts.get('cache_creation', 'ephemeral_1h_input_tokens') : 0;
	const reported5m = isSplit ? counts.get('cache_creation', 'ephemeral_5m_input_tokens') : 0;
	const written = counts.find('cache_creation_input_tokens') ?? cacheWrite1h + reported5m;
	const output = counts.get('output_tokens');
	const reasoning = counts.get('output_tokens_details', 'thinking_tokens');

	counts.within(
		'cache_creation',
		{ name: 'cache_creation', count: cacheWrite1h + reported5m },
		{ name: 'cache_creation_input_tokens', count: written },
	);
	counts.within(
		'output_tokens_details/thinking_tokens',
		{ name: 'thinking_tokens', count: reasoning },
		{ name: 'output_tokens', count: output },
	);
	const inputUncached = counts.get('input_tokens');
	const cacheRead = counts.get('cache_read_input_tokens');
	if (counts.errors.length > 0) errors.push(...counts.errors);

	return {
		inputUncached,
		cacheRead,
		cacheWrite5m: written - cacheWrite1h,
		cacheWrite1h,
		inputAudio: 0,
		output,
		reasoning,
		outputAudio: 0,
	};
}

/**
 * The totals leave out what the server spent on compaction and on an advisor, often with a dearer model: one recorded
 * answer hid 69 % of its cost there. The iterations list everything, so they are summed per model instead. After a
 * fallback the list also holds the attempt that was not billed; then the totals are the truth.
 */
function callsByModel(
	main: ModelUsage,
	iterations: unknown[],
	errors: FieldError[],
): readonly [ModelUsage, ...ModelUsage[]] {
	if (iterations.length === 0) return [main];
	const entries = iterations.filter(isRecord);
	const unlisted = entries.some((entry) => entry['type'] !== 'message');
	const fellBack = entries.some((entry) => entry['type'] === 'fallback_message');
	if (!unlisted || fellBack) return [main];

	const own: ModelUsage = { model: main.model, usage: { ...NO_USAGE } };
	const others = new Map<string, ModelUsage>();
	for (const [index, entry] of entries.entries()) {
		const model = textAt(entry, 'model') ?? main.model;
		const usage = buckets(entry, `/usage/iterations/${index}`, errors);
		const share = model === undefined || model === main.model ? own : shareOf(others, model);
		for (const bucket of USAGE_BUCKETS) share.usage[bucket] += usage[bucket];
	}
	// The iterations do not break their output down; the totals do, for the answering model.
	own.usage.reasoning = Math.max(own.usage.reasoning, main.usage.reasoning);

	return [own, ...others.values()];
}

/** Searches are billed by the piece, 10 USD per 1,000; what they found is in the input tokens. */
function toolCalls(usage: JsonRecord): OtherUnits | undefined {
	const reported = usage['server_tool_use'];
	if (!isRecord(reported)) return undefined;
	const { web_search_requests: searches, web_fetch_requests: fetches } = reported;

	return billedUnits({
		webSearch: isCount(searches) ? searches : 0,
		webFetch: isCount(fetches) ? fetches : 0,
	});
}

function isAbsent(value: unknown): boolean {
	return value === undefined || value === null;
}

function shareOf(shares: Map<string, ModelUsage>, model: string): ModelUsage {
	const share = shares.get(model) ?? { model, usage: { ...NO_USAGE } };
	shares.set(model, share);

	return share;
}

function answerText(body: JsonRecord): string {
	return listAt(body, 'content')
		.filter(isRecord)
		.map((part) => textAt(part, 'text') ?? textAt(part, 'thinking') ?? inputText(part))
		.join('');
}

/** The arguments of a tool call were generated too. */
function inputText(part: JsonRecord): string {
	return part['input'] === undefined ? '' : JSON.stringify(part['input']);
}
