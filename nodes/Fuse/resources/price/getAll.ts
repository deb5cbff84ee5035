import { askPages } from '../../shared/ask.ts';
import { listFields, simplified, simplifyField, wanted } from '../../shared/listing.ts';
import type { Operation } from '../../shared/operation.ts';
import { collection, given } from '../../shared/reading.ts';

const SIMPLE = ['source', 'provider', 'model', 'contextTokens', 'rates'];

export const getAll: Operation = {
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many prices',
	description: 'Get what models cost: the prices you set, then those of the list',
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
				{
					displayName: 'Model Contains',
					name: 'search',
					type: 'string',
					default: '',
					placeholder: 'e.g. sonnet',
					description: 'Only models with this text in their name',
				},
				{
					displayName: 'Provider',
					name: 'provider',
					type: 'string',
					default: '',
					placeholder: 'e.g. openai',
					description: 'Only models of this provider',
				},
				{
					displayName: 'Source',
					name: 'source',
					type: 'options',
					default: 'operator',
					description: 'Where the price is from',
					options: [
						{ name: 'Price List', value: 'seed', description: 'Ships with the service' },
						{ name: 'Set by You', value: 'operator' },
					],
				},
			],
		},
	],
	async run(call) {
		const query = given(collection(call, 'filters'), ['search', 'provider', 'source']);
		const paged = { path: '/v1/prices', query, rows: 'prices' };

		return simplified(call, await askPages(call, paged, wanted(call)), SIMPLE);
	},
};
