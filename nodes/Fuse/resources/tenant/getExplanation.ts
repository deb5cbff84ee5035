import { askOne, path } from '../../shared/ask.ts';
import { tenantLocator } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { collection, id, instant } from '../../shared/reading.ts';

export const getExplanation: Operation = {
	value: 'getExplanation',
	name: 'Get Explanation',
	action: 'Get the explanation of the score of a tenant',
	description:
		'Get how far a tenant is from its normal, what moved and when it was like this before',
	role: 'read',
	fields: [
		tenantLocator(),
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: [
				{
					displayName: 'Time',
					name: 'at',
					type: 'dateTime',
					default: '',
					description: 'A moment of the last 35 days. Unless set: now.',
				},
			],
		},
	],
	async run(call) {
		const tenantId = id(call, 'tenantId', 'Tenant');
		const at = instant(call, 'Time', collection(call, 'options')['at']);

		return [await askOne(call, { path: path`/v1/tenants/${tenantId}/explanation`, query: { at } })];
	},
};
