import { recordAt, textAt, type JsonRecord } from '../../core/readers/reading.ts';
import { isCount } from '../../core/readers/counts.ts';
import type { ModelCall } from './langchainTypes.ts';

/** Whom a call goes to, as the prices and the limits name it. */
export type ModelFacts = {
	/** OpenTelemetry `gen_ai.provider.name`. */
	provider: string;
	model: string;
	/** Host and path without scheme; undefined when the model does not show its address. */
	endpoint: string | undefined;
	maxOutputTokens: number | undefined;
};

/** LangChain's `ls_provider` where OpenTelemetry has another name. */
const PROVIDERS = new Map([
	['azure', 'azure.ai.openai'],
	['azure_openai', 'azure.ai.openai'],
	['amazon_bedrock', 'aws.bedrock'],
	['bedrock', 'aws.bedrock'],
	['google', 'gcp.gemini'],
	['google_genai', 'gcp.gemini'],
	['googlegenerativeai', 'gcp.gemini'],
	['google_vertexai', 'gcp.vertex_ai'],
	['vertexai', 'gcp.vertex_ai'],
	['mistral', 'mistral_ai'],
	['mistralai', 'mistral_ai'],
	['moonshot', 'moonshot_ai'],
	['xai', 'x_ai'],
]);

/** Vendors that n8n reaches with OpenAI's client, by the end of their host name. */
const HOSTS: ReadonlyArray<[host: string, provider: string]> = [
	['openrouter.ai', 'openrouter'],
	['deepseek.com', 'deepseek'],
	['x.ai', 'x_ai'],
	['groq.com', 'groq'],
	['mistral.ai', 'mistral_ai'],
	['moonshot.ai', 'moonshot_ai'],
	['moonshot.cn', 'moonshot_ai'],
	['openai.azure.com', 'azure.ai.openai'],
	['cognitiveservices.azure.com', 'azure.ai.openai'],
	['amazonaws.com', 'aws.bedrock'],
	['generativelanguage.googleapis.com', 'gcp.gemini'],
];

/** Where the vendors' clients call when no other address is set. */
const DEFAULT_ADDRESSES = new Map([
	['openai', 'https://api.openai.com/v1'],
	['anthropic', 'https://api.anthropic.com'],
]);

const OUTPUT_KEYS = [
	...['maxTokens', 'max_tokens', 'maxOutputTokens', 'max_output_tokens'],
	...['maxCompletionTokens', 'max_completion_tokens', 'maxTokensToSample', 'numPredict'],
];

export function modelFacts(call: ModelCall): ModelFacts {
	const { model, metadata } = call;
	const tracing = 'ls_provider' in metadata ? metadata : traced(call);
	const address = addressOf(model);
	// Models made with n8n's SDK are an adapter around the one that knows its name.
	const adapted = recordAt(model, 'chatModel');
	const named = textAt(adapted, 'provider') ?? textAt(tracing, 'ls_provider');
	const provider = providerAt(address) ?? providerNamed(named);

	return {
		provider,
		model: textAt(tracing, 'ls_model_name') ?? modelName(model, adapted),
		endpoint: endpointOf(call, address ?? DEFAULT_ADDRESSES.get(provider)),
		maxOutputTokens: outputLimit(call.options) ?? outputLimit(model),
	};
}

/** What LangChain tells its tracers, when no tracer has been told yet. */
function traced({ model, options }: ModelCall): JsonRecord {
	const getLsParams = model['getLsParams'];
	if (typeof getLsParams !== 'function') return {};
	try {
		return recordAt({ told: getLsParams.call(model, options) as unknown }, 'told');
	} catch {
		// A model that finds its parameters wrong says so when it is called.
		return {};
	}
}

/** The base address that the user or the node has set. */
function addressOf(model: JsonRecord): string | undefined {
	return (
		textAt(recordAt(model, 'clientConfig'), 'baseURL') ??
		textAt(model, 'apiUrl') ??
		textAt(recordAt(model, 'clientOptions'), 'baseURL') ??
		textAt(model, 'baseUrl') ??
		textAt(model, 'endpoint')
	);
}

function providerAt(address: string | undefined): string | undefined {
	const host = hostAndPath(address)?.split('/')[0]?.replace(/:\d+$/, '');

	return HOSTS.find(([end]) => host === end || host?.endsWith(`.${end}`))?.[1];
}

function providerNamed(name = 'unknown'): string {
	const lower = name.toLowerCase();

	return PROVIDERS.get(lower) ?? lower;
}

function modelName(model: JsonRecord, adapted: JsonRecord): string {
	const names = ['model', 'modelName', 'deploymentName'].map((key) => textAt(model, key));

	return textAt(adapted, 'modelId') ?? names.find((name) => name !== undefined) ?? 'unknown';
}

/** Host and path of the request, as the alert names it. */
function endpointOf(
	{ model, options }: ModelCall,
	address: string | undefined,
): string | undefined {
	const base = hostAndPath(address);
	if (base === undefined) return undefined;
	if ('clientConfig' in model)
		return `${base}/${usesResponses(model, options) ? 'responses' : 'chat/completions'}`;
	if (textAt(model, 'apiUrl') !== undefined || 'anthropicApiKey' in model)
		return `${base}/v1/messages`;

	return base;
}

function usesResponses(model: JsonRecord, options: JsonRecord): boolean {
	const decide = model['_useResponsesApi'];

	return typeof decide === 'function' && decide.call(model, options) === true;
}

/** Without scheme, account or query: those may hold a key. */
function hostAndPath(address: string | undefined): string | undefined {
	return /^https?:\/\/(?:[^/?#]*@)?([^/?#]+[^?#]*)/.exec(address ?? '')?.[1]?.replace(/\/+$/, '');
}

/** Models write -1 or 0 for "no limit". */
function outputLimit(record: JsonRecord): number | undefined {
	return OUTPUT_KEYS.map((key) => record[key]).find(
		(value): value is number => isCount(value) && value > 0,
	);
}
