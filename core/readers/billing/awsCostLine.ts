import { shown } from '../counts.ts';
import { textAt, type UsageReader } from '../reading.ts';
import { usdMicroCents } from '../usdAmount.ts';
import { billFacts, billedOnce } from './billedOnce.ts';

/**
 * One line of an AWS Cost and Usage Report 2.0, from CSV or Parquet. The id of a line is unique together with its
 * interval only, and in one export: the two together are `requestId`, awsLineIdentity finds the line in the next export.
 */
export const awsCostLine: UsageReader = {
	name: 'awsCostLine',
	signs: ['line_item_unblended_cost'],

	matches: (body) => 'line_item_unblended_cost' in body && 'line_item_product_code' in body,

	read(body) {
		const id = textAt(body, 'identity_line_item_id');
		const interval = textAt(body, 'identity_time_interval');
		const facts = billFacts(
			'aws',
			productKind(textAt(body, 'line_item_product_code')),
			id && interval ? `${id}@${interval}` : id,
		);
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

/** `AWSLambda` is `lambda`, `AmazonS3` is `s3`; the offers of other sellers keep their code. */
function productKind(code: string | undefined): string {
	return (code ?? 'unknown').toLowerCase().replace(/^(?:amazon|aws)(?=.)/, '');
}
