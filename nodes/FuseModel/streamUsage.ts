import { isCount } from '../../core/readers/counts.ts';
import { isRecord, recordAt, textAt, type JsonRecord } from '../../core/readers/reading.ts';
import { serviceTier } from '../../core/readers/serviceTier.ts';
import type { Usage } from '../../core/usage.ts';
import {
	answeredBy,
	disjoint,
	estimatedUsage,
	hasCounts,
	reportedUsage,
	withThoughts,
	type CallUsage,
} from './messageUsage.ts';
import type { StreamForm } from './langchainTypes.ts';
import { messageTokens, tokensOfLength } from './promptSize.ts';

/** Adds up what a stream has used so far. */
export type StreamTally = {
	add: (part: unknown) => void;
	/** Has the vendor begun to answer? */
	hasParts: () => boolean;
	/** `ended`: the vendor came to its end; else the stream was left early and the vendor's last word is missing. */
	usage: (estimatedInput: number, ended: boolean) => CallUsage;
};

export function tallyStream(form: StreamForm, provider: string): StreamTally {
	return form === 'chunks' ? tallyChunks(provider) : tallyEvents(provider);
}

/** LangChain's message chunks: what they report is to be summed, but for Anthropic's output. */
function tallyChunks(provider: string): StreamTally {
	const sums = new ReportedSums(provider);
	let latest: ReturnType<typeof reportedUsage>;
	let model: string | undefined;
	let requestId: string | undefined;
	let tier: string | undefined;
	let received = 0;
	let parts = 0;

	return {
		hasParts: () => parts > 0,
		add(chunk) {
			parts += 1;
			if (!isRecord(chunk)) return;
			const message = recordAt(chunk, 'message');
			const answered = answeredBy(message);
			model = modelOf(chunk) ?? answered.model ?? model;
			requestId ??= answered.requestId;
			tier = tierOf(chunk) ?? answered.serviceTier ?? tier;
			received += messageTokens(message);
			sums.settle(recordAt(recordAt(chunk, 'generationInfo'), 'usage_metadata'));
			if (sums.add(message)) latest = reportedUsage(message, provider);
		},
		usage(estimatedInput, ended) {
			if (sums.isNone()) {
				const guess = estimatedUsage(estimatedInput, received, model);
				return { ...guess, serviceTier: tier, requestId };
			}
			const isWhole = sums.isWhole(ended);
			// One report that is the whole truth tells more than LangChain's counts: the cost, say.
			const only = sums.isOne() && isWhole ? latest : undefined;
			const usage = only?.calls[0].usage ?? sums.usage();
			// Of an Anthropic stream left early the first chunk has named the input and a token or two of output.
			const output = isWhole ? usage.output : Math.max(usage.output, received);

			return {
				calls: [{ model, usage: { ...usage, output } }],
				estimated: !isWhole,
				costMicroCents: only?.costMicroCents,
				otherUnits: only?.otherUnits,
				serviceTier: tier,
				requestId,
			};
		},
	};
}

/** OpenAI names it when it has finished, Anthropic at the start. */
function modelOf(chunk: JsonRecord): string | undefined {
	const message = recordAt(chunk, 'message');

	return (
		textAt(recordAt(chunk, 'generationInfo'), 'model_name') ??
		textAt(recordAt(message, 'additional_kwargs'), 'model')
	);
}

/** OpenAI names it beside the message, when it has finished. */
function tierOf(chunk: JsonRecord): string | undefined {
	return serviceTier(textAt(recordAt(chunk, 'generationInfo'), 'service_tier'));
}

/** The sums of the counts that a stream's chunks report. */
class ReportedSums {
	private reports = 0;
	private readonly provider: string;
	private readonly outputIsCumulative: boolean;
	private readonly counts: Record<string, number> = {};
	private readonly input: Record<string, number> = {};
	private readonly output: Record<string, number> = {};
	private cacheWrites: JsonRecord = {};
	private settled: JsonRecord | undefined;

	constructor(provider: string) {
		this.provider = provider;
		this.outputIsCumulative = provider === 'anthropic';
	}

	/** Vertex AI's chunk that ends an answer has all of its usage beside the message; the messages have less. */
	settle(counts: JsonRecord): void {
		if (hasCounts(counts)) this.settled = counts;
	}

	/** False when this message reports nothing. */
	add(message: JsonRecord): boolean {
		const reported = recordAt(message, 'usage_metadata');
		if (!hasCounts(reported)) return false;

		this.reports += 1;
		const { output_tokens: output, ...rest } = reported;
		addCounts(this.counts, rest);
		if (!this.outputIsCumulative) addCounts(this.counts, { output_tokens: output });
		// Anthropic counts from the start each time: 1 in message_start and 7 in message_delta are 7, not 8.
		else if (isCount(output) && output > 0) this.counts['output_tokens'] = output;
		// Gemini's chunks each name all that came from the cache.
		raiseCounts(this.input, recordAt(reported, 'input_token_details'));
		addCounts(this.output, recordAt(reported, 'output_token_details'));
		const usage = recordAt(recordAt(message, 'response_metadata'), 'usage');
		if (isRecord(usage['cache_creation'])) this.cacheWrites = usage['cache_creation'];
		return true;
	}

	/** Is one report all that is known? */
	isOne(): boolean {
		return this.reports === 1 && this.settled === undefined;
	}

	isNone(): boolean {
		return this.reports === 0 && this.settled === undefined;
	}

	/** Anthropic reports at the start and at the end; the others when all is said. */
	isWhole(ended: boolean): boolean {
		const known = this.outputIsCumulative ? this.reports > 1 : this.reports > 0;

		return ended || known || this.settled !== undefined;
	}

	usage(): Usage {
		const sums = {
			...this.counts,
			input_token_details: this.input,
			output_token_details: this.output,
		};
		return disjoint(withThoughts(this.settled ?? sums, this.provider), this.cacheWrites);
	}
}

function addCounts(sums: Record<string, number>, reported: JsonRecord): void {
	for (const [key, value] of Object.entries(reported)) {
		if (isCount(value)) sums[key] = (sums[key] ?? 0) + value;
	}
}

function raiseCounts(highest: Record<string, number>, reported: JsonRecord): void {
	for (const [key, value] of Object.entries(reported)) {
		if (isCount(value)) highest[key] = Math.max(highest[key] ?? 0, value);
	}
}

/**
 * The events of LangChain's newer protocol. Each usage is a snapshot that contains what came before; but ChatAnthropic
 * adds Anthropic's counts, which are cumulative themselves, so there only what the latest one added is the truth.
 */
function tallyEvents(provider: string): StreamTally {
	const addsUp = provider === 'anthropic';
	let snapshot: JsonRecord = {};
	let snapshots = 0;
	let before = 0;
	let model: string | undefined;
	let requestId: string | undefined;
	let received = 0;
	let parts = 0;

	function take(usage: JsonRecord): void {
		if (!isCount(usage['output_tokens']) || !hasCounts(usage)) return;
		if (usage['output_tokens'] === snapshot['output_tokens']) return;
		before = isCount(snapshot['output_tokens']) ? snapshot['output_tokens'] : 0;
		snapshot = usage;
		snapshots += 1;
	}

	return {
		hasParts: () => parts > 0,
		add(event) {
			parts += 1;
			if (!isRecord(event)) return;
			take(recordAt(event, 'usage'));
			requestId ??= event['event'] === 'message-start' ? textAt(event, 'id') : undefined;
			model = textAt(recordAt(event, 'payload'), 'model') ?? model;
			received += deltaLength(recordAt(event, 'delta'));
		},
		usage(estimatedInput, ended) {
			const counted = tokensOfLength(received);
			if (snapshots === 0) return { ...estimatedUsage(estimatedInput, counted, model), requestId };

			const isWhole = ended || snapshots > 1;
			const usage = disjoint(withThoughts(snapshot, provider));
			const output = usage.output - (addsUp ? before : 0);

			return {
				calls: [
					{ model, usage: { ...usage, output: isWhole ? output : Math.max(output, counted) } },
				],
				estimated: !isWhole,
				costMicroCents: undefined,
				requestId,
			};
		},
	};
}

/** Text, reasoning, or the arguments of a tool call. */
function deltaLength(delta: JsonRecord): number {
	return Object.entries(delta)
		.filter(([key]) => key !== 'type')
		.reduce((sum, [, value]) => sum + (typeof value === 'string' ? value.length : 0), 0);
}
