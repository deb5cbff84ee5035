import { z } from 'zod';
import { isRateLimitHeader } from '../../../../core/readers/rateLimitHeaders.ts';
import { text } from './common.ts';

/** A vendor sends up to a dozen; room for those who report all headers of a response. */
const MAX_HEADERS = 30;
/** Cookies and policies are long, and dropped; they are no reason to refuse the event. */
const MAX_VALUE = 4000;

/** Headers of a vendor's response. Only those that tell of rate limits are kept, the rest may hold secrets. */
export const rateLimitHeaders = z
	.record(text(100).min(1), text(MAX_VALUE))
	.refine((headers) => Object.keys(headers).length <= MAX_HEADERS, {
		message: `expected at most ${MAX_HEADERS} headers`,
	})
	.transform((headers) =>
		Object.fromEntries(
			Object.entries(headers)
				.filter(([name]) => isRateLimitHeader(name))
				.map(([name, value]) => [name.toLowerCase(), value]),
		),
	)
	.meta({
		description:
			'Rate-limit headers of the vendor’s response: x-ratelimit-…, anthropic-ratelimit-…, retry-after. Others are dropped',
		examples: [{ 'x-ratelimit-limit-requests': '500', 'x-ratelimit-remaining-requests': '499' }],
	});
