import { askPages } from '../../shared/ask.ts';
import { listFields, wanted } from '../../shared/listing.ts';
import { tenantFilter } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { collection, given } from '../../shared/reading.ts';

export const getAll: Operation = {
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many incidents',
	description: 'Get incidents, the newest first',
	role: 'read',
	fields: [
		...listFields,
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
		const paged = { path: '/v1/incidents', query, idField: 'incidentId' };

		return await askPages(call, paged, wanted(call));
	},
};
