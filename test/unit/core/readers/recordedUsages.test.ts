import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inputTokens, NO_USAGE, outputTokens, type Usage } from '../../../../core/usage.ts';
import { readUsage } from '../../../../core/readers/index.ts';
import {
	loadCollection,
	readerName,
	theirReading,
	type Collected,
	type Counts,
} from '../../../support/collection.ts';
import { ROOT } from '../../../support/paths.ts';

type Recording = {
	guarantee: string;
	reader: string;
	body: Record<string, unknown>;
	expected: {
		provider: string;
		calls: Array<{ model?: string; usage: Partial<Usage> }>;
		costMicroCents?: number;
		otherUnits?: Record<string, number>;
	};
};

const recordings: Recording[] = JSON.parse(
	readFileSync(join(ROOT, 'test/golden/usages/usages.json'), 'utf8'),
);

describe('recorded usages of real vendors', () => {
	it.each(recordings)('$guarantee', ({ reader, body, expected }) => {
		const reading = readUsage(body);

		expect(readerName(body)).toBe(reader);
		expect(reading).toMatchObject({ outcome: 'read', facts: { provider: expected.provider } });
		if (reading.outcome !== 'read') return;
		expect(reading.calls).toEqual(
			expected.calls.map(({ model, usage }) => ({ model, usage: { ...NO_USAGE, ...usage } })),
		);
		expect(reading.costMicroCents).toBe(expected.costMicroCents);
		expect(reading.otherUnits).toEqual(expected.otherUnits);
	});
});

const ADVISOR = 'the advisor ran with another model, which the totals leave out';
const COMPACTION = 'the totals leave out what compaction read, wrote to the cache and generated';
const THOUGHTS = 'what Gemini thought is in total_tokens alone, and is billed as output';
const CACHED =
	'the other implementation does not read num_cached_tokens; to us they are cache reads';

/** Every deliberate difference: file of the recording, how many of its recordings differ, and why. */
const DIFFERENCES: ReadonlyArray<readonly [file: string, recordings: number, reason: string]> = [
	['models/cassettes/test_anthropic/test_anthropic_advisor_tool.yaml', 1, ADVISOR],
	['models/cassettes/test_anthropic/test_anthropic_advisor_tool_redacted.yaml', 1, ADVISOR],
	['models/cassettes/test_anthropic/test_anthropic_compaction_end_to_end.yaml', 1, COMPACTION],
	[
		'models/cassettes/test_anthropic/test_anthropic_compaction_usage_with_cache.yaml',
		1,
		COMPACTION,
	],
	['models/cassettes/test_openai/test_compatible_api_with_tool_calls_without_id.yaml', 2, THOUGHTS],
	[
		'models/cassettes/test_multimodal_tool_returns/test_multimodal_tool_return_matrix[direct-url_force_download-image-mistral].yaml',
		1,
		CACHED,
	],
	[
		'models/cassettes/test_multimodal_tool_returns/test_multimodal_tool_return_matrix[tool_return_content-binary-document-mistral].yaml',
		1,
		CACHED,
	],
	[
		'models/cassettes/test_multimodal_tool_returns/test_multimodal_tool_return_matrix[tool_return_content-binary-video-mistral].yaml',
		1,
		CACHED,
	],
	[
		'models/cassettes/test_multimodal_tool_returns/test_multimodal_tool_return_matrix[tool_return_content-url-document-mistral].yaml',
		1,
		CACHED,
	],
	[
		'models/cassettes/test_multimodal_tool_returns/test_multimodal_tool_return_matrix[tool_return_content-url-image-mistral].yaml',
		1,
		CACHED,
	],
	[
		'models/cassettes/test_multimodal_tool_returns/test_multimodal_tool_return_matrix[tool_return_content-url_force_download-image-mistral].yaml',
		1,
		CACHED,
	],
	[
		'models/cassettes/test_multimodal_tool_returns/test_multimodal_tool_return_matrix[tool_return_content-url_force_download-video-mistral].yaml',
		1,
		CACHED,
	],
	[
		'models/cassettes/test_tool_choice_matrix/test_tool_choice_matrix[auto-mistral].yaml',
		1,
		CACHED,
	],
	[
		'models/cassettes/test_tool_choice_matrix/test_tool_choice_matrix[list_single-mistral].yaml',
		1,
		CACHED,
	],
	[
		'models/cassettes/test_tool_choice_matrix/test_tool_choice_matrix[none-mistral].yaml',
		1,
		CACHED,
	],
	[
		'models/cassettes/test_tool_choice_matrix/test_tool_choice_matrix[none_with_output-mistral].yaml',
		1,
		CACHED,
	],
	[
		'models/cassettes/test_tool_choice_matrix/test_tool_choice_matrix[tools_plus_output-mistral].yaml',
		2,
		CACHED,
	],
];

const collected = loadCollection();

if (collected) {
	const named = collected.map((recording, index) => ({ ...recording, index }));
	const differs = (recording: Collected): boolean =>
		JSON.stringify(ours(recording)) !== JSON.stringify(theirs(recording));

	describe('the whole collection of recorded usages', () => {
		it('has 925 recordings, each read without a contradiction', () => {
			const unread = collected.filter(({ body }) => readUsage(body).outcome !== 'read');

			expect(collected).toHaveLength(925);
			expect(unread).toEqual([]);
		});

		it('differs from the other implementation only where it is meant to', () => {
			const files = named.filter(differs).map(({ body }) => body.file);
			const counted = [...new Set(files)].map(
				(file) => [file, files.filter((other) => other === file).length] as const,
			);

			expect(new Map(counted)).toEqual(
				new Map(DIFFERENCES.map(([file, recorded]) => [file, recorded])),
			);
		});

		const meant = new Set(DIFFERENCES.map(([file]) => file));

		it.each(named.filter(({ body }) => !meant.has(body.file)))(
			'is read like the other implementation reads it: $index $body.file',
			(recording) => {
				expect(ours(recording)).toEqual(theirs(recording));
			},
		);
	});
}

/** Our buckets in the terms of the other implementation, all models of a response together. */
function ours({ body }: Collected): Counts {
	const reading = readUsage(body);
	if (reading.outcome !== 'read') return {};
	const sum = (count: (usage: Usage) => number): number =>
		reading.calls.reduce((total, { usage }) => total + count(usage), 0);

	return {
		input: sum(inputTokens),
		output: sum(outputTokens),
		cacheRead: sum(({ cacheRead }) => cacheRead),
		cacheWrite: sum(({ cacheWrite5m, cacheWrite1h }) => cacheWrite5m + cacheWrite1h),
		uncachedAudio: sum(({ inputAudio }) => inputAudio),
		reasoning: sum(({ reasoning }) => reasoning),
		searches: reading.otherUnits?.webSearch ?? 0,
	};
}

function theirs(recording: Collected): Counts {
	const usage = theirReading(recording)?.usage ?? {};
	const count = (name: string): number => usage[name] ?? 0;

	return {
		input: count('input_tokens'),
		output: count('output_tokens'),
		cacheRead: count('cache_read_tokens'),
		// Where the lifetime is given they repeat the count under a name of its own.
		cacheWrite: count('cache_write_tokens'),
		uncachedAudio: count('input_audio_tokens') - count('cache_audio_read_tokens'),
		reasoning: count('output_reasoning_tokens'),
		searches: count('web_searches'),
	};
}
