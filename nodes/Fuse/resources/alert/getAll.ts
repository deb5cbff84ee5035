import { askPages } from '../../shared/ask.ts';
import { listFields, wanted } from '../../shared/listing.ts';
import { tenantFilter } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { collection, given } from '../../shared/reading.ts';

export const getAll: Operation = {
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many alerts',
	description: 'Get alerts that opened no breaker, the newest first',
	role: 'read',
	fields: [
		...listFields,
		{
			displayName: 'Filters',
			name: 'filters',
			type: 'collection',
			placeholder: 'Add Filter',
			default: {},
			options: [
				{
					displayName: 'State',
					name: 'state',
					type: 'options',
					default: 'firing',
					options: [
						{
							name: 'Acknowledged',
							value: 'acknowledged',
							description: 'Somebody takes care of it',
						},
						{ name: 'Firing', value: 'firing', description: 'Nobody takes care of it yet' },
						{ name: 'Resolved', value: 'resolved', description: 'It is over' },
					],
				},
				tenantFilter,
			],
		},
	],
	async run(call) {
		const query = given(collection(call, 'filters'), ['tenantId', 'state']);

		return await askPages(call, { path: '/v1/alerts', query, idField: 'alertId' }, wanted(call));
	},
};
