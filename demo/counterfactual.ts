import { loadPriceBook } from '../anomaly-service/src/priceData.ts';
import { createPricer } from '../anomaly-service/src/stages/price.ts';
import type { MicroCents } from '../core/money.ts';
import { toUsageEvent } from './traffic/call.ts';
import { runaway } from './traffic/runaway.ts';

/** The models of the replay all have a price. */
const NO_CEILING = { input: 0, output: 0 };

/** What the same runaway would have cost by the time a daily billing alert arrives: every call of it, priced. */
export async function costWithoutFuse(
	tenantId: string,
	{ from, minutes }: { from: number; minutes: number },
): Promise<MicroCents> {
	const pricer = createPricer(await loadPriceBook(), () => NO_CEILING);
	let total = 0;
	for (const call of runaway({ tenantId, from, minutes })) {
		const { usage, provider, model } = toUsageEvent(call).data;
		const { costMicroCents } = pricer.priceUsage({ usage, provider, model, at: call.at });
		total += costMicroCents;
	}
	return total;
}
