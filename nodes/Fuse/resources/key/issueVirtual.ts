import { askOne, path } from '../../shared/ask.ts';
import { tenantLocator } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { collection, given, id } from '../../shared/reading.ts';
import { keyNotice, refuseToAgent } from './virtualFields.ts';

export const issueVirtual: Operation = {
	value: 'issueVirtual',
	name: 'Issue Virtual Key',
	action: 'Issue a virtual key',
	description: 'Make a key for a customer, for its own calls only; the output alone tells it',
	role: 'operate',
	fields: [
		keyNotice,
		tenantLocator(),
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: [
				{
					displayName: 'Expires In',
					name: 'expiresIn',
					type: 'string',
					default: '',
					placeholder: 'e.g. 90d',
					description: 'When the key ends by itself, in s, m, h or d; empty: it does not',
				},
				{
					displayName: 'Name',
					name: 'name',
					type: 'string',
					default: '',
					placeholder: 'e.g. production',
					description: 'What the key is for, as lists show it',
				},
			],
		},
	],
	async run(call) {
		refuseToAgent(call);
		const tenantId = id(call, 'tenantId', 'Tenant');
		const body = given(collection(call, 'options'), ['name', 'expiresIn']);

		return [await askOne(call, { method: 'POST', path: path`/v1/tenants/${tenantId}/keys`, body })];
	},
};
