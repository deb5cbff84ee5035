import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { usdMicroCents } from '../../../../core/readers/usdAmount.ts';
import { loadCollection, theirReading, type Collected } from '../../../support/collection.ts';
import { ROOT } from '../../../support/paths.ts';
import { committedBook, listPrice } from '../../../support/recordedPrice.ts';

type PricedRecording = {
	guarantee: string;
	body: Record<string, unknown>;
	model?: string;
	at: string;
	costMicroCents: number;
};

const book = committedBook();

const recordings: PricedRecording[] = JSON.parse(
	readFileSync(join(ROOT, 'test/golden/usages/prices.json'), 'utf8'),
);

describe('what a recorded response costs', () => {
	it.each(recordings)('$guarantee', ({ body, model, at, costMicroCents }) => {
		expect(listPrice(book, { body, model, at: Date.parse(at) })).toBe(costMicroCents);
	});
});

/**
 * The collection was priced as of a day before every change of a price since December 2025 that the list knows: no
 * later moment and none in DeepSeek's dear hours gives its prices.
 */
const PRICED_AT = Date.UTC(2025, 10, 1, 12);

/** Half a µ¢ is rounded for each line of the bill, and the other implementation rounds input and output. */
const TOLERANCE_MICRO_CENTS = 1;

const SEARCHES = 'searches are billed beside the tokens, 0.01 USD each';
const ITERATIONS = 'what compaction and the advisor used is billed and not in the totals';
const FLEX = 'the tier flex costs half';
const CACHED = 'num_cached_tokens are read from the cache, at a tenth of the price';
const THOUGHTS = 'what Gemini thought is in total_tokens alone, and is billed as output';
const AUDIO = 'audio is dearer than text, which the other implementation takes it for';
const CORRECTED =
	'the other implementation has since corrected its price of 1 USD for output to 0.10 USD';

const ANTHROPIC = 'models/cassettes/test_anthropic/test_anthropic';
const MATRIX = 'models/cassettes/test_multimodal_tool_returns/test_multimodal_tool_return_matrix';

/** Every deliberate difference: file of the recording, what its recordings cost by us in µ¢, and why. */
const DIFFERENCES: ReadonlyArray<
	readonly [file: string, costs: readonly number[], reason: string]
> = [
	[
		'models/cassettes/test_google/test_google_model_receive_web_search_history_from_another_provider.yaml',
		[5208700],
		SEARCHES,
	],
	['models/cassettes/test_google/test_google_vertex_service_tier_flex.yaml', [7925], FLEX],
	[`${ANTHROPIC}_advisor_tool.yaml`, [1913000], ITERATIONS],
	[`${ANTHROPIC}_compaction_usage_with_cache.yaml`, [20880000], ITERATIONS],
	['models/cassettes/test_anthropic/test_pause_turn_web_search_vcr.yaml', [304530650], SEARCHES],
	[`${ANTHROPIC}_compaction_end_to_end.yaml`, [16824300], ITERATIONS],
	[`${ANTHROPIC}_advisor_tool_redacted.yaml`, [3721400], ITERATIONS],
	[`${ANTHROPIC}_web_search_tool.yaml`, [7773700], SEARCHES],
	[`${ANTHROPIC}_text_parts_ahead_of_built_in_tool_call.yaml`, [6072400], SEARCHES],
	[`${MATRIX}[tool_return_content-url_force_download-image-mistral].yaml`, [28232], CACHED],
	[`${MATRIX}[tool_return_content-url-document-mistral].yaml`, [2608], CACHED],
	[`${MATRIX}[tool_return_content-url-image-mistral].yaml`, [2608], CACHED],
	[`${MATRIX}[direct-url_force_download-image-mistral].yaml`, [28592], CACHED],
	[`${MATRIX}[tool_return_content-url_force_download-video-mistral].yaml`, [2608], CACHED],
	[`${MATRIX}[tool_return_content-binary-video-mistral].yaml`, [2608], CACHED],
	[`${MATRIX}[tool_return_content-binary-document-mistral].yaml`, [8632], CACHED],
	[
		'models/cassettes/test_openai/test_compatible_api_with_tool_calls_without_id.yaml',
		[78375, 42250],
		THOUGHTS,
	],
	['models/cassettes/test_openai/test_openai_audio_url_input.yaml', [351000], AUDIO],
	['cassettes/test_settings/test_stop_settings[mistral].yaml', [340], CORRECTED],
];

const collected = loadCollection();

if (collected) {
	const priced = collected.flatMap((recording, index) => {
		const expected = theirPrice(recording);
		const { file } = recording.body;
		return expected === undefined ? [] : [{ index, file, recording, expected }];
	});
	const ours = ({ body, model }: Collected): number =>
		listPrice(book, { body, model, at: PRICED_AT });
	const differs = ({ recording, expected }: (typeof priced)[number]): boolean =>
		Math.abs(ours(recording) - expected) > TOLERANCE_MICRO_CENTS;

	describe('the whole collection of recorded usages', () => {
		it('has 733 recordings that the other implementation has a price for', () => {
			expect(priced).toHaveLength(733);
		});

		it.each(DIFFERENCES)('%s costs %j: %s', (file, costs) => {
			const other = priced.filter((entry) => entry.file === file && differs(entry));

			expect(other.map(({ recording }) => ours(recording))).toEqual(costs);
		});

		const meant = new Set(DIFFERENCES.map(([file]) => file));

		it.each(priced.filter((entry) => !meant.has(entry.file) || !differs(entry)))(
			'costs $expected µ¢ by both: $index $file',
			({ recording, expected }) => {
				expect(Math.abs(ours(recording) - expected)).toBeLessThanOrEqual(TOLERANCE_MICRO_CENTS);
			},
		);
	});
}

function theirPrice(recording: Collected): number | undefined {
	const { input_price: input, output_price: output = 0 } = theirReading(recording)?.extractor ?? {};

	return input === undefined ? undefined : usdMicroCents(input, output);
}
