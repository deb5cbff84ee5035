import { NO_USAGE } from '../../usage.ts';
import { billedUnits } from '../billedUnits.ts';
import { Counts } from '../counts.ts';
import { textAt, type JsonRecord } from '../reading.ts';
import { tierInUsage } from '../serviceTier.ts';
import { hasBuckets, readPage, resultsOf, type PageLine } from './reportPage.ts';
import type { Place, ReportReader } from './reportReading.ts';

/**
 * `GET /v1/organizations/usage_report/messages` of Anthropic. Asked for with `group_by[]` of `api_key_id`, `model`,
 * `service_tier` and `context_window` it can be priced.
 */
export const anthropicUsage: ReportReader = {
	name: 'anthropicUsage',

	matches: (body) =>
		hasBuckets(body, 'starting_at') &&
		resultsOf(body).some((result) => 'uncached_input_tokens' in result),

	read: (body) =>
		readPage(body, {
			report: 'anthropicUsage',
			provider: 'anthropic',
			start: 'starting_at',
			lineOf,
		}),
};

/** The buckets are disjoint, as in the vendor's responses. Thinking lies within the output and is not told apart. */
function lineOf(result: JsonRecord, { pointer, errors }: Place): PageLine | undefined {
	const counts = new Counts(result, pointer);
	const webSearch = counts.get('server_tool_use', 'web_search_requests');
	const usage = {
		...NO_USAGE,
		inputUncached: counts.get('uncached_input_tokens'),
		cacheRead: counts.get('cache_read_input_tokens'),
		cacheWrite5m: counts.get('cache_creation', 'ephemeral_5m_input_tokens'),
		cacheWrite1h: counts.get('cache_creation', 'ephemeral_1h_input_tokens'),
		output: counts.get('output_tokens'),
	};
	errors.push(...counts.errors);
	if (counts.errors.length > 0) return undefined;

	return {
		keyId: textAt(result, 'api_key_id') ?? null,
		model: textAt(result, 'model') ?? null,
		usage,
		otherUnits: billedUnits({ webSearch }),
		serviceTier: tierInUsage(result),
		isLongContext: textAt(result, 'context_window')?.startsWith('200k') ?? false,
	};
}
