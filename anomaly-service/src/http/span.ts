import { DAY_MS } from '../../../core/durations.ts';
import { invalidRequest } from './invalidRequest.ts';

const DEFAULT_SPAN_MS = 30 * DAY_MS;
/** A million calls take 1 to 3 s, and Postgres ends what takes 30: a report over more is made of several. */
const MAX_SPAN_MS = 366 * DAY_MS;

/**
 * The span a report is of, epoch ms in, ISO 8601 out; 30 days unless it says when it begins. Refuses one that is empty or
 * too long.
 */
export function isoSpan(
	{ from: asked, to }: { from: number | undefined; to: number },
	part: 'query' | 'body' = 'query',
) {
	const from = asked ?? to - DEFAULT_SPAN_MS;
	if (from < to && to - from <= MAX_SPAN_MS) {
		return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
	}
	const detail = from < to ? 'is more than 366 days before the end' : 'is not before the end';
	throw invalidRequest(part, [{ pointer: '/from', detail }]);
}
