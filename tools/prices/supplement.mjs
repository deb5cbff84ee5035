// Prices that genai-prices 0.1.8 does not have, or has wrong, each with where it was read in November 2026.
import { NEW_MODELS } from './newModels.mjs';
import { each, tokens } from './usdRates.mjs';

/**
 * Rates that a library model gets when it has none of the unit: `models` is tested on its id, `rates` are fixed, `like`
 * takes those of another unit.
 */
export const ADDED_RATES = [
	{
		provider: 'gcp.gemini',
		models: /^gemini-2\.(?!.*(?:tts|embedding))/,
		rates: [each('webSearch', 0.035)],
		source: 'ai.google.dev/gemini-api/docs/pricing: 35 USD per 1,000 grounded prompts',
	},
	{
		provider: 'gcp.gemini',
		models: /^gemini-3/,
		rates: [each('webSearch', 0.014)],
		source: 'ai.google.dev/gemini-api/docs/pricing: 14 USD per 1,000 search queries',
	},
	{
		provider: 'gcp.gemini',
		models: /^gemini-/,
		like: { inputAudio: 'inputUncached', outputAudio: 'output' },
		source:
			'ai.google.dev/gemini-api/docs/pricing: one price for all modalities unless one has its own',
	},
	{
		provider: 'anthropic',
		models: /^claude-(?!2|v1|3-(?:haiku|opus|sonnet))/,
		rates: [each('webFetch', 0)],
		source: 'platform.claude.com/docs/en/about-claude/pricing: web fetch costs its tokens only',
	},
	{
		provider: 'openai',
		models: /^(?:gpt-4o(?:-mini|-2024-05-13)?$|gpt-4\.1|gpt-[56]|o1$|o3|o4-mini)/,
		rates: [each('codeInterpreter', 0.03)],
		source: 'developers.openai.com/api/docs/pricing: a container of 1 GB',
	},
	{
		provider: 'openai',
		models: /^gpt-4o-audio-preview$/,
		rates: tokens({ inputAudio: 40, outputAudio: 80 }),
		source: 'developers.openai.com/api/docs/models/gpt-4o-audio-preview',
	},
	{
		provider: 'openai',
		models: /^gpt-4o-mini-audio-preview$/,
		rates: tokens({ inputAudio: 10, outputAudio: 20 }),
		source: 'developers.openai.com/api/docs/models/gpt-4o-mini-audio-preview',
	},
	{
		provider: 'openai',
		models: /^gpt-4o-mini-tts$/,
		like: { outputAudio: 'output' },
		source: 'developers.openai.com/api/docs/models/gpt-4o-mini-tts: its output is audio',
	},
	{
		provider: 'x_ai',
		models: /^grok-(?!2|voice)/,
		rates: [each('webSearch', 0.005), each('fileSearch', 0.0025)],
		source: 'docs.x.ai/developers/pricing: 5 and 2.50 USD per 1,000 calls',
	},
];

/** Names whose price the library has wrong: taken out of its patterns, priced here. */
export const CORRECTED = [
	{
		provider: 'mistral_ai',
		model: 'mistral-large-latest',
		rates: [
			...tokens({ inputUncached: 2, output: 6 }, { validTo: '2025-12-02' }),
			...tokens(
				{ inputUncached: 0.5, cacheRead: 0.05, output: 1.5 },
				{ validFrom: '2025-12-02', validTo: '2026-10-06' },
			),
			// The dearer of Large 3 and Large 4, which is out since then: nobody says which one the alias means.
			...tokens({ inputUncached: 1.36, output: 4.18 }, { validFrom: '2026-10-06' }),
		],
		source: 'docs.mistral.ai/models: Large 3 (25.12), Large 4; the library has Large 2',
	},
	{
		provider: 'mistral_ai',
		model: 'mistral-small-latest',
		rates: [
			...tokens({ inputUncached: 0.1, output: 0.3 }, { validTo: '2026-03-16' }),
			...tokens(
				{ inputUncached: 0.15, cacheRead: 0.015, output: 0.6 },
				{ validFrom: '2026-03-16' },
			),
		],
		source: 'docs.mistral.ai/models: Small 4 (26.03); the library has Small 3.2',
	},
].map((entry) => ({ ...entry, pattern: `^${entry.model}$` }));

/** Models of vendors that the library does not have. */
export const ADDED_MODELS = [
	...NEW_MODELS,
	{
		provider: 'cohere',
		model: 'rerank',
		pattern: '^rerank-(?:v3\\.5|(?:english|multilingual)-v[23]\\.0)$',
		rates: [each('searchUnits', 0.002)],
		source: 'cohere.com/pricing: 2 USD per 1,000 searches',
	},
	{
		provider: 'ollama',
		model: 'any',
		pattern: '',
		rates: tokens({ inputUncached: 0, inputAudio: 0, output: 0 }),
		source: 'runs on a machine of your own: no vendor charges for it',
	},
	...[
		['call', each('callMinutes', 0.014), 'twilio.com/en-us/voice/pricing/us: outbound, local'],
		['mms', each('messageSegments', 0.022), 'twilio.com/en-us/sms/pricing/us: outbound'],
		['sms', each('messageSegments', 0.0083), 'twilio.com/en-us/sms/pricing/us'],
		[
			'whatsapp',
			each('messageSegments', 0.005),
			'twilio.com/en-us/whatsapp/pricing: without fees of Meta',
		],
	].map(([model, rate, source]) => ({
		...{ provider: 'twilio', model, pattern: `^${model}$`, rates: [rate], source },
	})),
];

/** What a library model lacks: rates, to go behind its own. */
export function addedRates({ provider, model, rates }) {
	const known = new Set(rates.map(({ unit }) => unit));

	return ADDED_RATES.filter((entry) => entry.provider === provider && entry.models.test(model))
		.flatMap((entry) => entry.rates ?? alike(entry.like, rates))
		.filter(({ unit }) => !known.has(unit));
}

function alike(pairs, rates) {
	return Object.entries(pairs).flatMap(([unit, other]) =>
		rates.filter((rate) => rate.unit === other).map((rate) => ({ ...rate, unit })),
	);
}
