// What vendors charge on other service tiers than the standard one, as fractions of the standard price. genai-prices has
// only the standard tier. A cheaper tier that is not listed costs as much as the standard one in core/rateSheet.ts, a
// dearer one the ceiling. All pages were read in November 2026.
import { timesFraction } from './decimals.mjs';
import { BESIDE_TOKENS } from './units.mjs';

const OPENAI = 'developers.openai.com/api/docs/pricing';
/** Priority processing was renamed fast mode on 2026-07-30; the API takes and answers both words. */
const OPENAI_FAST = 'openai.com/api-fast-mode, openai.com/api-priority-processing';
const ANTHROPIC = 'platform.claude.com/docs/en/about-claude/pricing';
const ANTHROPIC_FAST = 'platform.claude.com/docs/en/build-with-claude/fast-mode';
const ANTHROPIC_GEO = 'platform.claude.com/docs/en/manage-claude/data-residency';
const GEMINI = 'ai.google.dev/gemini-api/docs/optimization, ai.google.dev/gemini-api/docs/pricing';
const BEDROCK = 'aws.amazon.com/bedrock/pricing, docs.aws.amazon.com: service-tiers-inference';

const OPENAI_HOSTS = ['openai', 'azure.ai.openai'];
const FAST_WORDS = ['priority', 'fast'];
const CLAUDE_WITH_GEO = /^claude-(?:opus-4-[678]|opus-5|sonnet-4-6|sonnet-5|haiku-5|fable)/;
const CLAUDE_FAST_AT_6 = /^claude-opus-4-[67]$/;
const CLAUDE_FAST_AT_2 = /^claude-opus-(?:4-8|5|5-5)$/;
const BEDROCK_TIERED =
	/^(?:openai\.gpt-oss|qwen\.|deepseek\.v3|(?:global\.|regional\.)?amazon\.nova-(?:pro|premier|2-lite))/;

/** Hits in the cache cost the same as on the standard tier. */
const CACHE_READS = ['cacheRead', 'cacheReadAudio', 'cacheReadImage'];

/**
 * The first entry that fits a provider, a tier and a model holds: `factor` is [numerator, denominator], `models` is tested
 * on the model's id in the price list, `except` are units that the tier does not change.
 */
export const SERVICE_TIERS = [
	{
		providers: OPENAI_HOSTS,
		tiers: ['batch'],
		factor: [1, 2],
		models:
			/^(?:gpt-[56](?!.*(?:image|chat))|gpt-4\.1|gpt-4o(?:-mini|-2024-05-13)?$|gpt-4-turbo$|gpt-4$|gpt-3\.5-turbo|o[134](?!.*preview)|computer-use|text-embedding|gpt-image-(?:1\.5|2))/,
		source: OPENAI,
	},
	{
		providers: OPENAI_HOSTS,
		tiers: ['flex'],
		factor: [1, 2],
		models:
			/^(?:gpt-5(?:\.[1245])?(?:-mini|-nano)?$|gpt-5\.[45]-pro$|gpt-5\.6-|gpt-6|o3(?:-2025-04-16)?$|o4-mini$)/,
		source: OPENAI,
	},
	...[
		[/^gpt-4o$/, 17, 10],
		[/^gpt-4o-2024-05-13$/, 7, 4],
		[/^gpt-4o-mini$/, 5, 3],
		[/^gpt-4\.1(?:-mini)?$/, 7, 4],
		[/^gpt-4\.1-nano$/, 2, 1],
		[/^gpt-5-mini$/, 9, 5],
		[/^gpt-5\.5$/, 5, 2],
		[/^(?:gpt-5(?:\.\d)?(?:-mini|-codex)?$|gpt-5\.6-|gpt-6)/, 2, 1],
		[/^o3(?:-2025-04-16)?$/, 7, 4],
		[/^o4-mini$/, 20, 11],
	].map(([models, ...factor]) => ({
		...{ providers: OPENAI_HOSTS, tiers: FAST_WORDS, factor, models },
		source: OPENAI_FAST,
	})),
	{
		providers: ['anthropic'],
		tiers: ['batch'],
		factor: [1, 2],
		models: /^claude-(?!2|v1)/,
		source: ANTHROPIC,
	},
	{
		providers: ['anthropic'],
		// Capacity is bought beforehand; the price list knows no other price of it.
		tiers: ['priority'],
		factor: [1, 1],
		models: /^claude-(?!2|v1)/,
		source: ANTHROPIC,
	},
	...[
		// The geography `us`, alone and with a tier.
		[['us', 'priority-us'], CLAUDE_WITH_GEO, 11, 10, ANTHROPIC_GEO],
		[['batch-us'], CLAUDE_WITH_GEO, 11, 20, ANTHROPIC_GEO],
		[['fast'], CLAUDE_FAST_AT_6, 6, 1, ANTHROPIC_FAST],
		[['fast-us'], CLAUDE_FAST_AT_6, 66, 10, ANTHROPIC_FAST],
		// 6 was the price of the preview on 4.6 and 4.7; from 4.8 on it is 2.
		[['fast'], CLAUDE_FAST_AT_2, 2, 1, ANTHROPIC_FAST],
		[['fast-us'], CLAUDE_FAST_AT_2, 22, 10, ANTHROPIC_FAST],
	].map(([tiers, models, numerator, denominator, source]) => ({
		...{ providers: ['anthropic'], tiers, factor: [numerator, denominator], models, source },
	})),
	{
		providers: ['gcp.gemini'],
		tiers: ['batch'],
		factor: [1, 2],
		models: /^gemini-(?:2\.|3|embedding)(?!.*live)/,
		except: CACHE_READS,
		source: GEMINI,
	},
	{
		providers: ['gcp.gemini'],
		tiers: ['flex'],
		factor: [1, 2],
		models: /^gemini-(?:2\.5|3)(?!.*(?:live|tts|image))/,
		except: CACHE_READS,
		source: GEMINI,
	},
	{
		providers: ['gcp.gemini'],
		tiers: ['priority'],
		factor: [9, 5],
		models: /^gemini-(?:2\.5|3)(?!.*(?:live|tts|image))/,
		source: GEMINI,
	},
	{
		providers: ['aws.bedrock'],
		tiers: ['batch'],
		factor: [1, 2],
		models:
			/anthropic\.claude|amazon\.nova-(?!.*sonic)|^(?:meta|mistral|qwen|deepseek)\.|^openai\.gpt-oss/,
		source: BEDROCK,
	},
	{
		providers: ['aws.bedrock'],
		tiers: ['flex'],
		factor: [1, 2],
		models: BEDROCK_TIERED,
		source: BEDROCK,
	},
	{
		providers: ['aws.bedrock'],
		tiers: ['priority'],
		factor: [7, 4],
		models: BEDROCK_TIERED,
		source: BEDROCK,
	},
	{
		// Flex costs as much as on demand there (console.groq.com/docs/flex-processing).
		providers: ['groq'],
		tiers: ['batch'],
		factor: [1, 2],
		models: /./,
		except: CACHE_READS,
		source: 'console.groq.com/docs/batch',
	},
	{
		providers: ['mistral_ai'],
		tiers: ['batch'],
		factor: [1, 2],
		models: /./,
		source: 'mistral.ai/pricing/api',
	},
	{
		// 20 % to 50 % off, by model: the least, until the page tells which.
		providers: ['x_ai'],
		tiers: ['batch'],
		factor: [4, 5],
		models: /./,
		source: 'docs.x.ai/developers/pricing: Batch API',
	},
];

/** The rates of one model on every other tier that is known for it. */
export function tierRates({ provider, model, rates }) {
	const seen = new Set();

	return SERVICE_TIERS.flatMap((entry) => {
		if (!entry.providers.includes(provider) || !entry.models.test(model)) return [];
		const tiers = entry.tiers.filter((tier) => !seen.has(tier));
		for (const tier of tiers) seen.add(tier);
		return tiers.flatMap((tier) => rates.flatMap((rate) => onTier(tier, rate, entry)));
	});
}

function onTier(serviceTier, rate, { factor: [numerator, denominator], except = [] }) {
	if (rate.rate === 0 || BESIDE_TOKENS.has(rate.unit) || except.includes(rate.unit)) return [];
	const fraction = { numerator: BigInt(numerator), denominator: BigInt(denominator) };

	return [{ ...rate, rate: timesFraction(rate.rate, fraction), serviceTier }];
}
