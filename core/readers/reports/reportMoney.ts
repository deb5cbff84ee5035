import type { MicroCents } from '../../money.ts';
import { shown } from '../counts.ts';
import type { JsonRecord } from '../reading.ts';
import { usdMicroCents } from '../usdAmount.ts';
import type { Place } from './reportReading.ts';

type Money = { amount: unknown; field: string; currency?: { value: unknown; field: string } };

/** An amount in USD; undefined when it is none, and then `errors` says so. A currency that is not told is USD. */
export function readUsd(money: Money, place: Place): MicroCents | undefined {
	return readAmount(money, place, usdMicroCents(money.amount));
}

/** An amount in cents: Anthropic writes 1.23 USD as `"123.45"`. */
export function readUsdCents(money: Money, place: Place): MicroCents | undefined {
	const { amount } = money;

	return readAmount(
		money,
		place,
		// The exponent moves the point; a text with one of its own is refused.
		typeof amount === 'string' ? usdMicroCents(`${amount}e-2`) : undefined,
	);
}

/** The amount in USD in a field of a record. */
export function readUsdAt(record: JsonRecord, field: string, place: Place): MicroCents | undefined {
	return readUsd({ amount: record[field], field }, place);
}

function readAmount(
	{ amount, field, currency }: Money,
	{ pointer, errors }: Place,
	read: MicroCents | undefined,
): MicroCents | undefined {
	const said = currency?.value ?? 'USD';
	if (currency && String(said).toUpperCase() !== 'USD') {
		errors.push({
			pointer: `${pointer}/${currency.field}`,
			detail: `Expected USD, got ${shown(said)}`,
		});
		return undefined;
	}
	if (read === undefined) {
		errors.push({
			pointer: `${pointer}/${field}`,
			detail: `Expected a decimal amount, got ${shown(amount)}`,
		});
	}
	return read;
}
