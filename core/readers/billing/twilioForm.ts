import { shown } from '../counts.ts';
import { textAt } from '../reading.ts';
import type { JsonRecord, RecognizedReading, ResponseFacts } from '../reading.ts';
import { usdMicroCents } from '../usdAmount.ts';
import { billedOnce } from './billedOnce.ts';

/**
 * Twilio's `price`, in the account's currency. Calls and messages have it as a text and negative ("-0.00750" was
 * charged), and null until they are rated; usage records have it as a positive number.
 */
export function readTwilioPrice(
	body: JsonRecord,
	charged: 'negative' | 'positive',
	facts: ResponseFacts,
): RecognizedReading {
	const price = body['price'];
	if (price === null || price === undefined || price === '') {
		return { outcome: 'missing', facts, answerText: '', reason: notRated(body, facts) };
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
	return billedOnce(facts, charged === 'negative' && amount !== 0 ? -amount : amount);
}

function notRated(body: JsonRecord, { model }: ResponseFacts): string {
	const status = textAt(body, 'status');
	const state = status ? ` (status ${status})` : '';

	return `Twilio has not rated this ${model ?? 'record'} yet${state}: its price comes later, read the record again then`;
}
