import { askOne, path } from '../../shared/ask.ts';
import { tenantLocator } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { id, json } from '../../shared/reading.ts';

export const setTargets: Operation = {
	value: 'setTargets',
	name: 'Set Targets',
	action: 'Set the targets of a tenant',
	description: 'Say what containment steps act on for a tenant; replaces what was set',
	role: 'operate',
	fields: [
		tenantLocator(),
		{
			displayName: 'Targets (JSON)',
			name: 'targets',
			type: 'json',
			required: true,
			default: JSON.stringify({ stripeCustomer: 'cus_…', openaiProject: 'proj_…' }, null, 2),
			description: 'IDs at vendors by the names that steps have in braces. No secrets.',
		},
	],
	async run(call) {
		const tenantId = id(call, 'tenantId', 'Tenant');
		const given = call.context.getNodeParameter('targets', call.itemIndex);
		const body = json(call, 'Targets (JSON)', given);

		return [
			await askOne(call, { method: 'PUT', path: path`/v1/tenants/${tenantId}/targets`, body }),
		];
	},
};
