import { askList } from '../../shared/ask.ts';
import { listFields, wanted } from '../../shared/listing.ts';
import { tenantFilter } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { collection, given } from '../../shared/reading.ts';

export const getAll: Operation = {
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many alerts',
	description: 'Get the newest alerts that opened no breaker; the service lists 100 at most',
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

		return (await askList(call, { path: '/v1/alerts', query })).slice(0, wanted(call));
	},
};
