import { HISTORY_DAYS } from '../../../core/behaviour/fitLevels.ts';
import type { CompactCall } from '../../../core/behaviour/compactCall.ts';
import { DAY_MS, MINUTE_MS } from '../../../core/durations.ts';
import type { Database } from '../ports/database.ts';

/** What a baseline is fitted on: a tenant's calls, and the minutes to leave out. */
export type Lesson = {
	/** Minutes since the epoch. */
	excluded: ReadonlySet<number>;
	/** Epoch ms of the first call. */
	firstAt: number;
	pages: AsyncIterable<readonly CompactCall[]>;
};

const MINUTES_PER_DAY = DAY_MS / MINUTE_MS;

/**
 * The last 14 days before `now`, or those since a new normal was decided once it is a day old. Undefined: no day of
 * history. Nothing is read but the first day that has calls, until the pages are asked for.
 */
export async function lessonOf(
	database: Database,
	tenantId: string,
	now: number,
): Promise<Lesson | undefined> {
	const end = Math.floor(now / MINUTE_MS) * MINUTE_MS;
	const whole = end - HISTORY_DAYS * DAY_MS;
	const { learnFrom, spans } = await database.call('excluded_spans', {
		tenantId,
		since: new Date(whole).toISOString(),
		now: new Date(now).toISOString(),
	});
	const excluded = minutesOf(spans, end);
	const since = beginning({ learnFrom, whole, end, excluded });
	const days = callDays(database, tenantId, { since, end });
	const first = await days.next();
	const firstAt = first.done ? undefined : first.value[0]?.[0];
	if (first.done || firstAt === undefined || now - firstAt < DAY_MS) return undefined;

	return { excluded, firstAt, pages: prepended(first.value, days) };
}

/** What was before a new normal is forgotten as soon as there is a day to learn from without it. */
function beginning({
	learnFrom,
	whole,
	end,
	excluded,
}: {
	learnFrom: number | null;
	whole: number;
	end: number;
	excluded: ReadonlySet<number>;
}): number {
	if (learnFrom === null || learnFrom <= whole) return whole;
	const since = Math.floor(learnFrom / MINUTE_MS) * MINUTE_MS;
	const leftOut = [...excluded].filter((minute) => minute * MINUTE_MS >= since).length;
	const learnable = (end - since) / MINUTE_MS - leftOut;

	return learnable >= MINUTES_PER_DAY ? since : whole;
}

/** The calls of each day that has any. Days begin with a minute, so no minute is in two of them. */
async function* callDays(
	database: Database,
	tenantId: string,
	{ since, end }: { since: number; end: number },
): AsyncGenerator<readonly CompactCall[], void> {
	for (let from = since; from < end; from += DAY_MS) {
		const calls = await database.call('tenant_calls', {
			tenantId,
			since: new Date(from).toISOString(),
			until: new Date(Math.min(end, from + DAY_MS)).toISOString(),
		});
		if (calls.length > 0) yield calls;
	}
}

async function* prepended<Item>(first: Item, rest: AsyncIterable<Item>): AsyncGenerator<Item> {
	yield first;
	yield* rest;
}

/** Minutes that lie in a span, wholly or in part. */
function minutesOf(spans: readonly (readonly [number, number])[], end: number): Set<number> {
	const minutes = new Set<number>();
	for (const [from, to] of spans) {
		const last = Math.min(to, end);
		for (let at = Math.floor(from / MINUTE_MS) * MINUTE_MS; at < last; at += MINUTE_MS) {
			minutes.add(at / MINUTE_MS);
		}
	}
	return minutes;
}
