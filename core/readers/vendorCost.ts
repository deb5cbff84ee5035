import type { MicroCents } from '../money.ts';
import { isCount, shown, type Counts } from './counts.ts';
import { isRecord, recordAt, type JsonRecord } from './reading.ts';
import { usdMicroCents } from './usdAmount.ts';

/** xAI bills in ticks of 10⁻¹⁰ USD. */
const TICKS_PER_MICRO_CENT = 100;

/**
 * What the vendor says it charged. OpenRouter says it in USD; with the customer's own vendor key `cost` is only its fee
 * and the vendor's bill comes on top. Perplexity itemizes and gives a sum, xAI counts ticks, tools included. Undefined
 * for vendors that report tokens only.
 */
export function vendorCost(usage: JsonRecord, counts: Counts): MicroCents | undefined {
	const ticks = usage['cost_in_usd_ticks'];
	if (ticks !== undefined && ticks !== null) return fromTicks(ticks, counts);

	const reported = usage['cost'];
	const cost = isRecord(reported) ? reported['total_cost'] : reported;
	if (cost === undefined || cost === null) return undefined;

	const upstream = recordAt(usage, 'cost_details')['upstream_inference_cost'];
	const extra = usage['is_byok'] === true && typeof upstream === 'number' ? upstream : 0;
	const amount = extra === 0 ? usdMicroCents(cost) : usdMicroCents(cost, extra);
	if (amount !== undefined && Number(cost) >= 0 && extra >= 0) return amount;

	counts.errors.push({
		pointer: '/usage/cost',
		detail: `Expected USD as a number ≥ 0, got ${shown(cost)}`,
	});
	return undefined;
}

function fromTicks(ticks: unknown, counts: Counts): MicroCents | undefined {
	if (isCount(ticks)) return Math.round(ticks / TICKS_PER_MICRO_CENT);

	counts.errors.push({
		pointer: '/usage/cost_in_usd_ticks',
		detail: `Expected a whole number of ticks ≥ 0, got ${shown(ticks)}`,
	});
	return undefined;
}
