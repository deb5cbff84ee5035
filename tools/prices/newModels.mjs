// Models that came out after genai-prices 0.1.8 (2026-09-23), as their vendors' pages had them in November 2026. One that
// the next version of the library has makes `npm run check` fail; then it goes from here.
import { each, tokens } from './usdRates.mjs';

const OPENAI_LONG = { minInputTokens: 272_001 };
const XAI_LONG = { minInputTokens: 200_000 };
const HAIKU_LONG = { minInputTokens: 100_001 };
const DEEPSEEK_PEAK = [{ timeOfDay: [60, 240] }, { timeOfDay: [360, 600] }];

export const NEW_MODELS = [
	anthropic('claude-fable-5-2', [
		...tokens({ inputUncached: 8, cacheRead: 0.2, cacheWrite5m: 10, cacheWrite1h: 16, output: 40 }),
	]),
	anthropic('claude-haiku-5-5', [
		...tokens({ inputUncached: 0.1, cacheRead: 0.01, cacheWrite5m: 0.125, cacheWrite1h: 0.2 }),
		...tokens({ inputUncached: 0.5, cacheRead: 0.05 }, HAIKU_LONG),
		...tokens({ cacheWrite5m: 0.625, cacheWrite1h: 1 }, HAIKU_LONG),
		...tokens({ output: 0.5 }),
		...tokens({ output: 2.5 }, HAIKU_LONG),
	]),
	openai('gpt-6.1-sol', { inputUncached: 2, cacheRead: 0.1, cacheWrite5m: 2.5, output: 10 }),
	openai('gpt-6.2-astra', { inputUncached: 8, cacheRead: 0.4, cacheWrite5m: 10, output: 40 }),
	openai('gpt-6.2-sol', { inputUncached: 2, cacheRead: 0.1, cacheWrite5m: 2.5, output: 10 }),
	{
		provider: 'x_ai',
		model: 'grok-4.7',
		contextTokens: 500_000,
		rates: [
			...tokens({ inputUncached: 2, cacheRead: 0.5, output: 6 }),
			...tokens({ inputUncached: 4, cacheRead: 1, output: 12 }, XAI_LONG),
			...[each('webSearch', 0.005), each('fileSearch', 0.0025)],
		],
		source: 'docs.x.ai/developers/pricing',
	},
	{
		provider: 'deepseek',
		model: 'deepseek-flash',
		contextTokens: 1_000_000,
		rates: [
			...tokens({ inputUncached: 0.15, cacheRead: 0.003, output: 0.6 }),
			...DEEPSEEK_PEAK.flatMap((hours) =>
				tokens({ inputUncached: 0.3, cacheRead: 0.006, output: 1.2 }, hours),
			),
		],
		source: 'api-docs.deepseek.com/quick_start/pricing; at weekends it is off-peak all day',
	},
	{
		provider: 'mistral_ai',
		model: 'mistral-large-4',
		pattern: '^mistral-large-(?:4|4-0|2610)$',
		rates: tokens({ inputUncached: 1.36, output: 4.18 }),
		source: 'docs.mistral.ai/models/mistral-large-4-0, after the promotion of its first weeks',
	},
].map((entry) => ({ pattern: `^${entry.model.replaceAll('.', '\\.')}$`, ...entry }));

/** Above 272,000 input tokens a call costs twice as much, its output half as much again. */
function openai(model, usd) {
	const { output, ...input } = usd;
	const long = Object.fromEntries(Object.entries(input).map(([unit, price]) => [unit, 2 * price]));

	return {
		provider: 'openai',
		model,
		pattern: `^${model.replaceAll('.', '\\.')}(?:-\\d{4}-\\d{2}-\\d{2})?$`,
		contextTokens: 1_050_000,
		rates: [
			...tokens(usd),
			...tokens({ ...long, output: 1.5 * output }, OPENAI_LONG),
			...[each('webSearch', 0.01), each('fileSearch', 0.0025), each('codeInterpreter', 0.03)],
		],
		source: `developers.openai.com/api/docs/models/${model}`,
	};
}

function anthropic(model, rates) {
	return {
		provider: 'anthropic',
		model,
		pattern: `^${model}(?:-\\d{8})?$`,
		contextTokens: 1_000_000,
		rates: [...rates, each('webSearch', 0.01), each('webFetch', 0)],
		source: 'platform.claude.com/docs/en/about-claude/pricing',
	};
}
