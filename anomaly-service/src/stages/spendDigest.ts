import { WEEK_MS } from '../../../core/durations.ts';
import {
	changeFrom,
	digestSpans,
	expectation,
	moversOf,
	NO_SPEND,
	type DaySpend,
	type TenantDays,
} from '../../../core/spendDigest.ts';
import { iso, utcDay } from '../../../core/utc.ts';
import type { Database } from '../ports/database.ts';
import type { ReportFunctions, SpendSums } from '../ports/reportFunctions.ts';
import { digestText, type DigestFacts } from './digestText.ts';

type Days = ReportFunctions['spend_digest']['result'];
type Asked = { day: string; timeZone: string; tenantId: string | null };

/** Tenants, models and movers shown of a day. */
const TOP = 10;
const WEEK = 7;

/** One day's spend against expected activity: what was used, by whom, and what is unlike the four weeks before. */
export async function spendDigest(database: Database, asked: Asked) {
	const { day, timeZone, tenantId } = asked;
	const spans = digestSpans(timeZone, day);
	const days = await database.call('spend_digest', { days: spans, tenantId, top: TOP });
	const facts = factsOf(day, days);
	const [[from, to] = [0, 0]] = spans;

	return {
		...{ day, timeZone, tenantId },
		...{ from: iso(from), to: iso(to) },
		...facts,
		...digestText(facts),
	};
}

function factsOf(day: string, { totals, tenants, models, unpriced, incidents }: Days): DigestFacts {
	const [today = NO_SUMS, ...before] = totals;
	const expected = expectation(before);
	const byTenant = tenants.map(allDays);

	return {
		day,
		totals: today,
		expected: expected ? { basis: expected.basis, days: expected.days } : null,
		change: expected ? changeFrom(expected, today) : null,
		cachedShare: shareOf(today),
		lastWeek: { day: weekBefore(day), ...spendOf(totals[WEEK] ?? NO_SUMS) },
		topTenants: topTenants(byTenant),
		topModels: models,
		movers: moversOf(byTenant, TOP),
		unknownPrices: unpriced,
		incidents,
	};
}

/** Days without a call are not in the answer of the database. */
function allDays({ tenantId, days }: Days['tenants'][number]): TenantDays {
	const last = days.at(-1)?.[0] ?? 0;
	const filled: DaySpend[] = Array.from({ length: last + 1 }, () => NO_SPEND);
	for (const [day, calls, costMicroCents] of days) filled[day] = { calls, costMicroCents };

	return { tenantId, days: filled };
}

function topTenants(tenants: readonly TenantDays[]): DigestFacts['topTenants'] {
	return tenants
		.map(({ tenantId, days: [today = NO_SPEND] }) => ({ tenantId, ...today }))
		.filter(({ calls }) => calls > 0)
		.sort((a, b) => b.costMicroCents - a.costMicroCents || (a.tenantId < b.tenantId ? -1 : 1))
		.slice(0, TOP);
}

/** Of all input that was read from a cache, with four decimals; null: there was no input. */
function shareOf({ inputTokens, cachedInputTokens }: SpendSums): number | null {
	return inputTokens === 0 ? null : Math.round((cachedInputTokens / inputTokens) * 10_000) / 10_000;
}

function spendOf({ calls, costMicroCents }: SpendSums): DaySpend {
	return { calls, costMicroCents };
}

function weekBefore(day: string): string {
	return utcDay(Date.parse(day) - WEEK_MS);
}

const NO_SUMS: SpendSums = {
	calls: 0,
	failedCalls: 0,
	inputTokens: 0,
	cachedInputTokens: 0,
	outputTokens: 0,
	costMicroCents: 0,
	estimatedCostMicroCents: 0,
};
