import type { OtherUnits } from '../../otherUnits.ts';
import type { FieldError } from '../../problems.ts';
import { shown } from '../counts.ts';
import { textAt } from '../reading.ts';
import type { JsonRecord, RecognizedReading, ResponseFacts } from '../reading.ts';
import { usdMicroCents } from '../usdAmount.ts';
import { billedOnce } from './billedOnce.ts';

export type TwilioBilling = {
	/** Calls and messages have their price as a text and negative ("-0.00750" was charged), usage records positive. */
	charged: 'negative' | 'positive';
	/** `free`: never charged as it ended, until a price says otherwise. `notYet`: nothing happened that costs. */
	state: 'billed' | 'free' | 'notYet';
	/** Undefined: what is billed is not counted in units of ours. */
	units: OtherUnits | undefined;
	errors: readonly FieldError[];
};

/** Twilio's `price`, in the account's currency; null until it is rated, which takes up to a day. */
export function readTwilioPrice(
	body: JsonRecord,
	facts: ResponseFacts,
	{ charged, state, units, errors: errorsOfUnits }: TwilioBilling,
): RecognizedReading {
	if (errorsOfUnits.length > 0) {
		return { outcome: 'inconsistent', facts, errors: [...errorsOfUnits] };
	}
	const price = body['price'];
	if (price === null || price === undefined || price === '') {
		if (state === 'free') return billedOnce(facts, 0);
		const otherUnits = state === 'notYet' ? {} : units;
		return { outcome: 'missing', facts, answerText: '', reason: notRated(body, facts), otherUnits };
	}
	const errors = [];
	const currency = textAt(body, 'price_unit') ?? 'USD';
	if (currency.toUpperCase() !== 'USD') {
		errors.push({ pointer: '/price_unit', detail: `Expected USD, got ${shown(currency)}` });
	}
	const amount = usdMicroCents(price);
	if (amount === undefined) {
		errors.push({
			pointer: '/price',
			detail: `Expected a decimal amount, got ${shown(price)}`,
		});
	}
	if (errors.length > 0 || amount === undefined) {
		return { outcome: 'inconsistent', facts, errors };
	}
	const cost = charged === 'negative' && amount !== 0 ? -amount : amount;
	return billedOnce(facts, cost, state === 'billed' ? units : undefined);
}

/** Twilio writes counts as texts: `"42"`; undefined: not said. */
export function countedText(body: JsonRecord, key: string, errors: FieldError[]) {
	const value = body[key];
	if (value === undefined || value === null || value === '') return undefined;
	if (/^\d{1,9}$/.test(String(value))) return Number(value);
	errors.push({ pointer: `/${key}`, detail: `Expected a whole number ≥ 0, got ${shown(value)}` });

	return undefined;
}

function notRated(body: JsonRecord, { model }: ResponseFacts): string {
	const status = textAt(body, 'status');
	const state = status ? ` (status ${status})` : '';

	return `Twilio has not rated this ${model ?? 'record'} yet${state}: its price comes later, read the record again then`;
}
