import { askPages } from '../../shared/ask.ts';
import { listFields, simplified, simplifyField, wanted } from '../../shared/listing.ts';
import { tenantFilter } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { collection, given } from '../../shared/reading.ts';
import { lanes, SIMPLE_CALL } from './fields.ts';

export const getAll: Operation = {
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many queued calls',
	description: 'Get calls that wait or waited for room, in the order they go',
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
			options: [
				{ displayName: 'Lane', name: 'lane', type: 'options', default: 'standard', options: lanes },
				{
					displayName: 'State',
					name: 'state',
					type: 'options',
					default: 'waiting',
					options: [
						{ name: 'Dead', value: 'dead', description: 'Nobody could be told' },
						{ name: 'Done', value: 'done', description: 'Told' },
						{ name: 'Releasing', value: 'releasing', description: 'Decided and being told' },
						{ name: 'Waiting', value: 'waiting', description: 'No room yet' },
					],
				},
				tenantFilter,
			],
		},
	],
	async run(call) {
		const query = given(collection(call, 'filters'), ['tenantId', 'lane', 'state']);
		const paged = { path: '/v1/queue', query, rows: 'calls' };

		return simplified(call, await askPages(call, paged, wanted(call)), SIMPLE_CALL);
	},
};
