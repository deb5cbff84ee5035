import { textAt } from '../reading.ts';
import { readUsdCents } from './reportMoney.ts';
import { hasBuckets, readPage, resultsOf } from './reportPage.ts';
import type { ReportReader } from './reportReading.ts';

/**
 * `GET /v1/organizations/cost_report` of Anthropic: by day and workspace, never by key, without the priority tier.
 * Amounts are texts in cents.
 */
export const anthropicCost: ReportReader = {
	name: 'anthropicCost',

	/** A page without a result says that the days cost nothing, whichever report it is of. */
	matches: (body) =>
		hasBuckets(body, 'starting_at') && resultsOf(body).every((result) => 'amount' in result),

	read: (body) =>
		readPage(body, {
			report: 'anthropicCost',
			provider: 'anthropic',
			start: 'starting_at',
			lineOf(result, place) {
				const currency = { value: result['currency'], field: 'currency' };
				const money = { amount: result['amount'], field: 'amount', currency };
				const costMicroCents = readUsdCents(money, place);
				if (costMicroCents === undefined) return undefined;

				return { keyId: null, model: textAt(result, 'model') ?? null, costMicroCents };
			},
		}),
};
