import { recordAt, textAt, type JsonRecord } from '../reading.ts';
import { readUsd } from './reportMoney.ts';
import { hasBuckets, readPage, resultsOf } from './reportPage.ts';
import type { ReportReader } from './reportReading.ts';

/** `GET /organization/costs` of OpenAI. Split up by key when it was asked for with `group_by=api_key_id`. */
export const openaiCosts: ReportReader = {
	name: 'openaiCosts',

	/** A page without a result says that the days cost nothing, whichever report it is of. */
	matches: (body) => isOpenaiPage(body) && resultsOf(body).every(isCost),

	read: (body) =>
		readPage(body, {
			report: 'openaiCosts',
			provider: 'openai',
			start: 'start_time',
			lineOf(result, place) {
				const { value, currency } = recordAt(result, 'amount');
				const costMicroCents = readUsd(
					{
						...{ amount: value, field: 'amount/value' },
						currency: { value: currency, field: 'amount/currency' },
					},
					place,
				);
				if (costMicroCents === undefined) return undefined;

				return { keyId: textAt(result, 'api_key_id') ?? null, model: null, costMicroCents };
			},
		}),
};

export function isOpenaiPage(body: JsonRecord): boolean {
	return body['object'] === 'page' && hasBuckets(body, 'start_time');
}

function isCost(result: JsonRecord): boolean {
	return result['object'] === 'organization.costs.result';
}
