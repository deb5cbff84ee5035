import type { OtherUnits } from '../../otherUnits.ts';
import type { Usage } from '../../usage.ts';
import { billedUnits } from '../billedUnits.ts';
import { Counts, shown } from '../counts.ts';
import { textAt, type JsonRecord } from '../reading.ts';
import { serviceTier } from '../serviceTier.ts';
import { isOpenaiPage } from './openaiCosts.ts';
import { readPage, resultsOf, type PageLine } from './reportPage.ts';
import type { Place, ReportReader } from './reportReading.ts';

const KINDS: readonly unknown[] = [
	'organization.usage.completions.result',
	'organization.usage.embeddings.result',
];

/**
 * `GET /organization/usage/completions` and `…/embeddings` of OpenAI. Asked for with
 * `group_by=api_key_id,model,batch,service_tier` it can be priced.
 */
export const openaiUsage: ReportReader = {
	name: 'openaiUsage',

	matches: (body) => isOpenaiPage(body) && resultsOf(body).length > 0,

	read: (body) =>
		readPage(body, {
			report: 'openaiUsage',
			provider: 'openai',
			start: 'start_time',
			lineOf,
		}),
};

function lineOf(result: JsonRecord, { pointer, errors }: Place): PageLine | undefined {
	const kind = result['object'];
	if (!KINDS.includes(kind)) {
		errors.push({
			pointer: `${pointer}/object`,
			detail: `Expected the use of completions or embeddings, got ${shown(kind)}`,
		});
		return undefined;
	}
	const counts = new Counts(result, pointer);
	const usage = buckets(counts);
	const otherUnits = images(counts);
	errors.push(...counts.errors);
	if (counts.errors.length > 0) return undefined;

	return {
		keyId: textAt(result, 'api_key_id') ?? null,
		model: textAt(result, 'model') ?? null,
		usage,
		otherUnits,
		serviceTier: serviceTier(result['batch'] === true ? 'batch' : textAt(result, 'service_tier')),
	};
}

/** `input_tokens` includes what was read from and written to the cache, and `output_tokens` the audio. */
function buckets(counts: Counts): Usage {
	const input = counts.get('input_tokens');
	const output = counts.get('output_tokens');
	const cacheRead = counts.get('input_cached_tokens');
	const cacheWrite5m = counts.get('input_cache_write_tokens');
	const inputAudio = counts.get('input_audio_tokens');
	const outputAudio = counts.get('output_audio_tokens');
	counts.within(
		'input_tokens',
		{ name: 'cached, cache-write and audio tokens', count: cacheRead + cacheWrite5m + inputAudio },
		{ name: 'input_tokens', count: input },
	);
	counts.within(
		'output_audio_tokens',
		{ name: 'output_audio_tokens', count: outputAudio },
		{ name: 'output_tokens', count: output },
	);

	return {
		inputUncached: Math.max(0, input - cacheRead - cacheWrite5m - inputAudio),
		...{ cacheRead, cacheWrite5m, cacheWrite1h: 0, inputAudio },
		output: Math.max(0, output - outputAudio),
		...{ reasoning: 0, outputAudio },
	};
}

function images(counts: Counts): OtherUnits | undefined {
	return billedUnits({
		inputImage: counts.get('input_image_tokens'),
		cacheReadImage: counts.get('input_cached_image_tokens'),
		cacheReadAudio: counts.get('input_cached_audio_tokens'),
		outputImage: counts.get('output_image_tokens'),
	});
}
