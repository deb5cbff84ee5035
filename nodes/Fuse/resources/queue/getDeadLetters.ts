import { askPages } from '../../shared/ask.ts';
import { listFields, simplified, simplifyField, wanted } from '../../shared/listing.ts';
import { tenantFilter } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { collection, given } from '../../shared/reading.ts';
import { SIMPLE_CALL } from './fields.ts';

export const getDeadLetters: Operation = {
	value: 'getDeadLetters',
	name: 'Get Many Dead Letters',
	action: 'Get many dead letters',
	description: 'Get calls whose execution could not be told in time',
	role: 'read',
	fields: [
		...listFields,
		simplifyField,
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
		const paged = { path: '/v1/dead-letters', query, rows: 'calls' };

		return simplified(call, await askPages(call, paged, wanted(call)), SIMPLE_CALL);
	},
};
