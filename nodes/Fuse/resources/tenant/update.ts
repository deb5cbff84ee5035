import { askOne, path } from '../../shared/ask.ts';
import { planLocator, tenantLocator } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { id, text } from '../../shared/reading.ts';

export const update: Operation = {
	value: 'update',
	name: 'Update',
	action: 'Update a tenant',
	description: 'Put a tenant on a plan, or on none; what was counted stays',
	role: 'operate',
	fields: [
		tenantLocator(),
		{
			displayName: 'Put On',
			name: 'putOn',
			type: 'options',
			// Asked, so that an expression that yields nothing does not take a tenant off its plan.
			default: 'plan',
			options: [
				{ name: 'A Plan', value: 'plan', description: 'The tenant has the limits of the plan' },
				{ name: 'No Plan', value: 'none', description: 'Only its own limits and everybody’s hold' },
			],
		},
		{ ...planLocator, displayOptions: { show: { putOn: ['plan'] } } },
	],
	async run(call) {
		const tenantId = id(call, 'tenantId', 'Tenant');
		const plan = text(call, 'putOn') === 'none' ? null : id(call, 'plan', 'Plan');

		return [
			await askOne(call, { method: 'PUT', path: path`/v1/tenants/${tenantId}`, body: { plan } }),
		];
	},
};
