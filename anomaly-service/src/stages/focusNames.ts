import { PARTS } from '../../../core/otherUnits.ts';
import type { LineItem } from '../../../core/prices.ts';
import { USAGE_BUCKETS } from '../../../core/usage.ts';

/** What FOCUS calls a kind of service: its allowed value, and a recommended one within it. */
export type ServiceKind = { category: string; subcategory: string };

/** By the names OpenTelemetry gives providers; others go by their own. */
const PROVIDER_NAMES: ReadonlyMap<string, string> = new Map([
	['anthropic', 'Anthropic'],
	['aws', 'Amazon Web Services'],
	['aws.bedrock', 'Amazon Web Services'],
	['azure.ai.openai', 'Microsoft'],
	['cerebras', 'Cerebras'],
	['cohere', 'Cohere'],
	['deepseek', 'DeepSeek'],
	['fireworks_ai', 'Fireworks AI'],
	['gcp.gemini', 'Google'],
	['gcp.vertex_ai', 'Google'],
	['groq', 'Groq'],
	['mistral_ai', 'Mistral AI'],
	['moonshot_ai', 'Moonshot AI'],
	['ollama', 'Ollama'],
	['openai', 'OpenAI'],
	['openrouter', 'OpenRouter'],
	['perplexity', 'Perplexity'],
	['together_ai', 'Together AI'],
	['twilio', 'Twilio'],
	['x_ai', 'xAI'],
]);

const MODEL_SERVICE: ServiceKind = {
	category: 'AI and Machine Learning',
	subcategory: 'Generative AI',
};

/** What vendors of other things bill, by what their lines call it. */
const OTHER_SERVICES: readonly { provider: string; name: RegExp; kind: ServiceKind }[] = [
	{
		provider: 'aws',
		name: /lambda/i,
		kind: { category: 'Compute', subcategory: 'Serverless Compute' },
	},
	{ provider: 'aws', name: /ec2/i, kind: { category: 'Compute', subcategory: 'Virtual Machines' } },
	{ provider: 'aws', name: /s3/i, kind: { category: 'Storage', subcategory: 'Object Storage' } },
	{ provider: 'aws', name: /bedrock/i, kind: MODEL_SERVICE },
	{ provider: 'aws', name: /^/, kind: { category: 'Other', subcategory: 'Other (Other)' } },
	{ provider: 'twilio', name: /^/, kind: { category: 'Integration', subcategory: 'Messaging' } },
];

const TOKEN_UNITS: ReadonlySet<string> = new Set([
	...USAGE_BUCKETS,
	...PARTS.map(({ unit }) => unit),
]);

/** Units as FOCUS writes them, for what is not tokens. */
const UNITS: ReadonlyMap<string, string> = new Map([
	['audioSeconds', 'Seconds'],
	['callMinutes', 'Minutes'],
	['messageSegments', 'Segments'],
	['pages', 'Pages'],
	['webSearch', 'Searches'],
	['fileSearch', 'Searches'],
	['webFetch', 'Fetches'],
	['codeInterpreter', 'Containers'],
	['searchUnits', 'Search Units'],
	['classifications', 'Classifications'],
	['requests', 'Requests'],
]);

export function providerName(provider: string): string {
	return PROVIDER_NAMES.get(provider) ?? provider;
}

export function serviceKind(provider: string, model: string): ServiceKind {
	const other = OTHER_SERVICES.find((one) => one.provider === provider && one.name.test(model));

	return other?.kind ?? MODEL_SERVICE;
}

/** What a quantity counts; whole bills and what was held for a call count calls. */
export function unitName(unit: LineItem['unit']): string {
	if (TOKEN_UNITS.has(unit)) return 'Tokens';

	return UNITS.get(unit) ?? 'Calls';
}

/** `cacheWrite5m` → "Cache Write 5m". */
export function meterName(unit: LineItem['unit']): string {
	const words = unit.replace(/([A-Z]|\d+)/g, ' $1');

	return words.charAt(0).toUpperCase() + words.slice(1);
}
