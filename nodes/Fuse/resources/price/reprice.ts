import { askOne } from '../../shared/ask.ts';
import { tenantFilter } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { collection, fault, flag, given } from '../../shared/reading.ts';
import { filterFields, spanQuery } from '../report/spendQuery.ts';

export const reprice: Operation = {
	value: 'reprice',
	name: 'Re-Price',
	action: 'Price recorded calls again',
	description: 'Price recorded calls again by the prices of now, or see what that would change',
	role: 'operate',
	fields: [
		{
			displayName: 'From',
			name: 'from',
			type: 'dateTime',
			required: true,
			default: '',
			description: 'The beginning, in the time zone of the workflow',
		},
		{
			displayName: 'To',
			name: 'to',
			type: 'dateTime',
			required: true,
			default: '',
			description: 'The end, itself not within',
		},
		{
			displayName: 'Dry Run',
			name: 'dryRun',
			type: 'boolean',
			default: true,
			description: 'Whether to tell what would change without changing it',
		},
		{
			displayName: 'Filters',
			name: 'filters',
			type: 'collection',
			placeholder: 'Add Filter',
			default: {},
			options: [filterFields.model, filterFields.provider, tenantFilter],
		},
	],
	async run(call) {
		const { from, to } = spanQuery(call);
		if (from === undefined || to === undefined) {
			throw fault(
				call,
				`${from === undefined ? 'From' : 'To'} is empty for this item`,
				'Both ends of the span have to be there, for example {{ $now.startOf("month") }} and {{ $now }}.',
			);
		}
		const filters = given(collection(call, 'filters'), ['tenantId', 'provider', 'model']);
		const body = { from, to, dryRun: flag(call, 'dryRun'), ...filters };

		return [await askOne(call, { method: 'POST', path: '/v1/prices/reprice', body })];
	},
};
