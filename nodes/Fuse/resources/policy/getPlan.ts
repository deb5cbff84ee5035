import { askOne, path } from '../../shared/ask.ts';
import { tenantLocator } from '../../shared/locators.ts';
import type { Operation } from '../../shared/operation.ts';
import { id, text } from '../../shared/reading.ts';

export const getPlan: Operation = {
	value: 'getPlan',
	name: 'Get Plan',
	action: 'Get the containment plan of a tenant',
	description: 'Get what would be done about an incident of a tenant, without doing it',
	role: 'read',
	fields: [
		tenantLocator(),
		{
			displayName: 'Severity',
			name: 'severity',
			type: 'options',
			default: 'critical',
			description: 'How grave the incident is',
			options: [
				{ name: 'Critical', value: 'critical' },
				{ name: 'High', value: 'high' },
				{ name: 'Warning', value: 'warning' },
			],
		},
	],
	async run(call) {
		const address = path`/v1/tenants/${id(call, 'tenantId', 'Tenant')}/containment-plan`;
		const query = { severity: text(call, 'severity') };

		return [await askOne(call, { path: address, query })];
	},
};
