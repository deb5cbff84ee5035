import { isRecord } from '../../../../core/readers/reading.ts';
import { askOne } from '../../shared/ask.ts';
import type { Operation } from '../../shared/operation.ts';
import { SPEND, spanFields, spendFilters, spendQuery } from './spendQuery.ts';

export const getTotal: Operation = {
	value: 'getTotal',
	name: 'Get Total',
	action: 'Get the total spend',
	description: 'Get what all calls of a span used and cost together',
	role: 'read',
	fields: [...spanFields, spendFilters],
	async run(call) {
		// Totals are of the whole span, whatever page is asked for.
		const query = { ...spendQuery(call), limit: 1 };
		const { from, to, totals } = await askOne(call, { path: SPEND, query });

		return [{ from, to, ...(isRecord(totals) ? totals : {}) }];
	},
};
