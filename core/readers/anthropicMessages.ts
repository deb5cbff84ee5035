import type { FieldError } from '../problems.ts';
import { NO_USAGE, USAGE_BUCKETS, type Usage } from '../usage.ts';
import { Counts } from './counts.ts';
import { isRecord, listAt, recordAt, textAt } from './reading.ts';
import type {
	JsonRecord,
	ModelUsage,
	ResponseFacts,
	UsageReader,
	UsageReading,
} from './reading.ts';

/** Anthropic's Messages API. */
export const anthropicMessages: UsageReader = {
	name: 'anthropicMessages',

	matches(body) {
		const usage = recordAt(body, 'usage');

		return (
			(body['type'] === 'message' && body['role'] === 'assistant') ||
			'cache_creation_input_tokens' in usage ||
			('input_tokens' in usage && 'output_tokens' in usage && !('total_tokens' in usage))
		);
	},

	read(body): UsageReading {
		const facts: ResponseFacts = {
			provider: 'anthropic',
			spokenByOthers: false,
			model: textAt(body, 'model'),
			endpoint: 'api.anthropic.com/v1/messages',
			requestId: textAt(body, 'id'),
		};
		const reported = recordAt(body, 'usage');
		const noNumbers = [reported['input_tokens'], reported['output_tokens']].every(isAbsent);
		if (noNumbers) return { outcome: 'missing', facts, answerText: answerText(body) };

		const errors: FieldError[] = [];
		const main = { model: facts.model, usage: buckets(reported, '/usage', errors) };
		const calls = callsByModel(main, listAt(reported, 'iterations'), errors);
		if (errors.length > 0) return { outcome: 'inconsistent', facts, errors };

		return { outcome: 'read', facts, calls, costMicroCents: undefined };
	},
};

/** `input_tokens` excludes the cache. Cache writes without a breakdown live 5 minutes, the vendor's default. */
function buckets(usage: JsonRecord, pointer: string, errors: FieldError[]): Usage {
	const counts = new Counts(usage, pointer);
	const cacheWrite1h = counts.get('cache_creation', 'ephemeral_1h_input_tokens');
	const reported5m = counts.get('cache_creation', 'ephemeral_5m_input_tokens');
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
	const read = {
		...NO_USAGE,
		inputUncached: counts.get('input_tokens'),
		cacheRead: counts.get('cache_read_input_tokens'),
		cacheWrite5m: written - cacheWrite1h,
		cacheWrite1h,
		output,
		reasoning,
	};
	errors.push(...counts.errors);

	return read;
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
		.map((part) => textAt(part, 'text') ?? '')
		.join('');
}
