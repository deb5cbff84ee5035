import { createHash } from 'node:crypto';
import { NodeOperationError, type IExecuteFunctions } from 'n8n-workflow';
import type { MicroCents } from '../../core/money.ts';
import type { OtherUnits } from '../../core/otherUnits.ts';
import { NO_USAGE, type Usage } from '../../core/usage.ts';
import { readUsage } from '../../core/readers/index.ts';
import { isCount, shown } from '../../core/readers/counts.ts';
import type {
	JsonRecord,
	ModelUsage,
	ResponseFacts,
	UsageReading,
} from '../../core/readers/reading.ts';
import { textParameter, wholeNumber } from '../shared/parameters.ts';
import { vendorResponse, type VendorResponse } from './vendorResponse.ts';

/** What one call used, before anyone says who pays for it. */
export type Measurement = {
	calls: readonly [ModelUsage, ...ModelUsage[]];
	facts: ResponseFacts | undefined;
	estimated: boolean;
	costMicroCents?: MicroCents | undefined;
	otherUnits?: OtherUnits | undefined;
	statusCode?: number | undefined;
	requestId?: string | undefined;
	rateLimitHeaders?: Record<string, string> | undefined;
	/** Of the prompt, where it is at hand; tells the service that the same is asked for again. */
	promptHash?: string | undefined;
	/** Why the numbers are estimated, when the response says so. */
	reason?: string | undefined;
};

const CHARACTERS_PER_TOKEN = 4;

export function measure(
	context: IExecuteFunctions,
	itemIndex: number,
	gate: JsonRecord,
): Measurement {
	const usageFrom = textParameter(context, 'usageFrom', itemIndex);
	if (usageFrom === 'numbers') return fromNumbers(context, itemIndex);
	if (usageFrom === 'text') return fromText(context, itemIndex);

	const parameter: unknown = context.getNodeParameter('response', itemIndex);
	const response = vendorResponse(parameter);
	return fromReading(context, itemIndex, readUsage(response.body), response, gate);
}

function fromReading(
	context: IExecuteFunctions,
	itemIndex: number,
	reading: UsageReading,
	response: VendorResponse,
	gate: JsonRecord,
): Measurement {
	const { statusCode, requestId, rateLimitHeaders } = response;
	const told = { statusCode, requestId, rateLimitHeaders };
	if (reading.outcome === 'read') {
		const { calls, facts, costMicroCents, otherUnits } = reading;
		return { calls, facts, estimated: false, costMicroCents, otherUnits, ...told };
	}
	if (reading.outcome === 'inconsistent') throw inconsistent(context, itemIndex, reading.errors);
	if (response.failed) {
		// Nothing was generated and nothing is billed, yet the error rate has to see the call.
		return { ...single(NO_USAGE), facts: undefined, estimated: false, ...told };
	}
	if (reading.outcome === 'unknown') throw unknownForm(context, itemIndex, response.body);

	const { facts, answerText, known, reason, otherUnits } = reading;
	const held = gate['estimatedInputTokens'];
	const input = known ?? { ...NO_USAGE, inputUncached: isCount(held) ? held : 0 };
	const usage = { ...input, output: Math.max(input.output, tokensOf(answerText)) };
	return { ...single(usage, facts.model), facts, estimated: true, reason, otherUnits, ...told };
}

/** Numbers a user types are disjoint buckets too: the parameters say so, and an explicit zero stays a zero. */
function fromNumbers(context: IExecuteFunctions, itemIndex: number): Measurement {
	const usage: Usage = {
		...NO_USAGE,
		inputUncached: count('Input Tokens', 'inputTokens'),
		cacheRead: count('Cache Read Tokens', 'cacheReadTokens'),
		cacheWrite5m: count('Cache Write Tokens', 'cacheWriteTokens'),
		output: count('Output Tokens', 'outputTokens'),
	};
	return { ...single(usage), facts: undefined, estimated: false };

	function count(displayName: string, name: string): number {
		return wholeNumber(
			context,
			displayName,
			context.getNodeParameter(name, itemIndex, 0),
			itemIndex,
		);
	}
}

/** For calls whose node hides the numbers, such as the AI Agent. */
function fromText(context: IExecuteFunctions, itemIndex: number): Measurement {
	const prompt = textParameter(context, 'promptText', itemIndex);
	const usage = {
		...NO_USAGE,
		inputUncached: tokensOf(prompt),
		output: tokensOf(textParameter(context, 'answerText', itemIndex)),
	};
	const promptHash = prompt && createHash('sha256').update(prompt).digest('hex');

	return {
		...single(usage),
		...(promptHash ? { promptHash } : {}),
		facts: undefined,
		estimated: true,
	};
}

function single(usage: Usage, model?: string): { calls: readonly [ModelUsage] } {
	return { calls: [{ model, usage }] };
}

function tokensOf(text: string): number {
	return Math.ceil(text.length / CHARACTERS_PER_TOKEN);
}

function inconsistent(
	context: IExecuteFunctions,
	itemIndex: number,
	errors: ReadonlyArray<{ pointer: string; detail: string }>,
): NodeOperationError {
	const all = errors.map(({ pointer, detail }) => `${pointer}: ${detail}`);

	return new NodeOperationError(
		context.getNode(),
		`The usage in this response contradicts itself: ${all[0] ?? ''}`,
		{
			itemIndex,
			description: `Nothing was recorded for this item. Pass the vendor's response on unchanged, or set Usage From to Numbers. Found: ${all.join('; ')}`,
		},
	);
}

function unknownForm(
	context: IExecuteFunctions,
	itemIndex: number,
	body: unknown,
): NodeOperationError {
	return new NodeOperationError(context.getNode(), 'No usage was found in this item', {
		itemIndex,
		description: `Set Response to the vendor's whole answer: of OpenAI, Anthropic, Gemini, Bedrock, Mistral, Cohere, DeepSeek, xAI, Groq, OpenRouter, Ollama, or a vendor that speaks the format of one of them; a stream's events, a bare usage object, an AWS cost line and a Twilio record work too. Where a node hides the usage, set Usage From to Numbers or Text. Got: ${shown(body)}`,
	});
}
