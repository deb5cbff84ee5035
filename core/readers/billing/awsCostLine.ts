import { shown } from '../counts.ts';
import { textAt, type UsageReader } from '../reading.ts';
import { usdMicroCents } from '../usdAmount.ts';
import { awsLineId, awsProduct, isAwsLine } from './awsLine.ts';
import { billFacts, billedOnce } from './billedOnce.ts';

/**
 * One line of an AWS Cost and Usage Report 2.0, from CSV or Parquet. `requestId` is its id in this export;
 * awsLineIdentity finds the line in the next one.
 */
export const awsCostLine: UsageReader = {
	name: 'awsCostLine',
	signs: ['line_item_unblended_cost'],

	matches: isAwsLine,

	read(body) {
		const facts = billFacts('aws', awsProduct(body) ?? 'unknown', awsLineId(body));
		const cost = body['line_item_unblended_cost'];
		if (cost === null || cost === '') {
			const reason = 'AWS has not put a cost on this line yet: it comes with a later report';
			return { outcome: 'missing', facts, answerText: '', reason };
		}
		const errors = [];
		const currency = textAt(body, 'line_item_currency_code') ?? 'USD';
		if (currency !== 'USD') {
			errors.push({
				pointer: '/line_item_currency_code',
				detail: `Expected USD, got ${shown(currency)}`,
			});
		}
		const amount = usdMicroCents(cost);
		if (amount === undefined) {
			errors.push({
				pointer: '/line_item_unblended_cost',
				detail: `Expected a decimal amount, got ${shown(cost)}`,
			});
		}
		return errors.length > 0 || amount === undefined
			? { outcome: 'inconsistent', facts, errors }
			: billedOnce(facts, amount);
	},
};
