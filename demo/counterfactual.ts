import { loadPriceBook } from '../anomaly-service/src/priceData.ts';
import { priceUsage } from '../core/prices.ts';
import type { MicroCents } from '../core/money.ts';
import { toUsageEvent } from './traffic/call.ts';
import { runaway } from './traffic/runaway.ts';

/** What the same runaway would have cost by the time a daily billing alert arrives: every call of it, priced. */
export async function costWithoutFuse(
	tenantId: string,
	{ from, minutes }: { from: number; minutes: number },
): Promise<MicroCents> {
	const prices = await loadPriceBook();
	let total = 0;
	for (const call of runaway({ tenantId, from, minutes })) {
		const { usage, provider, model } = toUsageEvent(call).data;
		total += priceUsage(usage, prices.find(provider, model)?.rates ?? []).costMicroCents;
	}
	return total;
}
