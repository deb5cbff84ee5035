// Which price of genai-prices is which unit of core/rateSheet.ts, and how many units the library's price is for.
import { fractionOf, timesFraction } from './decimals.mjs';

const MICRO_CENTS_PER_USD = 100_000_000;
const UNITS_PER_RATE = 1_000_000;

/** Our unit ← price keys of genai-prices, the first that a model has, and the units that price is for. */
export const UNITS = {
	inputUncached: { keys: ['input_mtok'], per: 1_000_000 },
	cacheRead: { keys: ['cache_read_mtok'], per: 1_000_000 },
	cacheWrite5m: { keys: ['cache_write_mtok'], per: 1_000_000 },
	cacheWrite1h: { keys: ['cache_write_1h_mtok'], per: 1_000_000 },
	inputAudio: { keys: ['input_audio_mtok'], per: 1_000_000 },
	inputImage: { keys: ['input_image_mtok'], per: 1_000_000 },
	cacheReadAudio: { keys: ['cache_audio_read_mtok'], per: 1_000_000 },
	cacheReadImage: { keys: ['cache_image_read_mtok'], per: 1_000_000 },
	output: { keys: ['output_mtok'], per: 1_000_000 },
	reasoning: { keys: ['output_reasoning_mtok'], per: 1_000_000 },
	outputAudio: { keys: ['output_audio_mtok'], per: 1_000_000 },
	outputImage: { keys: ['output_image_mtok'], per: 1_000_000 },
	webSearch: { keys: ['web_searches_kcount'], per: 1_000 },
	fileSearch: { keys: ['storage_searches_kcount'], per: 1_000 },
	requests: { keys: ['requests_kcount'], per: 1_000 },
	audioSeconds: { keys: ['input_audio_hours', 'audio_hours'], per: 3_600 },
	// A page with annotations costs more than one without; the vendor tells pages apart in another field.
	pages: { keys: ['input_annotated_document_kpages', 'input_document_kpages'], per: 1_000 },
};

/** Prices of the library that no unit of ours stands for, with the reason. A key that is in neither list is an error. */
export const LEFT_OUT = {
	input_video_mtok: 'no vendor answer tells video apart from the other input',
	output_video_mtok: 'no vendor answer tells video apart from the other output',
	output_citation_mtok: 'Perplexity counts citations in a field of its own that no unit stands for',
	input_text_messages_kcount: 'messages of a voice session are in no answer',
};

/** Billed beside the tokens: no service tier discounts it. */
export const BESIDE_TOKENS = new Set([
	'webSearch',
	'webFetch',
	'fileSearch',
	'codeInterpreter',
	'requests',
	'audioSeconds',
	'pages',
]);

/** USD for so many units → µ¢ per million units. Some library prices are periodic fractions; they round here. */
export function toRate(usd, per) {
	const { numerator, denominator } = fractionOf(usd);

	return timesFraction(MICRO_CENTS_PER_USD, {
		numerator: numerator * BigInt(UNITS_PER_RATE),
		denominator: denominator * BigInt(per),
	});
}
