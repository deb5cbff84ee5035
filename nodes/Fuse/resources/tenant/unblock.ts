import { askOne, path } from '../../shared/ask.ts';
import { tenantLocator } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { collection, given, id } from '../../shared/reading.ts';
import { actorOption } from '../action/fields.ts';

export const unblock: Operation = {
	value: 'unblock',
	name: 'Unblock',
	action: 'Unblock a tenant',
	description:
		'Let a tenant go, on trial when a detector had blocked it, and forgive its last minutes',
	role: 'operate',
	fields: [
		tenantLocator(),
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: [
				actorOption,
				{
					displayName: 'Undo Actions',
					name: 'undo',
					type: 'boolean',
					default: true,
					description: 'Whether what was done at vendors because of the incident is put back too',
				},
				{
					displayName: 'Without a Trial',
					name: 'full',
					type: 'boolean',
					default: true,
					description: 'Whether the breaker closes at once and the incident ends',
				},
			],
		},
	],
	async run(call) {
		const tenantId = id(call, 'tenantId', 'Tenant');
		const options = collection(call, 'options');
		const body = {
			...given(options, ['actor']),
			...(options['undo'] === true ? { undo: true } : {}),
			...(options['full'] === true ? { full: true } : {}),
		};

		return [
			await askOne(call, { method: 'POST', path: path`/v1/tenants/${tenantId}/unblock`, body }),
		];
	},
};
