import { askOne } from '../../shared/ask.ts';
import { tenantFilter } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { collection, given } from '../../shared/reading.ts';

export const getSummary: Operation = {
	value: 'getSummary',
	name: 'Get Summary',
	action: 'Get a summary of the queue',
	description: 'Get how many calls wait by tenant and lane, since when, and what has no room',
	role: 'read',
	fields: [
		{
			displayName: 'Filters',
			name: 'filters',
			type: 'collection',
			placeholder: 'Add Filter',
			default: {},
			options: [tenantFilter],
		},
	],
	async run(call) {
		const query = given(collection(call, 'filters'), ['tenantId']);

		return [await askOne(call, { path: '/v1/queue/summary', query })];
	},
};
