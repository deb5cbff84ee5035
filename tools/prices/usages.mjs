// What the check prices: calls in our form, and the same calls as genai-prices counts them.
import { isOtherUnit, PARTS } from '../../core/otherUnits.ts';
import { inputTokens, NO_USAGE, USAGE_BUCKETS } from '../../core/usage.ts';

const WITHIN = new Map(PARTS.map(({ unit, within }) => [unit, within]));

/** Reasoning lies within the output: it is tried as a part of it. */
const DISJOINT_BUCKETS = USAGE_BUCKETS.filter((bucket) => bucket !== 'reasoning');

/** Each unit of a model alone and within its bucket, then mixtures, at sizes on both sides of every tier. */
export function callsFor({ rates }) {
	const edges = rates.flatMap(({ minInputTokens }) =>
		minInputTokens ? [minInputTokens - 1, minInputTokens] : [],
	);
	const sizes = [...new Set([1, 7_777, 1_000_003, ...edges])];
	const others = [...new Set(rates.map(({ unit }) => unit))].filter(isOtherOrReasoning);
	const mixed = { ...NO_USAGE, inputUncached: 4_001, cacheRead: 90_017, output: 9_049 };

	return [
		...sizes.flatMap((size) => [
			...DISJOINT_BUCKETS.map((bucket) => ({ usage: { ...NO_USAGE, [bucket]: size } })),
			...others.map((unit) => withOthers(unit, size)),
		]),
		...edges.map((size) => ({
			usage: { ...mixed, inputUncached: size - 90_037, cacheWrite5m: 7, cacheWrite1h: 13 },
		})),
		{ usage: { ...mixed, cacheWrite5m: 1_203, cacheWrite1h: 333, reasoning: 4_009 } },
		{
			usage: mixed,
			otherUnits: Object.fromEntries(others.filter(isOtherUnit).map((unit) => [unit, 3])),
		},
	];
}

function isOtherOrReasoning(unit) {
	return isOtherUnit(unit) || unit === 'reasoning';
}

function withOthers(unit, size) {
	const bucket = WITHIN.get(unit);
	const usage = { ...NO_USAGE, ...(bucket ? { [bucket]: size + 11 } : {}) };
	if (unit === 'reasoning') return { usage: { ...usage, reasoning: size } };

	return { usage, otherUnits: { [unit]: size } };
}

/**
 * Buckets of ours are disjoint; the library's counts hold what lies within them. Its audio and pictures are those that
 * were read from the cache, too.
 */
export function libraryUsage({ usage, otherUnits = {} }) {
	const { cacheReadAudio = 0, cacheReadImage = 0, inputImage = 0, outputImage = 0 } = otherUnits;
	const { audioSeconds = 0, pages = 0, webSearch = 0, fileSearch = 0 } = otherUnits;

	return {
		input_tokens: inputTokens(usage),
		cache_read_tokens: usage.cacheRead,
		cache_write_tokens: usage.cacheWrite5m + usage.cacheWrite1h,
		cache_write_5m_tokens: usage.cacheWrite5m,
		cache_write_1h_tokens: usage.cacheWrite1h,
		input_audio_tokens: usage.inputAudio + cacheReadAudio,
		cache_audio_read_tokens: cacheReadAudio,
		input_image_tokens: inputImage + cacheReadImage,
		cache_image_read_tokens: cacheReadImage,
		output_tokens: usage.output + usage.outputAudio,
		output_reasoning_tokens: usage.reasoning,
		output_audio_tokens: usage.outputAudio,
		output_image_tokens: outputImage,
		audio_seconds: audioSeconds,
		input_audio_seconds: audioSeconds,
		input_document_pages: pages,
		input_annotated_document_pages: pages,
		web_searches: webSearch,
		storage_searches: fileSearch,
	};
}
