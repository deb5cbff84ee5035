import { askList } from '../../shared/ask.ts';
import { listFields, wanted } from '../../shared/listing.ts';
import { tenantFilter } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { collection, given } from '../../shared/reading.ts';

export const getMutes: Operation = {
	value: 'getMutes',
	name: 'Get Many Mutes',
	action: 'Get many mutes',
	description: 'Get the rules that nobody is told of for a while',
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

		return (await askList(call, { path: '/v1/mutes', query })).slice(0, wanted(call));
	},
};
