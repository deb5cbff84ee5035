import { usdToMicroCents, type MicroCents } from '../money.ts';
import { shown, type Counts } from './counts.ts';
import { recordAt, type JsonRecord } from './reading.ts';

/**
 * What OpenRouter says it charged, in USD. With the customer's own vendor key `cost` is only its fee and the vendor's
 * bill comes on top. Undefined for vendors that report tokens only.
 */
export function vendorCost(usage: JsonRecord, counts: Counts): MicroCents | undefined {
	const cost = usage['cost'];
	if (cost === undefined || cost === null) return undefined;

	const upstream = recordAt(usage, 'cost_details')['upstream_inference_cost'];
	const extra = usage['is_byok'] === true && typeof upstream === 'number' ? upstream : 0;
	if (typeof cost === 'number' && cost >= 0 && extra >= 0) {
		const amount = usdToMicroCents(cost + extra);
		if (Number.isSafeInteger(amount)) return amount;
	}
	counts.errors.push({
		pointer: '/usage/cost',
		detail: `Expected USD as a number ≥ 0, got ${shown(cost)}`,
	});
	return undefined;
}
