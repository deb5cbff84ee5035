import { isCount } from '../../core/readers/counts.ts';
import { readUsage } from '../../core/readers/index.ts';
import {
	isRecord,
	listAt,
	recordAt,
	textAt,
	type JsonRecord,
	type ModelUsage,
} from '../../core/readers/reading.ts';
import { toolCalls } from '../../core/readers/responsesForm.ts';
import { serviceTier, tierInUsage } from '../../core/readers/serviceTier.ts';
import type { MicroCents } from '../../core/money.ts';
import type { OtherUnits } from '../../core/otherUnits.ts';
import { inputTokens, NO_USAGE, outputTokens, type Usage } from '../../core/usage.ts';
import { messageTokens } from './promptSize.ts';

/** What one answered call used, as far as it is known. */
export type CallUsage = {
	calls: readonly [ModelUsage, ...ModelUsage[]];
	/** True when the vendor reported no usage and the buckets are a guess. */
	estimated: boolean;
	/** What the vendor says it charged. */
	costMicroCents: MicroCents | undefined;
	/** What is billed beside the tokens, and apart within them. */
	otherUnits?: OtherUnits | undefined;
	/** What the vendor billed it as; undefined: not said. */
	serviceTier?: string | undefined;
	requestId: string | undefined;
};

/** Usage of a finished answer, LangChain's ChatResult. Without numbers of the vendor it is estimated from lengths. */
export function resultUsage(result: unknown, estimatedInput: number, provider: string): CallUsage {
	const messages = (isRecord(result) ? listAt(result, 'generations') : [])
		.filter(isRecord)
		.map((generation) => recordAt(generation, 'message'));
	// With several choices each message carries the usage of all of them.
	const known = messages
		.map((message) => reportedUsage(message, provider))
		.find((usage) => usage !== undefined);
	const answered = messages.map(answeredBy);
	const model = answered.find(({ model: name }) => name !== undefined)?.model;
	const requestId = answered.find(({ requestId: id }) => id !== undefined)?.requestId;
	const tier = answered.find(({ serviceTier: said }) => said !== undefined)?.serviceTier;
	if (known) {
		const [main, ...others] = known.calls;
		return {
			...known,
			calls: [{ ...main, model: main.model ?? model }, ...others],
			estimated: false,
			serviceTier: tier,
			requestId,
		};
	}
	const output = messages.reduce((sum, message) => sum + messageTokens(message), 0);

	return { ...estimatedUsage(estimatedInput, output, model), serviceTier: tier, requestId };
}

export function estimatedUsage(
	inputUncached: number,
	output: number,
	model: string | undefined,
): Omit<CallUsage, 'requestId'> {
	const usage: Usage = { ...NO_USAGE, inputUncached, output };

	return { calls: [{ model, usage }], estimated: true, costMicroCents: undefined };
}

/**
 * Which model answered, the vendor's id of the answer, and what it was billed as. Ids that LangChain made up start with
 * `run-`.
 */
export function answeredBy(message: JsonRecord): {
	model: string | undefined;
	requestId: string | undefined;
	serviceTier: string | undefined;
} {
	const metadata = recordAt(message, 'response_metadata');
	const id = textAt(metadata, 'id') ?? textAt(message, 'id');

	return {
		model: textAt(metadata, 'model_name') ?? textAt(metadata, 'model'),
		requestId: id?.startsWith('run-') ? undefined : id,
		serviceTier:
			serviceTier(textAt(metadata, 'service_tier')) ?? tierInUsage(recordAt(metadata, 'usage')),
	};
}

/**
 * The vendor's own usage object when LangChain passed it on, as it tells the kinds of cache writes and sometimes the
 * cost; else LangChain's counts.
 */
export function reportedUsage(
	message: JsonRecord,
	provider: string,
): Pick<CallUsage, 'calls' | 'costMicroCents' | 'otherUnits'> | undefined {
	const metadata = recordAt(message, 'response_metadata');
	// A stream of Bedrock has it one level deeper.
	const said = [metadata, recordAt(metadata, 'metadata')].find((at) =>
		hasTotals(recordAt(at, 'usage')),
	);
	const reading = said && readUsage(said);
	if (reading?.outcome === 'read' && reading.calls.some(({ usage }) => isSomething(usage))) {
		const { calls, costMicroCents, otherUnits } = reading;
		return { calls, costMicroCents, otherUnits };
	}
	const counts = recordAt(message, 'usage_metadata');
	if (!hasCounts(counts)) return undefined;

	const usage = disjoint(withThoughts(counts, provider));
	// Of OpenAI's Responses LangChain passes on the output, and the usage in its own counts.
	const otherUnits = toolCalls(metadata);
	return { calls: [{ model: undefined, usage }], costMicroCents: undefined, otherUnits };
}

/** No answer takes nothing: a model class that was told nothing writes zeros. */
export function hasCounts(counts: JsonRecord): boolean {
	return count(counts, 'input_tokens') + count(counts, 'output_tokens') > 0;
}

function isSomething(usage: Usage): boolean {
	return inputTokens(usage) + outputTokens(usage) > 0;
}

/** Where LangChain takes what was thought for no output, though it is billed as such; the total alone has it. */
const HIDE_THOUGHTS = new Set(['gcp.gemini', 'gcp.vertex_ai', 'x_ai']);

export function withThoughts(counts: JsonRecord, provider: string): JsonRecord {
	const written = count(counts, 'output_tokens');
	const hidden = count(counts, 'total_tokens') - count(counts, 'input_tokens') - written;
	if (hidden <= 0 || !HIDE_THOUGHTS.has(provider)) return counts;

	const details = recordAt(counts, 'output_token_details');
	const reasoning = Math.max(hidden, count(details, 'reasoning'));
	return {
		...counts,
		output_tokens: written + hidden,
		output_token_details: { ...details, reasoning },
	};
}

/** LangChain's `usage_metadata`, whose input includes what came from the cache and went into it, as disjoint buckets. */
export function disjoint(counts: JsonRecord, cacheWrite1hOf?: JsonRecord): Usage {
	const inputDetails = recordAt(counts, 'input_token_details');
	const outputDetails = recordAt(counts, 'output_token_details');
	let input = count(counts, 'input_tokens');
	const take = (wanted: number): number => {
		const taken = Math.min(wanted, input);
		input -= taken;
		return taken;
	};
	const cacheRead = take(count(inputDetails, 'cache_read'));
	const cacheWrite = take(count(inputDetails, 'cache_creation'));
	const inputAudio = take(count(inputDetails, 'audio'));
	const cacheWrite1h = Math.min(
		cacheWrite,
		count(cacheWrite1hOf ?? {}, 'ephemeral_1h_input_tokens'),
	);
	const written = count(counts, 'output_tokens');
	const outputAudio = Math.min(written, count(outputDetails, 'audio'));
	const output = written - outputAudio;

	return {
		inputUncached: input,
		cacheRead,
		cacheWrite5m: cacheWrite - cacheWrite1h,
		cacheWrite1h,
		inputAudio,
		output,
		reasoning: Math.min(output, count(outputDetails, 'reasoning')),
		outputAudio,
	};
}

/** Anthropic's stream passes on all of its usage but the totals. */
function hasTotals(usage: JsonRecord): boolean {
	return ['prompt_tokens', 'input_tokens', 'completion_tokens', 'inputTokens'].some((key) =>
		isCount(usage[key]),
	);
}

function count(record: JsonRecord, key: string): number {
	const value = record[key];

	return isCount(value) ? value : 0;
}
